import { PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { tableNames, tables } from '../../contract/tables.ts';
import { createTables, type DynamoDbEndpoint, documentClientOn, startDynamoDb } from '../support/dynamodb-endpoint.ts';

let server: DynamoDbEndpoint;
beforeAll(async () => {
  server = await startDynamoDb();
});
afterAll(async () => server.stop());

test('the tables of the contract can be created, and their indexes answer', async () => {
  const prefix = `contract-${process.pid}-${Date.now().toString(36)}-`;
  const names = await createTables(server.endpoint, tables, prefix);
  expect(Object.keys(names)).toEqual([...tableNames]);
  const client = documentClientOn(server.endpoint);
  const order = { pk: 'ord_1', sk: 'order', dueShard: '0', dueAt: '2026-01-01T00:00:00.000Z' };
  await client.send(new PutCommand({ TableName: names.orders, Item: order }));
  const { Items } = await client.send(
    new QueryCommand({
      TableName: names.orders,
      IndexName: 'due',
      KeyConditionExpression: 'dueShard = :s AND dueAt <= :now',
      ExpressionAttributeValues: { ':s': '0', ':now': '2026-01-02T00:00:00.000Z' },
    }),
  );
  expect(Items).toEqual([order]);
  client.destroy();
});
