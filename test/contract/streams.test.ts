import { DeleteCommand, PutCommand, TransactWriteCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { MemoryDynamoDb } from '../fakes/memory-dynamodb/memory-dynamodb.ts';
import { type Backend, backends, freshTable } from './contract.ts';

const key = { pk: 'a', sk: '1' };
const Keys = { pk: { S: 'a' }, sk: { S: '1' } };

describe.each(backends)('a stream on %s', (_name, start) => {
  let backend: Backend;
  beforeAll(async () => {
    backend = await start();
  });
  afterAll(async () => backend.stop());

  const images = async (table: string) =>
    (await backend.readStream(table)).map(({ eventName, dynamodb }) => ({
      eventName,
      ...(dynamodb?.Keys && { Keys: dynamodb.Keys }),
      ...(dynamodb?.OldImage && { OldImage: dynamodb.OldImage }),
      ...(dynamodb?.NewImage && { NewImage: dynamodb.NewImage }),
    }));

  test('tells each change of an item in order, with both images', async () => {
    const table = await freshTable(backend);
    const { client } = backend;
    await client.send(new PutCommand({ TableName: table, Item: { ...key, n: 1 } }));
    await client.send(
      new UpdateCommand({
        TableName: table,
        Key: key,
        UpdateExpression: 'SET n = :v, b = :b',
        ExpressionAttributeValues: { ':v': 2, ':b': new Uint8Array([7]) },
      }),
    );
    await client.send(new DeleteCommand({ TableName: table, Key: key }));
    const first = { ...Keys, n: { N: '1' } };
    const second = { ...Keys, n: { N: '2' }, b: { B: new Uint8Array([7]) } };
    expect(await images(table)).toEqual([
      { eventName: 'INSERT', Keys, NewImage: first },
      { eventName: 'MODIFY', Keys, OldImage: first, NewImage: second },
      { eventName: 'REMOVE', Keys, OldImage: second },
    ]);
  });

  test('leaves out what changes nothing', async () => {
    const table = await freshTable(backend);
    const { client } = backend;
    const Item = { ...key, n: 1 };
    await client.send(new PutCommand({ TableName: table, Item }));
    await client.send(new PutCommand({ TableName: table, Item }));
    await client.send(new DeleteCommand({ TableName: table, Key: { pk: 'x', sk: 'y' } }));
    await client.send(
      new TransactWriteCommand({
        TransactItems: [
          { ConditionCheck: { TableName: table, Key: key, ConditionExpression: 'attribute_exists(pk)' } },
        ],
      }),
    );
    const image = { ...Keys, n: { N: '1' } };
    // The embedded server records a put that changed nothing; consumers must be able to take it.
    const idle = backend.engine === 'dynoxide' ? [{ eventName: 'MODIFY', Keys, OldImage: image, NewImage: image }] : [];
    expect(await images(table)).toEqual([{ eventName: 'INSERT', Keys, NewImage: image }, ...idle]);
  });

  test('numbers its records upwards', async () => {
    const table = await freshTable(backend);
    for (const sk of ['1', '2', '3']) {
      await backend.client.send(new PutCommand({ TableName: table, Item: { pk: 'a', sk } }));
    }
    const numbers = (await backend.readStream(table)).map((record) => BigInt(record.dynamodb?.SequenceNumber ?? 0));
    expect(numbers).toHaveLength(3);
    expect(numbers.toSorted((a, b) => (a < b ? -1 : 1))).toEqual(numbers);
    expect(new Set(numbers).size).toBe(3);
  });
});

test('a cursor reads on where it stopped', async () => {
  const tables = new MemoryDynamoDb({ now: () => 1_700_000_000_500 });
  tables.createTable({ tableName: 't', partitionKey: 'pk', stream: true });
  for (const pk of ['1', '2', '3']) await tables.send(new PutCommand({ TableName: 't', Item: { pk } }));
  const first = tables.readStream('t', 0, 2);
  expect(first.map((record) => record.dynamodb?.Keys)).toEqual([{ pk: { S: '1' } }, { pk: { S: '2' } }]);
  expect(tables.readStream('t', 2)).toHaveLength(1);
  expect(first[0]?.dynamodb?.ApproximateCreationDateTime).toEqual(new Date(1_700_000_000_000));
});
