import { UpdateCommand, type UpdateCommandInput } from '@aws-sdk/lib-dynamodb';
import { type ContractCase, contract, type Outcome } from './contract.ts';

const key = { pk: 'a', sk: '1' };
const item = {
  ...key,
  s: 'x',
  n: 5,
  l: [1, 'x', 3],
  m: { a: { b: 1 }, c: 2 },
  ss: new Set(['a', 'b']),
  z: null,
};

const refused: Outcome = { error: 'ValidationException' };
const attributes = (values: object): Outcome => ({ output: { Attributes: values } });
const none: Outcome = { output: {} };

const update =
  (expression: string | undefined, values?: Record<string, unknown>, rest: Partial<UpdateCommandInput> = {}) =>
  (table: string) =>
    new UpdateCommand({
      TableName: table,
      Key: key,
      UpdateExpression: expression,
      ExpressionAttributeValues: values,
      ReturnValues: 'UPDATED_NEW',
      ...rest,
    });

type Row = readonly [
  name: string,
  expression: string,
  values: Record<string, unknown> | undefined,
  answer: Outcome,
  differs?: ContractCase['differs'],
];

const wholeMap = (values: object): ContractCase['differs'] => ({
  'dynamodb-local': { because: 'it answers the whole top-level attribute', answer: attributes(values) },
});

const rows: readonly Row[] = [
  ['SET adds', 'SET n = n + :v', { ':v': 2 }, attributes({ n: 7 })],
  ['SET subtracts', 'SET n = :v - n', { ':v': 2 }, attributes({ n: -3 })],
  ['SET in parentheses', 'SET x = (n + :v)', { ':v': 1 }, attributes({ x: 6 })],
  ['SET starts a counter', 'SET k = if_not_exists(k, :z) + :v', { ':v': 2, ':z': 0 }, attributes({ k: 2 })],
  ['if_not_exists keeps what is there', 'SET n = if_not_exists(n, :v)', { ':v': 2 }, attributes({ n: 5 })],
  ['if_not_exists keeps a null', 'SET k = if_not_exists(z, :v)', { ':v': 2 }, attributes({ k: null })],
  ['SET joins lists', 'SET l = list_append(l, :v)', { ':v': [9] }, attributes({ l: [1, 'x', 3, 9] })],
  ['SET puts a list in front', 'SET l = list_append(:v, l)', { ':v': [9] }, attributes({ l: [9, 1, 'x', 3] })],
  ['SET changes an element', 'SET l[1] = :v', { ':v': 9 }, attributes({ l: [1, 9, 3] })],
  ['SET reads the item as it was', 'SET x = s, s = n', undefined, attributes({ x: 'x', s: 5 })],
  ['SET reads paths', 'SET x = m.c + l[2]', undefined, attributes({ x: 5 })],
  [
    'SET changes within a map',
    'SET m.a.b = :v',
    { ':v': 9 },
    attributes({ m: { a: { b: 9 } } }),
    wholeMap({ m: { a: { b: 9 }, c: 2 } }),
  ],
  ['keywords may be lower case', 'set n = :v remove s add k :v', { ':v': 1 }, attributes({ n: 1, k: 1 })],
  ['REMOVE of what is not there', 'REMOVE absent', undefined, none],
  ['ADD counts', 'ADD n :v', { ':v': -2 }, attributes({ n: 3 })],
  ['ADD starts a counter', 'ADD k :v', { ':v': 2 }, attributes({ k: 2 })],
  ['ADD joins sets', 'ADD ss :v', { ':v': new Set(['c', 'a']) }, attributes({ ss: new Set(['a', 'b', 'c']) })],
  ['DELETE takes members away', 'DELETE ss :v', { ':v': new Set(['a']) }, attributes({ ss: new Set(['b']) })],
  ['DELETE of what is not there', 'DELETE absent :v', { ':v': new Set(['a']) }, none],
  ['a missing operand is refused', 'SET n = absent + :v', { ':v': 2 }, refused],
  ['adding to a string is refused', 'SET n = s + :v', { ':v': 2 }, refused],
  ['adding a string is refused', 'SET n = n + :v', { ':v': 'x' }, refused],
  ['three summands are refused', 'SET n = n + :v + :v', { ':v': 2 }, refused],
  ['list_append to a string is refused', 'SET l = list_append(s, :v)', { ':v': [9] }, refused],
  ['list_append of a number is refused', 'SET l = list_append(l, :v)', { ':v': 9 }, refused],
  ['a path through nothing is refused', 'SET m.x.b = :v', { ':v': 9 }, refused],
  ['a path through a string is refused', 'SET s.x = :v', { ':v': 9 }, refused],
  ['an element of nothing is refused', 'SET absent[0] = :v', { ':v': 9 }, refused],
  ['ADD of another kind of set is refused', 'ADD ss :v', { ':v': new Set([1]) }, refused],
  ['ADD to a string is refused', 'ADD s :v', { ':v': 1 }, refused],
  ['ADD of a list is refused', 'ADD l :v', { ':v': [1] }, refused],
  ['DELETE from a number is refused', 'DELETE n :v', { ':v': new Set(['a']) }, refused],
  ['DELETE of a number is refused', 'DELETE n :v', { ':v': 1 }, refused],
  ['two writes to one attribute are refused', 'SET n = :v, n = :v', { ':v': 1 }, refused],
  ['a write into a written attribute is refused', 'SET m.a = :v, m.a.b = :v', { ':v': 1 }, refused],
  ['SET and REMOVE of one attribute are refused', 'SET n = :v REMOVE n', { ':v': 1 }, refused],
  ['a section twice is refused', 'SET n = :v SET s = :v', { ':v': 1 }, refused],
  ['a change of a key attribute is refused', 'SET sk = :v', { ':v': '1' }, refused],
  ['an empty index key is refused', 'SET g = :v', { ':v': '' }, refused],
  [
    'an index key that is no string',
    'SET g = :v',
    { ':v': 1 },
    refused,
    {
      'dynamodb-local': { because: 'it leaves the item out of the index instead', answer: attributes({ g: 1 }) },
    },
  ],
  ['an unfinished section is refused', 'SET', undefined, refused],
  ['a trailing comma is refused', 'SET n = :v ,', { ':v': 1 }, refused],
  ['no section is refused', 'n = :v', { ':v': 1 }, refused],
  ['a reserved word is refused', 'SET owner = :v', { ':v': 1 }, refused],
  [
    'an index beyond the end appends',
    'SET l[9] = :v',
    { ':v': 9 },
    attributes({ l: [1, 'x', 3, 9] }),
    {
      dynoxide: {
        because: 'it fills the gap with nulls',
        answer: attributes({ l: [1, 'x', 3, null, null, null, null, null, null, 9] }),
      },
      'dynamodb-local': { because: 'it answers only what stands at the index', answer: none },
    },
  ],
  [
    'REMOVE through nothing is refused',
    'REMOVE absent.x',
    undefined,
    refused,
    { dynoxide: { because: 'it takes what is not there for removed', answer: none } },
  ],
];

