import { describe, expect, test } from 'vitest';
import { codesOf } from '../../../contract/api/codes.ts';
import { noBody } from '../../../contract/api/common.ts';
import { routes } from '../../../contract/api/routes.ts';
import { problemTypes } from '../../../contract/problems.ts';
import { refusalCodes } from '../../../core/shared/refusal-codes.ts';

/** Query values arrive as text. */
const asText = (query: Readonly<Record<string, string | number>> = {}) =>
  Object.fromEntries(Object.entries(query).map(([name, value]) => [name, String(value)]));

describe.each(routes)('$operation', (route) => {
  test('has an example that its schemas accept', () => {
    const { example } = route;
    expect(route.params.safeParse(example.params ?? {})).toMatchObject({ success: true });
    expect(route.query.safeParse(asText(example.query))).toMatchObject({ success: true });
    if (route.body !== noBody) expect(route.body.safeParse(example.body)).toMatchObject({ success: true });
    expect(route.response.safeParse(example.response)).toMatchObject({ success: true });
    expect(route.response.parse(example.response)).toEqual(example.response);
  });

  test('names every part of its path in its parameters', () => {
    const names = [...route.path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
    expect(Object.keys(route.example.params ?? {}).sort()).toEqual(names.sort());
  });

  test('is described in both languages', () => {
    for (const words of [route.summary, route.description]) expect(words).toMatch(/^[A-Z`]/);
    for (const words of [route.zh.summary, route.zh.description]) expect(words).toMatch(/\p{Script=Han}/u);
  });

  test('lists each refusal once, and none that its kind brings along', () => {
    const { length } = codesOf({ ...route, refusals: [] });
    expect(codesOf(route)).toHaveLength(length + route.refusals.length);
  });
});

test('no operation and no path stands twice', () => {
  expect(new Set(routes.map(({ operation }) => operation)).size).toBe(routes.length);
  expect(new Set(routes.map(({ method, path }) => `${method} ${path}`)).size).toBe(routes.length);
});

test('every refusal code is one that some route can answer with', () => {
  const answered = new Set<string>(routes.flatMap(codesOf));
  expect(refusalCodes.filter((code) => !answered.has(code))).toEqual([]);
});

test('every problem is told in both languages, and its titles are its own', () => {
  const types = Object.values(problemTypes);
  for (const { en, zh } of types) {
    for (const words of Object.values(zh)) expect(words).toMatch(/\p{Script=Han}/u);
    for (const words of Object.values(en)) expect(words).not.toMatch(/\p{Script=Han}/u);
  }
  for (const language of ['en', 'zh'] as const)
    expect(new Set(types.map((type) => type[language].title)).size).toBe(types.length);
});
