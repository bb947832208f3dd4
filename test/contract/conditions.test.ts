import { DeleteCommand, ScanCommand, type ScanCommandInput } from '@aws-sdk/lib-dynamodb';
import { type ContractCase, contract, type Outcome } from './contract.ts';

const item = {
  pk: 'a',
  sk: '1',
  s: 'héé😀',
  n: 5,
  l: [1, 'x'],
  m: { a: { b: 1 } },
  ss: new Set(['a', 'b']),
  ns: new Set([1, 2]),
  b: new Uint8Array([1, 2, 3]),
  z: null,
  t: true,
};

const found: Outcome = { output: { Count: 1, ScannedCount: 1 } };
const notFound: Outcome = { output: { Count: 0, ScannedCount: 1 } };
const refused: Outcome = { error: 'ValidationException' };

type Row = readonly [expression: string, values: Record<string, unknown> | undefined, answer: Outcome];

const filter =
  (expression: string, values: Record<string, unknown> | undefined, rest: Partial<ScanCommandInput> = {}) =>
  (table: string) =>
    new ScanCommand({
      TableName: table,
      FilterExpression: expression,
      Select: 'COUNT',
      ...(values && { ExpressionAttributeValues: values }),
      ...rest,
    });

const show = (value: unknown): string =>
  JSON.stringify(value, (_key, inner: unknown) => (inner instanceof Set ? [...inner] : inner)) ?? '';

const rows: readonly Row[] = [
  ['n = :v', { ':v': 5 }, found],
  ['n = :v', { ':v': '5' }, notFound],
  ['n <> :v', { ':v': 4 }, found],
  ['s <> :v', { ':v': 5 }, found],
  ['n < :v', { ':v': 10 }, found],
  ['n <= :v', { ':v': 5 }, found],
  ['n > :v', { ':v': 5 }, notFound],
  ['n >= :v', { ':v': 5 }, found],
  ['s < :v', { ':v': 5 }, notFound],
  ['absent = :v', { ':v': 1 }, notFound],
  ['absent <> :v', { ':v': 1 }, found],
  ['absent < :v', { ':v': 1 }, notFound],
  [':v = n', { ':v': 5 }, found],
  ['n BETWEEN :a AND :b', { ':a': 4, ':b': 5 }, found],
  ['n BETWEEN :a AND :b', { ':a': 6, ':b': 9 }, notFound],
  ['n IN (:a, :b)', { ':a': '5', ':b': 5 }, found],
  ['n IN (:a)', { ':a': 6 }, notFound],
  ['z = :v', { ':v': null }, found],
  ['t = :v', { ':v': true }, found],
  ['m = :v', { ':v': { a: { b: 1 } } }, found],
  ['l = :v', { ':v': [1, 'x'] }, found],
  ['ss = :v', { ':v': new Set(['b', 'a']) }, found],
  ['b = :v', { ':v': new Uint8Array([1, 2, 3]) }, found],
  ['b > :v', { ':v': new Uint8Array([1, 2]) }, found],
  ['m.a.b = :v', { ':v': 1 }, found],
  ['l[1] = :v', { ':v': 'x' }, found],
  ['l[9] = :v', { ':v': 'x' }, notFound],
  ['m[0] = :v', { ':v': 'x' }, notFound],
  ['l.a = :v', { ':v': 'x' }, notFound],
  ['attribute_exists(m.a)', undefined, found],
  ['attribute_exists(z)', undefined, found],
  ['attribute_exists(absent)', undefined, notFound],
  ['attribute_not_exists(absent)', undefined, found],
  ['attribute_type(ns, :v)', { ':v': 'NS' }, found],
  ['attribute_type(z, :v)', { ':v': 'NULL' }, found],
  ['attribute_type(n, :v)', { ':v': 'S' }, notFound],
  ['begins_with(s, :v)', { ':v': 'hé' }, found],
  ['begins_with(n, :v)', { ':v': '5' }, notFound],
  ['contains(s, :v)', { ':v': 'é' }, found],
  ['contains(s, :v)', { ':v': 1 }, notFound],
  ['contains(ss, :v)', { ':v': 'a' }, found],
  ['contains(ns, :v)', { ':v': 3 }, notFound],
  ['contains(l, :v)', { ':v': 1 }, found],
  ['contains(m, :v)', { ':v': 'a' }, notFound],
  ['size(s) = :v', { ':v': 5 }, found],
  ['size(l) = :v', { ':v': 2 }, found],
  ['size(m) = :v', { ':v': 1 }, found],
  ['size(ss) = :v', { ':v': 2 }, found],
  ['size(b) = :v', { ':v': 3 }, found],
  ['size(n) = :v', { ':v': 1 }, notFound],
  ['NOT size(absent) = :v', { ':v': 1 }, found],
  ['NOT n = :v OR n = :v AND absent = :v', { ':v': 5 }, notFound],
  ['NOT (n = :v OR absent = :v)', { ':v': 6 }, found],
  ['n = :v or absent = :v', { ':v': 5 }, found],
  ['(n = :v) AND (s <> :v)', { ':v': 5 }, found],
  ['((n = :v) AND (s <> :v))', { ':v': 5 }, found],
  ['((n = :v))', { ':v': 5 }, refused],
  ['attribute_exists(:v)', { ':v': 5 }, refused],
  ['begins_with(s, :v)', { ':v': 5 }, refused],
  ['status = :v', { ':v': 5 }, refused],
  ['n = :v', { ':v': 5, ':w': 6 }, refused],
  ['n = :v', {}, refused],
  ['n = :v', { ':w': 5 }, refused],
  ['#n = :v', { ':v': 5 }, refused],
  ['', undefined, refused],
  ['n = :v AND', { ':v': 5 }, refused],
  ['n := :v', { ':v': 5 }, refused],
  ['attribute_exists(n', undefined, refused],
  ['foo(n)', undefined, refused],
  ['size(n)', undefined, refused],
  ['n = attribute_exists(s)', undefined, refused],
];