const { s: _s, ...withoutS } = item;
const { ss: _ss, ...withoutSet } = item;

contract('an update', [
  ...rows.map(
    ([name, expression, values, answer, differs]): ContractCase => ({
      name,
      given: [item],
      when: update(expression, values),
      answer,
      ...(differs && { differs }),
    }),
  ),
  {
    name: 'REMOVE of several elements counts them before any is gone',
    given: [item],
    when: update('REMOVE l[0], l[2]', undefined, { ReturnValues: 'ALL_NEW' }),
    answer: attributes({ ...item, l: ['x'] }),
    differs: {
      dynoxide: { because: 'it counts after each removal', answer: attributes({ ...item, l: ['x', 3] }) },
    },
  },
  {
    name: 'DELETE of all members removes the attribute',
    given: [item],
    when: update('DELETE ss :v', { ':v': new Set(['a', 'b']) }, { ReturnValues: 'ALL_NEW' }),
    answer: attributes(withoutSet),
  },
  {
    name: 'ALL_NEW answers the whole item',
    given: [item],
    when: update('REMOVE s', undefined, { ReturnValues: 'ALL_NEW' }),
    answer: attributes(withoutS),
  },
  {
    name: 'ALL_OLD answers the item as it was',
    given: [item],
    when: update('REMOVE s', undefined, { ReturnValues: 'ALL_OLD' }),
    answer: attributes(item),
  },
  {
    name: 'UPDATED_OLD answers what the updated attributes were',
    given: [item],
    when: update('SET n = :v REMOVE s', { ':v': 1 }, { ReturnValues: 'UPDATED_OLD' }),
    answer: attributes({ n: 5, s: 'x' }),
  },
  {
    name: 'ALL_OLD of an item that was not there answers nothing',
    when: update('SET n = :v', { ':v': 1 }, { ReturnValues: 'ALL_OLD' }),
    answer: none,
    differs: { dynoxide: { because: 'it answers the key', answer: attributes(key) } },
  },
  {
    name: 'an update of nothing creates the item',
    when: update('SET n = :v', { ':v': 1 }, { ReturnValues: 'ALL_NEW' }),
    answer: attributes({ ...key, n: 1 }),
  },
  {
    name: 'an update without an expression creates the item',
    when: update(undefined, undefined, { ReturnValues: 'ALL_NEW' }),
    answer: attributes(key),
  },
  {
    name: 'unknown ReturnValues are refused',
    when: update('SET n = :v', { ':v': 1 }, { ReturnValues: 'SOME' as 'NONE' }),
    answer: refused,
  },
  {
    name: 'a key that lacks an attribute is refused',
    when: update('SET n = :v', { ':v': 1 }, { Key: { pk: 'a' } }),
    answer: refused,
  },
  {
    name: 'a key with a further attribute is refused',
    when: update('SET n = :v', { ':v': 1 }, { Key: { ...key, n: 1 } }),
    answer: refused,
  },
  {
    name: 'a number as a key is refused',
    when: update('SET n = :v', { ':v': 1 }, { Key: { pk: 'a', sk: 1 } }),
    answer: refused,
  },
  {
    name: 'an empty key is refused',
    when: update('SET n = :v', { ':v': 1 }, { Key: { pk: 'a', sk: '' } }),
    answer: refused,
  },
  {
    name: 'an item that grows beyond 400 KB is refused',
    given: [item],
    when: update('SET big = :v', { ':v': 'y'.repeat(400 * 1024) }),
    answer: refused,
  },
]);
