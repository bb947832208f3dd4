import { expect, test } from 'vitest';
import { createFilter } from '../../../local/event-sources/filter.ts';

const record = { eventName: 'MODIFY', dynamodb: { NewImage: { kind: { S: 'order' }, size: { N: 3 } } } };

test.each([
  [{ eventName: ['INSERT', 'MODIFY'] }, true],
  [{ eventName: ['REMOVE'] }, false],
  [{ dynamodb: { NewImage: { kind: { S: [{ prefix: 'ord' }] } } } }, true],
  [{ dynamodb: { NewImage: { kind: { S: [{ 'anything-but': ['order'] }] } } } }, false],
  [{ dynamodb: { NewImage: { gone: [{ exists: false }] } } }, true],
  [{ dynamodb: { NewImage: { kind: { S: [{ exists: true }] } } } }, true],
  [{ dynamodb: { NewImage: { size: { N: [{ numeric: ['>', 2, '<=', 3] }] } } } }, true],
  [{ $or: [{ eventName: ['INSERT'] }, { eventName: ['MODIFY'] }] }, true],
])('%j lets the record pass: %s', (pattern, passes) => {
  expect(createFilter([JSON.stringify(pattern)])(record)).toBe(passes);
});

test('without patterns everything passes, with several one is enough', () => {
  expect(createFilter([])(record)).toBe(true);
  expect(createFilter(['{"eventName":["INSERT"]}', '{"eventName":["MODIFY"]}'])(record)).toBe(true);
});

test('an operator that is not known is refused by name', () => {
  expect(() => createFilter(['{"eventName":[{"cidr":"10.0.0.0/8"}]}'])(record)).toThrow(/"cidr"/);
});
