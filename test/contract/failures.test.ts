import {
  BatchGetCommand,
  BatchWriteCommand,
  DeleteCommand,
  GetCommand,
  PutCommand,
  TransactGetCommand,
  TransactWriteCommand,
  type TransactWriteCommandInput,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import { contract, type Outcome } from './contract.ts';

const key = { pk: 'a', sk: '1' };
const other = { pk: 'a', sk: '2' };
const item = { ...key, n: 5, sealed: new Uint8Array([1, 2]), tags: new Set(['x']) };
const marshalled = {
  pk: { S: 'a' },
  sk: { S: '1' },
  n: { N: '5' },
  sealed: { B: new Uint8Array([1, 2]) },
  tags: { SS: ['x'] },
};
const refused: Outcome = { error: 'ValidationException' };
const none: Outcome = { output: {} };
const old = { ReturnValuesOnConditionCheckFailure: 'ALL_OLD' } as const;

const transact =
  (items: (table: string) => NonNullable<TransactWriteCommandInput['TransactItems']>, token?: string) =>
  (table: string) =>
    new TransactWriteCommand({
      TransactItems: items(table),
      ClientRequestToken: token && `${token}${table.slice(-25)}`,
    });

contract('a single write', [
  {
    name: 'a failed condition brings the item when asked, in DynamoDB form',
    given: [item],
    when: (TableName) =>
      new PutCommand({ TableName, Item: key, ConditionExpression: 'attribute_not_exists(pk)', ...old }),
    answer: { error: 'ConditionalCheckFailedException', item: marshalled },
  },
  {
    name: 'a failed condition brings no item unasked',
    given: [item],
    when: (TableName) => new PutCommand({ TableName, Item: key, ConditionExpression: 'attribute_not_exists(pk)' }),
    answer: { error: 'ConditionalCheckFailedException' },
  },
  {
    name: 'a failed condition brings no item where there is none',
    when: (TableName) =>
      new DeleteCommand({ TableName, Key: key, ConditionExpression: 'attribute_exists(pk)', ...old }),
    answer: { error: 'ConditionalCheckFailedException' },
  },
  {
    name: 'a failed update brings the item',
    given: [item],
    when: (TableName) =>
      new UpdateCommand({
        TableName,
        Key: key,
        UpdateExpression: 'SET n = :v',
        ConditionExpression: 'n = :v',
        ExpressionAttributeValues: { ':v': 6 },
        ...old,
      }),
    answer: { error: 'ConditionalCheckFailedException', item: marshalled },
  },
  {
    name: 'a put answers what it replaced',
    given: [item],
    when: (TableName) => new PutCommand({ TableName, Item: key, ReturnValues: 'ALL_OLD' }),
    answer: { output: { Attributes: item } },
  },
  {
    name: 'a delete answers what it removed',
    given: [item],
    when: (TableName) => new DeleteCommand({ TableName, Key: key, ReturnValues: 'ALL_OLD' }),
    answer: { output: { Attributes: item } },
  },
  {
    name: 'a delete of nothing succeeds',
    when: (TableName) => new DeleteCommand({ TableName, Key: key, ReturnValues: 'ALL_OLD' }),
    answer: none,
  },
  {
    name: 'a put answers nothing new',
    when: (TableName) => new PutCommand({ TableName, Item: key, ReturnValues: 'ALL_NEW' }),
    answer: refused,
  },
  {
    name: 'a missing key is refused',
    when: (TableName) => new PutCommand({ TableName, Item: { pk: 'a' } }),
    answer: refused,
  },
  {
    name: 'an empty key is refused',
    when: (TableName) => new PutCommand({ TableName, Item: { pk: 'a', sk: '' } }),
    answer: refused,
  },
  {
    name: 'a key of another type is refused',
    when: (TableName) => new PutCommand({ TableName, Item: { pk: 'a', sk: 1 } }),
    answer: refused,
  },
  {
    name: 'an index key of another type is refused',
    when: (TableName) => new PutCommand({ TableName, Item: { ...key, g: 1 } }),
    answer: refused,
  },
  {
    name: 'an empty index key is refused',
    when: (TableName) => new PutCommand({ TableName, Item: { ...key, g: '' } }),
    answer: refused,
  },
  {
    name: 'an item beyond 400 KB is refused',
    when: (TableName) => new PutCommand({ TableName, Item: { ...key, x: 'y'.repeat(400 * 1024) } }),
    answer: refused,
  },
  {
    name: 'an unknown table is named as such',
    when: () => new GetCommand({ TableName: 'no-such-table', Key: key }),
    answer: { error: 'ResourceNotFoundException' },
  },
  {
    name: 'undefined values are left out, empty strings are kept',
    after: (TableName) => [
      new PutCommand({ TableName, Item: { ...key, a: undefined, b: '', c: [1, undefined, { d: undefined }] } }),
    ],
    when: (TableName) => new GetCommand({ TableName, Key: key }),
    answer: { output: { Item: { ...key, b: '', c: [1, {}] } } },
  },
  {
    name: 'a projection answers only what it names, lists closed up',
    given: [{ ...item, m: { a: { b: 1 }, c: 2 }, l: [1, 2, 3] }],
    when: (TableName) =>
      new GetCommand({
        TableName,
        Key: key,
        ProjectionExpression: 'm.a.b, l[2], l[0], absent, sk',
        ConsistentRead: true,
      }),
    answer: { output: { Item: { sk: '1', m: { a: { b: 1 } }, l: [1, 3] } } },
  },
  {
    name: 'a projection of nothing that is there answers an empty item',
    given: [item],
    when: (TableName) => new GetCommand({ TableName, Key: key, ProjectionExpression: 'absent' }),
    answer: { output: { Item: {} } },
  },
  {
    name: 'a projection with overlapping paths is refused',
    when: (TableName) => new GetCommand({ TableName, Key: key, ProjectionExpression: 'm.a, m' }),
    answer: refused,
  },
]);

contract('a transaction', [
  {
    name: 'cancels as a whole and names the reason of each part in order',
    given: [item],
    when: transact((TableName) => [
      { Put: { TableName, Item: { pk: 'b', sk: '1' } } },
      {
        ConditionCheck: {
          TableName,
          Key: key,
          ConditionExpression: 'n = :v',
          ExpressionAttributeValues: { ':v': 6 },
          ...old,
        },
      },
      { Delete: { TableName, Key: other, ConditionExpression: 'attribute_exists(pk)', ...old } },
    ]),
    answer: {
      error: 'TransactionCanceledException',
      reasons: [
        { Code: 'None' },
        { Code: 'ConditionalCheckFailed', Item: marshalled },
        { Code: 'ConditionalCheckFailed' },
      ],
    },
  },
  {
    name: 'that was cancelled has written nothing',
    given: [item],
    after: (table) => [
      transact((TableName) => [
        { Put: { TableName, Item: other } },
        { Delete: { TableName, Key: key, ConditionExpression: 'attribute_not_exists(pk)' } },
      ])(table),
    ],
    when: (TableName) => new GetCommand({ TableName, Key: other }),
    answer: none,
  },
  {
    name: 'writes all its parts',
    given: [item],
    after: (table) => [
      transact((TableName) => [
        { Put: { TableName, Item: other, ConditionExpression: 'attribute_not_exists(pk)' } },
        {
          Update: {
            TableName,
            Key: key,
            UpdateExpression: 'SET n = n - :v',
            ConditionExpression: 'n >= :v',
            ExpressionAttributeValues: { ':v': 5 },
          },
        },
      ])(table),
    ],
    when: (TableName) =>
      new TransactGetCommand({
        TransactItems: [
          { Get: { TableName, Key: key } },
          { Get: { TableName, Key: other } },
          { Get: { TableName, Key: { pk: 'x', sk: 'y' } } },
        ],
      }),
    answer: { output: { Responses: [{ Item: { ...item, n: 0 } }, { Item: other }, {}] } },
  },
  {
    name: 'with two operations on one item is refused',
    when: transact((TableName) => [{ Put: { TableName, Item: key } }, { Delete: { TableName, Key: key } }]),
    answer: refused,
  },
  { name: 'without operations is refused', when: transact(() => []), answer: refused },
  {
    name: 'of 100 operations is taken',
    when: transact((TableName) =>
      Array.from({ length: 100 }, (_, n) => ({ Put: { TableName, Item: { pk: 'a', sk: `${n}` } } })),
    ),
    answer: none,
  },
  {
    name: 'of 101 operations is refused',
    when: transact((TableName) =>
      Array.from({ length: 101 }, (_, n) => ({ Put: { TableName, Item: { pk: 'a', sk: `${n}` } } })),
    ),
    answer: refused,
  },
  {
    name: 'whose update does not fit the item names that as the reason',
    given: [item],
    when: transact((TableName) => [
      { Put: { TableName, Item: other } },
      {
        Update: { TableName, Key: key, UpdateExpression: 'SET n = tags + :v', ExpressionAttributeValues: { ':v': 1 } },
      },
    ]),
    answer: { error: 'TransactionCanceledException', reasons: [{ Code: 'None' }, { Code: 'ValidationError' }] },
    differs: { 'dynamodb-local': { because: 'it refuses the request instead', answer: refused } },
  },
  {
    name: 'with an expression that cannot be read is refused',
    when: transact((TableName) => [{ Put: { TableName, Item: key, ConditionExpression: 'foo(' } }]),
    answer: refused,
    differs: {
      dynoxide: {
        because: 'it reads expressions inside the transaction',
        answer: { error: 'TransactionCanceledException', reasons: [{ Code: 'ValidationError' }] },
      },
    },
  },
  {
    name: 'with a value that nothing uses is refused',
    when: transact((TableName) => [
      {
        Put: {
          TableName,
          Item: key,
          ConditionExpression: 'attribute_not_exists(pk)',
          ExpressionAttributeValues: { ':v': 1 },
        },
      },
    ]),
    answer: refused,
    differs: {
      dynoxide: {
        because: 'it checks values inside the transaction',
        answer: { error: 'TransactionCanceledException', reasons: [{ Code: 'ValidationError' }] },
      },
    },
  },
  {
    name: 'with an incomplete key is refused',
    when: transact((TableName) => [{ Put: { TableName, Item: { pk: 'a' } } }]),
    answer: refused,
    differs: {
      dynoxide: {
        because: 'it reads keys inside the transaction',
        answer: { error: 'TransactionCanceledException', reasons: [{ Code: 'ValidationError' }] },
      },
    },
  },
  {
    name: 'with two operations in one part is refused',
    when: transact((TableName) => [{ Put: { TableName, Item: key }, Delete: { TableName, Key: other } }]),
    answer: refused,
    differs: { dynoxide: { because: 'it takes the first and drops the rest', answer: none } },
  },
  {
    name: 'with a token is done once',
    given: [item],
    after: (table) => [increase('once')(table), increase('once')(table)],
    when: (TableName) => new GetCommand({ TableName, Key: key, ProjectionExpression: 'n' }),
    answer: { output: { Item: { n: 6 } } },
  },
  {
    name: 'with the token of another is refused',
    given: [item],
    after: (table) => [increase('two')(table)],
    when: transact((TableName) => [{ Put: { TableName, Item: other } }], 'two'),
    answer: { error: 'IdempotentParameterMismatchException' },
  },
  {
    name: 'that reads one item twice is refused',
    when: (TableName) =>
      new TransactGetCommand({ TransactItems: [{ Get: { TableName, Key: key } }, { Get: { TableName, Key: key } }] }),
    answer: refused,
  },
]);

const increase = (token: string) =>
  transact(
    (TableName) => [
      { Update: { TableName, Key: key, UpdateExpression: 'ADD n :one', ExpressionAttributeValues: { ':one': 1 } } },
    ],
    token,
  );

contract('a batch', [
  {
    name: 'reads what is there',
    given: [item],
    when: (table) =>
      new BatchGetCommand({
        RequestItems: { [table]: { Keys: [key, other], ProjectionExpression: 'n', ConsistentRead: true } },
      }),
    answer: { output: { Responses: { table: [{ n: 5 }] }, UnprocessedKeys: {} } },
  },
  {
    name: 'that reads an item twice is refused',
    when: (table) => new BatchGetCommand({ RequestItems: { [table]: { Keys: [key, key] } } }),
    answer: refused,
  },
  {
    name: 'of 101 reads is refused',
    when: (table) =>
      new BatchGetCommand({
        RequestItems: { [table]: { Keys: Array.from({ length: 101 }, (_, n) => ({ pk: 'a', sk: `${n}` })) } },
      }),
    answer: refused,
  },
  {
    name: 'without keys is refused',
    when: (table) => new BatchGetCommand({ RequestItems: { [table]: { Keys: [] } } }),
    answer: refused,
  },
  {
    name: 'writes and deletes',
    given: [item],
    when: (table) =>
      new BatchWriteCommand({
        RequestItems: { [table]: [{ PutRequest: { Item: other } }, { DeleteRequest: { Key: key } }] },
      }),
    answer: { output: { UnprocessedItems: {} } },
  },
  {
    name: 'that writes an item twice is refused',
    when: (table) =>
      new BatchWriteCommand({
        RequestItems: { [table]: [{ PutRequest: { Item: key } }, { DeleteRequest: { Key: key } }] },
      }),
    answer: refused,
  },
  {
    name: 'of 26 writes is refused',
    when: (table) =>
      new BatchWriteCommand({
        RequestItems: {
          [table]: Array.from({ length: 26 }, (_, n) => ({ DeleteRequest: { Key: { pk: 'a', sk: `${n}` } } })),
        },
      }),
    answer: refused,
  },
]);