const laxOperands = {
  dynoxide: { because: 'it does not check the operands of a filter', answer: notFound },
} as const;

contract('a filter', [
  ...rows.map(
    ([expression, values, answer]): ContractCase => ({
      name: `${expression} with ${show(values)} ${'error' in answer ? 'is refused' : answer === found ? 'holds' : 'does not hold'}`,
      given: [item],
      when: filter(expression, values),
      answer,
    }),
  ),
  {
    name: 'bounds in the wrong order are refused',
    given: [item],
    when: filter('n BETWEEN :a AND :b', { ':a': 6, ':b': 4 }),
    answer: refused,
    differs: laxOperands,
  },
  {
    name: 'bounds of two types are refused',
    given: [item],
    when: filter('n BETWEEN :a AND :b', { ':a': 4, ':b': '6' }),
    answer: refused,
    differs: laxOperands,
  },
  {
    name: 'an order of maps is refused',
    given: [item],
    when: filter('m < :v', { ':v': { a: 1 } }),
    answer: refused,
    differs: laxOperands,
  },
  {
    name: 'an unknown type name is refused',
    given: [item],
    when: filter('attribute_type(n, :v)', { ':v': 'XX' }),
    answer: refused,
    differs: laxOperands,
  },
  {
    name: 'a comparison of an attribute with itself is refused',
    given: [item],
    when: filter('n = n', undefined),
    answer: refused,
    differs: { dynoxide: { because: 'it does not look for equal operands', answer: found } },
  },
  {
    name: 'a name that nothing uses is refused',
    given: [item],
    when: filter('n = :v', { ':v': 5 }, { ExpressionAttributeNames: { '#m': 'm' } }),
    answer: refused,
  },
  {
    name: 'an empty map of names is refused',
    given: [item],
    when: filter('n = :v', { ':v': 5 }, { ExpressionAttributeNames: {} }),
    answer: refused,
  },
  {
    name: 'a name may stand for an attribute with a dot',
    given: [{ ...item, 'a.b': 1 }],
    when: filter('#d = :v', { ':v': 1 }, { ExpressionAttributeNames: { '#d': 'a.b' } }),
    answer: found,
  },
  {
    name: 'values without an expression are refused',
    when: (table) => new ScanCommand({ TableName: table, ExpressionAttributeValues: { ':v': 1 } }),
    answer: refused,
  },
  {
    name: 'a condition on a missing item sees no attributes',
    when: (table) =>
      new DeleteCommand({
        TableName: table,
        Key: { pk: 'x', sk: 'y' },
        ConditionExpression: 'attribute_not_exists(pk) AND n <> :v',
        ExpressionAttributeValues: { ':v': 1 },
      }),
    answer: { output: {} },
  },
]);
