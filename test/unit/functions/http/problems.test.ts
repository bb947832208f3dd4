import { describe, expect, test } from 'vitest';
import { languageOf, ownProblem, problemOf } from '../../../../functions/http/problems.ts';

describe('the language of a problem', () => {
  test.each([
    [undefined, 'en'],
    ['', 'en'],
    ['zh', 'zh'],
    ['zh-CN,zh;q=0.9,en;q=0.8', 'zh'],
    ['zh-Hans-CN', 'zh'],
    ['en-GB, zh;q=0.5', 'en'],
    ['en;q=0.3, zh;q=0.7', 'zh'],
    ['zh;q=0', 'en'],
    ['de, fr;q=0.4', 'en'],
    ['*', 'en'],
    ['zh;q=9, ;;;', 'en'],
    [`zh${'-x'.repeat(50_000)}!`, 'en'],
  ])('of %j is %s', (header, language) => {
    expect(languageOf(header)).toBe(language);
  });
});

test('a refusal keeps its code, field and detail, and has its title in the language asked for', () => {
  const refusal = { code: 'out-of-stock', detail: 'Fewer than 2 are in stock.', field: 'quantity' } as const;
  const english = problemOf(refusal, 'r', 'en');
  expect(english).toEqual({
    type: 'urn:surety:problem:out-of-stock',
    status: 409,
    title: 'Not enough stock',
    requestId: 'r',
    ...refusal,
  });
  expect(problemOf(refusal, 'r', 'zh')).toEqual({ ...english, title: '库存不足' });
});

test('a fault of ours says in both languages that nothing was lost', () => {
  expect(ownProblem('internal', 'r', 'en')).toMatchObject({
    status: 500,
    code: 'internal',
    detail: expect.stringContaining('Nothing was lost'),
  });
  expect(ownProblem('try-again', 'r', 'zh')).toMatchObject({
    status: 503,
    detail: expect.stringContaining('没有丢失'),
  });
});
