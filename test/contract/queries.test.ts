import { QueryCommand, type QueryCommandInput, ScanCommand, type ScanCommandInput } from '@aws-sdk/lib-dynamodb';
import { type ContractCase, contract, type Outcome } from './contract.ts';

const given = [0, 1, 2, 3, 4].map((n) => ({
  pk: 'a',
  sk: `s${n}`,
  n,
  g: 'G',
  gs: `x${4 - n}`,
  p: 'P',
  q: 'Q',
}));
const strangers = [
  { pk: 'b', sk: 's1', n: 9 },
  { pk: 'b', sk: 's2', g: 'G' },
];

const refused: Outcome = { error: 'ValidationException' };
const sorts = (...names: string[]) => ({ Items: names.map((sk) => ({ sk })), Count: names.length });
const read = (names: string[], rest: object = {}): Outcome => ({
  output: { ...sorts(...names), ScannedCount: names.length, ...rest },
});
const from = (sk: string) => ({ LastEvaluatedKey: { pk: 'a', sk } });

const query =
  (input: Partial<QueryCommandInput> = {}) =>
  (table: string) =>
    new QueryCommand({
      TableName: table,
      KeyConditionExpression: 'pk = :p',
      ExpressionAttributeValues: { ':p': 'a' },
      ProjectionExpression: 'sk',
      ...input,
    });

const sorted = (condition: string, values: Record<string, unknown>, rest: Partial<QueryCommandInput> = {}) =>
  query({ KeyConditionExpression: condition, ExpressionAttributeValues: { ':p': 'a', ...values }, ...rest });

const cases = (rows: readonly (readonly [string, ContractCase['when'], Outcome, ContractCase['differs']?])[]) =>
  rows.map(
    ([name, when, answer, differs]): ContractCase => ({
      name,
      given: [...given, ...strangers],
      when,
      answer,
      ...(differs && { differs }),
    }),
  );

contract(
  'a query',
  cases([
    ['reads a partition in order', query(), read(['s0', 's1', 's2', 's3', 's4'])],
    ['reads backwards', query({ ScanIndexForward: false }), read(['s4', 's3', 's2', 's1', 's0'])],
    ['stops at its limit and says where', query({ Limit: 2 }), read(['s0', 's1'], from('s1'))],
    ['stops backwards', query({ Limit: 2, ScanIndexForward: false }), read(['s4', 's3'], from('s3'))],
    [
      'says where even when its limit met the end',
      query({ Limit: 5 }),
      read(['s0', 's1', 's2', 's3', 's4'], from('s4')),
    ],
    ['says nothing when the limit lies beyond the end', query({ Limit: 6 }), read(['s0', 's1', 's2', 's3', 's4'])],
    ['continues', query({ ExclusiveStartKey: { pk: 'a', sk: 's2' } }), read(['s3', 's4'])],
    ['continues after a key that is gone', query({ ExclusiveStartKey: { pk: 'a', sk: 's21' } }), read(['s3', 's4'])],
    [
      'continues backwards',
      query({ ExclusiveStartKey: { pk: 'a', sk: 's2' }, ScanIndexForward: false }),
      read(['s1', 's0']),
    ],
    ['continues to an empty page', query({ ExclusiveStartKey: { pk: 'a', sk: 's4' } }), read([])],
    ['refuses half a start', query({ ExclusiveStartKey: { pk: 'a' } }), refused],
    [
      'refuses a start in another partition',
      query({ ExclusiveStartKey: { pk: 'b', sk: 's2' } }),
      refused,
      { dynoxide: { because: 'it looks at the sort key alone', answer: read(['s3', 's4']) } },
    ],
    [
      'counts',
      query({ Select: 'COUNT', ProjectionExpression: undefined, Limit: 3 }),
      { output: { Count: 3, ScannedCount: 3, ...from('s2') } },
    ],
    ['refuses a projection of a count', query({ Select: 'COUNT' }), refused],
    [
      'filters after the limit',
      query({ FilterExpression: 'n >= :n', ExpressionAttributeValues: { ':p': 'a', ':n': 3 }, Limit: 4 }),
      { output: { ...sorts('s3'), ScannedCount: 4, ...from('s3') } },
    ],
    ['refuses a filter on its key', query({ FilterExpression: 'sk >= :p' }), refused],
    ['refuses a limit of 0', query({ Limit: 0 }), refused],
    ['sk = value', sorted('pk = :p AND sk = :s', { ':s': 's2' }), read(['s2'])],
    ['sk < value', sorted('pk = :p AND sk < :s', { ':s': 's2' }), read(['s0', 's1'])],
    ['sk <= value', sorted('pk = :p AND sk <= :s', { ':s': 's2' }), read(['s0', 's1', 's2'])],
    ['sk > value', sorted('pk = :p AND sk > :s', { ':s': 's2' }), read(['s3', 's4'])],
    ['sk >= value', sorted('pk = :p AND sk >= :s', { ':s': 's2' }), read(['s2', 's3', 's4'])],
    ['value <= sk', sorted('pk = :p AND :s <= sk', { ':s': 's3' }), read(['s3', 's4'])],
    ['sk between', sorted('pk = :p AND sk BETWEEN :s AND :t', { ':s': 's1', ':t': 's3' }), read(['s1', 's2', 's3'])],
    [
      'sk begins with, first',
      sorted('begins_with(sk, :s) AND (pk = :p)', { ':s': 's' }),
      read(['s0', 's1', 's2', 's3', 's4']),
    ],
    ['sk begins with one', sorted('pk = :p AND begins_with(sk, :s)', { ':s': 's3' }), read(['s3'])],
    [
      'sk > value backwards, limited',
      sorted('pk = :p AND sk > :s', { ':s': 's1' }, { ScanIndexForward: false, Limit: 2 }),
      read(['s4', 's3'], from('s3')),
    ],
    [
      'sk < value backwards',
      sorted('pk = :p AND sk < :s', { ':s': 's2' }, { ScanIndexForward: false }),
      read(['s1', 's0']),
    ],
    [
      'begins with, backwards from a start',
      sorted(
        'pk = :p AND begins_with(sk, :s)',
        { ':s': 's' },
        { ScanIndexForward: false, ExclusiveStartKey: { pk: 'a', sk: 's2' } },
      ),
      read(['s1', 's0']),
    ],
    [
      'between in the wrong order is refused',
      sorted('pk = :p AND sk BETWEEN :s AND :t', { ':s': 's3', ':t': 's1' }),
      refused,
    ],
    ['without its partition is refused', query({ KeyConditionExpression: 'sk = :p' }), refused],
    [
      'without a key condition is refused',
      query({ KeyConditionExpression: undefined, ExpressionAttributeValues: undefined }),
      refused,
    ],
    ['of a range of partitions is refused', query({ KeyConditionExpression: 'pk < :p' }), refused],
    ['of alternatives is refused', query({ KeyConditionExpression: 'pk = :p OR sk = :p' }), refused],
    ['on another attribute is refused', query({ KeyConditionExpression: 'pk = :p AND n = :p' }), refused],
    ['with two sort conditions is refused', sorted('pk = :p AND sk > :s AND sk < :s', { ':s': 's1' }), refused],
    ['with <> is refused', sorted('pk = :p AND sk <> :s', { ':s': 's1' }), refused],
    ['with IN is refused', sorted('pk = :p AND sk IN (:s)', { ':s': 's1' }), refused],
    [
      'for an empty partition is refused',
      query({ ExpressionAttributeValues: { ':p': '' } }),
      refused,
      { dynoxide: { because: 'it finds nothing there', answer: read([]) } },
    ],
    [
      'for a number is refused',
      query({ ExpressionAttributeValues: { ':p': 1 } }),
      refused,
      { dynoxide: { because: 'it finds nothing there', answer: read([]) } },
    ],
  ]),
);

