import {
  BatchWriteCommand,
  DeleteCommand,
  GetCommand,
  PutCommand,
  QueryCommand,
  TransactGetCommand,
  TransactWriteCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import { contract, type Outcome } from './contract.ts';

const key = { pk: 'a', sk: '1' };
const item = { ...key, n: 1, g: 'G', gs: 'S', p: 'P', q: 'Q' };

const units = (table: number, indexes: Record<string, number> = {}, rest: object = {}): Outcome => {
  const byIndex = Object.entries(indexes).map(([name, CapacityUnits]) => [name, { CapacityUnits }]);
  return {
    output: {
      ...rest,
      ConsumedCapacity: {
        TableName: 'table',
        CapacityUnits: Object.values(indexes).reduce((sum, count) => sum + count, table),
        Table: { CapacityUnits: table },
        ...(byIndex.length > 0 && { GlobalSecondaryIndexes: Object.fromEntries(byIndex) }),
      },
    },
  };
};

const transactionUnits = (CapacityUnits: number, kind: 'Read' | 'Write', rest: object = {}): Outcome => ({
  output: {
    ...rest,
    ConsumedCapacity: [{ TableName: 'table', CapacityUnits, [`${kind}CapacityUnits`]: CapacityUnits }],
  },
});

const ask = { ReturnConsumedCapacity: 'INDEXES' } as const;

const update = (expression: string, values?: Record<string, unknown>) => (TableName: string) =>
  new UpdateCommand({ TableName, Key: key, UpdateExpression: expression, ExpressionAttributeValues: values, ...ask });

contract('capacity', [
  {
    name: 'a put into both indexes writes three times',
    when: (TableName) => new PutCommand({ TableName, Item: item, ...ask }),
    answer: units(1, { 'by-group': 1, 'by-group-only': 1 }),
  },
  {
    name: 'what no index projects costs no index write',
    given: [item],
    when: update('SET q = :v', { ':v': 1 }),
    answer: units(1),
  },
  {
    name: 'what one index projects costs one index write',
    given: [item],
    when: update('SET p = :v', { ':v': 'new' }),
    answer: units(1, { 'by-group': 1 }),
  },
  {
    name: 'a projected attribute that stays the same costs nothing',
    given: [item],
    when: update('SET p = p'),
    answer: units(1),
  },
  {
    name: 'an index key that moves costs a delete and a put',
    given: [item],
    when: update('SET gs = :v', { ':v': 'T' }),
    answer: units(1, { 'by-group': 2 }),
  },
  {
    name: 'an index key that goes costs a delete in each index',
    given: [item],
    when: update('REMOVE g'),
    answer: units(1, { 'by-group': 1, 'by-group-only': 1 }),
  },
  {
    name: 'each started KB counts, of the larger image',
    given: [{ ...item, x: 'y'.repeat(3000), p: 'p'.repeat(1500) }],
    when: (TableName) => new DeleteCommand({ TableName, Key: key, ...ask }),
    answer: units(5, { 'by-group': 2, 'by-group-only': 1 }),
  },
  {
    name: 'a delete of nothing counts once',
    when: (TableName) => new DeleteCommand({ TableName, Key: key, ...ask }),
    answer: units(1),
  },
  {
    name: 'a read counts half when eventually consistent',
    given: [item],
    when: (TableName) => new GetCommand({ TableName, Key: key, ProjectionExpression: 'n', ...ask }),
    answer: units(0.5, {}, { Item: { n: 1 } }),
  },
  {
    name: 'a read of nothing counts as well',
    when: (TableName) => new GetCommand({ TableName, Key: key, ConsistentRead: true, ...ask }),
    answer: units(1),
  },
  {
    name: 'a query counts the sum of what it read in 4 KB',
    given: [1, 2, 3].map((n) => ({ pk: 'a', sk: `${n}`, x: 'y'.repeat(3000) })),
    when: (TableName) =>
      new QueryCommand({
        TableName,
        KeyConditionExpression: 'pk = :p',
        ExpressionAttributeValues: { ':p': 'a' },
        Select: 'COUNT',
        ConsistentRead: true,
        ReturnConsumedCapacity: 'TOTAL',
      }),
    answer: { output: { Count: 3, ScannedCount: 3, ConsumedCapacity: { TableName: 'table', CapacityUnits: 3 } } },
  },
  {
    name: 'a query of an index counts on the index',
    given: [item],
    when: (TableName) =>
      new QueryCommand({
        TableName,
        IndexName: 'by-group',
        KeyConditionExpression: 'g = :g',
        ExpressionAttributeValues: { ':g': 'G' },
        Select: 'COUNT',
        ...ask,
      }),
    answer: {
      output: {
        Count: 1,
        ScannedCount: 1,
        ConsumedCapacity: {
          TableName: 'table',
          CapacityUnits: 0.5,
          Table: { CapacityUnits: 0 },
          GlobalSecondaryIndexes: { 'by-group': { CapacityUnits: 0.5 } },
        },
      },
    },
  },
  {
    name: 'a transaction doubles the writes of the table, not of its indexes',
    given: [{ ...item, pk: 'b' }],
    when: (TableName) =>
      new TransactWriteCommand({
        TransactItems: [
          { Put: { TableName, Item: item } },
          { ConditionCheck: { TableName, Key: { ...key, pk: 'c' }, ConditionExpression: 'attribute_not_exists(pk)' } },
          {
            Update: {
              TableName,
              Key: { ...key, pk: 'b' },
              UpdateExpression: 'SET gs = :v',
              ExpressionAttributeValues: { ':v': 'T' },
            },
          },
        ],
        ReturnConsumedCapacity: 'TOTAL',
      }),
    answer: transactionUnits(10, 'Write'),
    differs: {
      'dynamodb-local': {
        because: 'it counts transactions and their index writes by rules of its own',
        answer: transactionUnits(16, 'Write'),
      },
    },
  },
  {
    name: 'a transaction doubles reads',
    given: [item],
    when: (TableName) =>
      new TransactGetCommand({
        TransactItems: [{ Get: { TableName, Key: key } }, { Get: { TableName, Key: { ...key, sk: 'absent' } } }],
        ReturnConsumedCapacity: 'TOTAL',
      }),
    answer: transactionUnits(4, 'Read', { Responses: [{ Item: item }, {}] }),
  },
  {
    name: 'a batch counts each write',
    when: (table) =>
      new BatchWriteCommand({
        RequestItems: { [table]: [{ PutRequest: { Item: key } }, { DeleteRequest: { Key: { ...key, sk: '2' } } }] },
        ReturnConsumedCapacity: 'TOTAL',
      }),
    answer: { output: { UnprocessedItems: {}, ConsumedCapacity: [{ TableName: 'table', CapacityUnits: 2 }] } },
    differs: {
      'dynamodb-local': {
        because: 'it counts a delete of nothing in a batch twice',
        answer: { output: { UnprocessedItems: {}, ConsumedCapacity: [{ TableName: 'table', CapacityUnits: 3 }] } },
      },
    },
  },
]);
