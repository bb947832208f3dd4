import { describe, expect, test } from 'vitest';
import { codesOf } from '../../../contract/api/codes.ts';
import { noBody } from '../../../contract/api/common.ts';
import { routes } from '../../../contract/api/routes.ts';
import { openApiDocument } from '../../../contract/openapi/document.ts';
import { tagOf } from '../../../contract/openapi/tags.ts';
import type { Operation, Reference, Response } from '../../../contract/openapi/types.ts';
import { problemTypes } from '../../../contract/problems.ts';
import { webhookEventTypes, webhookPayload } from '../../../contract/webhooks.ts';

const document = openApiDocument(routes);
const operations = new Map(
  Object.values(document.paths)
    .flatMap((item): Operation[] => Object.values(item))
    .map((operation) => [operation.operationId, operation]),
);
const at = (pointer: string): unknown =>
  pointer
    .slice('#/'.length)
    .split('/')
    .reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], document);
const resolved = (value: Response | Reference): Response => ('$ref' in value ? (at(value.$ref) as Response) : value);

test('the document has every route of the table and no other', () => {
  expect([...operations.keys()].sort()).toEqual(routes.map(({ operation }) => operation).sort());
});

test('whatever the document refers to is there', () => {
  const references = [...JSON.stringify(document).matchAll(/"\$ref":"([^"]+)"/g)].map(([, pointer = '']) => pointer);
  expect(references.length).toBeGreaterThan(routes.length);
  expect(references.filter((pointer) => at(pointer) === undefined)).toEqual([]);
});

test('the same routes give the same document', () => {
  expect(JSON.stringify(openApiDocument(routes))).toBe(JSON.stringify(document));
});

describe.each(routes)('$operation', (route) => {
  const operation = operations.get(route.operation) as Operation;

  test('answers with every code it can refuse with, under the status of that code', () => {
    const told = Object.entries(operation.responses).flatMap(([status, response]) =>
      Object.keys(resolved(response).content['application/problem+json']?.examples ?? {}).map((code) => [code, status]),
    );
    const expected = codesOf(route).map((code) => [code, String(problemTypes[code].status)]);
    expect(told.sort()).toEqual(expected.sort());
  });

  test('has the parameters, the body and the answer of its schemas', () => {
    const names = operation.parameters.map((parameter) => ('name' in parameter ? parameter.name : parameter.$ref));
    for (const name of Object.keys({ ...route.example.params, ...route.example.query })) expect(names).toContain(name);
    expect(names.includes('#/components/parameters/IdempotencyKey')).toBe(route.idempotencyKey);
    expect(operation.requestBody === undefined).toBe(route.body === noBody);
    expect(Object.keys(operation.responses)).toContain(String(route.status));
  });

  test('says whom it is for, and by which token', () => {
    expect(operation.security).toEqual(
      route.roles === 'public' ? [] : [{ apiKey: [] }, ...(route.guest ? [{ orderToken: [] }] : [])],
    );
    expect(operation.tags).toEqual([tagOf[route.function].name]);
  });
});

test.each(webhookEventTypes)('the webhook %s is told with an example that its schema accepts', (type) => {
  const media = document.webhooks[type]?.post.requestBody?.content['application/json'];
  expect(webhookPayload(type).safeParse(media?.example)).toMatchObject({ success: true });
  expect(Object.keys(media?.schema.properties ?? {})).toEqual(expect.arrayContaining(['id', 'type', 'data']));
});

describe('numbers in queries', () => {
  test('are numbers to the caller, with their bounds and defaults', () => {
    const limit = operations
      .get('listOrders')
      ?.parameters.find((parameter) => 'name' in parameter && parameter.name === 'limit');
    expect(limit).toMatchObject({ schema: { type: 'integer', minimum: 1, maximum: 200, default: 50 } });
  });
});