const byGroup = (input: Partial<QueryCommandInput> = {}) =>
  query({
    IndexName: 'by-group',
    KeyConditionExpression: 'g = :g',
    ExpressionAttributeValues: { ':g': 'G' },
    ...input,
  });
const indexKey = (n: number) => ({ pk: 'a', sk: `s${n}`, g: 'G', gs: `x${4 - n}` });

contract(
  'an index',
  cases([
    ['orders by its own sort key and lacks items without one', byGroup(), read(['s4', 's3', 's2', 's1', 's0'])],
    [
      'projects its attributes',
      byGroup({ ProjectionExpression: undefined, Limit: 1 }),
      {
        output: {
          Items: [{ ...indexKey(4), p: 'P' }],
          Count: 1,
          ScannedCount: 1,
          LastEvaluatedKey: indexKey(4),
        },
      },
    ],
    ['continues', byGroup({ ExclusiveStartKey: indexKey(2) }), read(['s1', 's0'])],
    ['continues backwards', byGroup({ ExclusiveStartKey: indexKey(2), ScanIndexForward: false }), read(['s3', 's4'])],
    ['refuses a start without its own keys', byGroup({ ExclusiveStartKey: { pk: 'a', sk: 's1' } }), refused],
    ['refuses a consistent read', byGroup({ ConsistentRead: true }), refused],
    [
      'refuses all attributes when it has few',
      byGroup({ ProjectionExpression: undefined, Select: 'ALL_ATTRIBUTES' }),
      refused,
    ],
    [
      'refuses to show what it lacks',
      byGroup({ ProjectionExpression: 'q' }),
      refused,
      {
        dynoxide: {
          because: 'it shows nothing',
          answer: { output: { Items: [{}, {}, {}, {}, {}], Count: 5, ScannedCount: 5 } },
        },
      },
    ],
    [
      'refuses to filter by what it lacks',
      byGroup({ FilterExpression: 'attribute_exists(q)' }),
      refused,
      { dynoxide: { because: 'it filters the projection', answer: { output: { ...sorts(), ScannedCount: 5 } } } },
    ],
    ['must exist', byGroup({ IndexName: 'no-such-index' }), refused],
    [
      'of keys only holds items that lack the other index',
      byGroup({ IndexName: 'by-group-only', ProjectionExpression: undefined, Select: 'COUNT' }),
      { output: { Count: 6, ScannedCount: 6 } },
    ],
    [
      'that is scanned holds what it indexes',
      (TableName) => new ScanCommand({ TableName, IndexName: 'by-group', Select: 'COUNT' }),
      { output: { Count: 5, ScannedCount: 5 } },
    ],
  ]),
);

const scan =
  (input: Partial<ScanCommandInput> = {}) =>
  (TableName: string) =>
    new ScanCommand({ TableName, Select: 'COUNT', ...input });

contract(
  'a scan',
  cases([
    ['reads everything', scan(), { output: { Count: 7, ScannedCount: 7 } }],
    [
      'filters',
      scan({ FilterExpression: 'n > :n', ExpressionAttributeValues: { ':n': 3 } }),
      { output: { Count: 2, ScannedCount: 7 } },
    ],
    ['refuses a segment beyond the last', scan({ Segment: 2, TotalSegments: 2 }), refused],
    ['refuses a consistent read of an index', scan({ IndexName: 'by-group', ConsistentRead: true }), refused],
  ]),
);
