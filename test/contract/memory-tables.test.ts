import { GetCommand, PutCommand, QueryCommand, ScanCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { describe, expect, test } from 'vitest';
import { MemoryDynamoDb } from '../fakes/memory-dynamodb/memory-dynamodb.ts';

const definition = {
  tableName: 't',
  partitionKey: 'pk',
  indexes: [{ name: 'ix', partitionKey: 'g', sortKey: 'pk', project: [] }],
} as const;

const put = (pk: string, rest: object = {}) => new PutCommand({ TableName: 't', Item: { pk, g: 'G', ...rest } });
const index = new QueryCommand({
  TableName: 't',
  IndexName: 'ix',
  KeyConditionExpression: 'g = :g',
  ExpressionAttributeValues: { ':g': 'G' },
});

describe('the memory tables', () => {
  test('what a caller does to its objects changes nothing that is stored', async () => {
    const tables = new MemoryDynamoDb();
    tables.createTable(definition);
    const item = { pk: '1', list: [1], map: { a: 1 }, set: new Set(['x']), bytes: new Uint8Array([1]) };
    await tables.send(new PutCommand({ TableName: 't', Item: item }));
    item.list.push(2);
    item.map.a = 2;
    item.set.add('y');
    item.bytes[0] = 9;
    const read = async () => (await tables.send(new GetCommand({ TableName: 't', Key: { pk: '1' } }))).Item;
    const got = await read();
    expect(got).toEqual({ pk: '1', list: [1], map: { a: 1 }, set: new Set(['x']), bytes: new Uint8Array([1]) });
    got?.['list'].push(3);
    got?.['set'].add('z');
    expect(await read()).toEqual({
      pk: '1',
      list: [1],
      map: { a: 1 },
      set: new Set(['x']),
      bytes: new Uint8Array([1]),
    });
  });

  test('an index shows a write only when its lag allows, and never goes back', async () => {
    let hidden = 1;
    const tables = new MemoryDynamoDb({ lag: ({ index: name }) => (name === 'ix' ? hidden : 0) });
    tables.createTable(definition);
    await tables.send(put('1'));
    await tables.send(put('2'));
    const seen = async () => (await tables.send(index)).Items?.map((item) => item['pk']);
    expect(await seen()).toEqual(['1']);
    hidden = 2;
    expect(await seen()).toEqual(['1']);
    hidden = 0;
    expect(await seen()).toEqual(['1', '2']);
  });

  test('an eventually consistent read may be behind, a consistent one is not', async () => {
    const tables = new MemoryDynamoDb({ lag: ({ index: name, pending }) => (name === undefined ? pending : 0) });
    tables.createTable(definition);
    await tables.send(put('1'));
    const get = (ConsistentRead: boolean) =>
      tables.send(new GetCommand({ TableName: 't', Key: { pk: '1' }, ConsistentRead }));
    expect((await get(false)).Item).toBeUndefined();
    expect((await get(true)).Item).toEqual({ pk: '1', g: 'G' });
    expect((await tables.send(new ScanCommand({ TableName: 't' }))).Count).toBe(0);
    expect((await tables.send(new ScanCommand({ TableName: 't', ConsistentRead: true }))).Count).toBe(1);
  });

  test('segments and pages of a scan cover everything once', async () => {
    const tables = new MemoryDynamoDb();
    tables.createTable(definition);
    const names = Array.from({ length: 50 }, (_, n) => `k${n}`);
    for (const name of names) await tables.send(put(name));
    const seen: string[] = [];
    for (const Segment of [0, 1, 2]) {
      let ExclusiveStartKey: Record<string, unknown> | undefined;
      do {
        const page = await tables.send(
          new ScanCommand({ TableName: 't', Segment, TotalSegments: 3, Limit: 4, ExclusiveStartKey }),
        );
        seen.push(...(page.Items ?? []).map((item) => String(item['pk'])));
        ExclusiveStartKey = page.LastEvaluatedKey;
      } while (ExclusiveStartKey);
    }
    expect(seen.toSorted()).toEqual(names.toSorted());
  });

  test('a page ends after a megabyte', async () => {
    const tables = new MemoryDynamoDb();
    tables.createTable({ tableName: 't', partitionKey: 'pk', sortKey: 'sk' });
    for (let n = 0; n < 5; n += 1) {
      await tables.send(new PutCommand({ TableName: 't', Item: { pk: 'a', sk: `${n}`, x: 'y'.repeat(300 * 1024) } }));
    }
    const page = await tables.send(
      new QueryCommand({ TableName: 't', KeyConditionExpression: 'pk = :p', ExpressionAttributeValues: { ':p': 'a' } }),
    );
    expect(page.Count).toBe(4);
    expect(page.LastEvaluatedKey).toEqual({ pk: 'a', sk: '3' });
  });

  test('numbers beyond the safe integers stay exact', async () => {
    const tables = new MemoryDynamoDb();
    tables.createTable(definition);
    await tables.send(put('1', { n: Number.MAX_SAFE_INTEGER }));
    const { Attributes } = await tables.send(
      new UpdateCommand({
        TableName: 't',
        Key: { pk: '1' },
        UpdateExpression: 'ADD n :v',
        ExpressionAttributeValues: { ':v': 2 },
        ReturnValues: 'UPDATED_NEW',
      }),
    );
    expect(Attributes).toEqual({ n: 9007199254740993n });
  });

  test('strings are ordered by their bytes', async () => {
    const tables = new MemoryDynamoDb();
    tables.createTable(definition);
    for (const pk of ['\u{1f600}', '\uffee', 'a']) await tables.send(put(pk));
    expect((await tables.send(index)).Items?.map((item) => item['pk'])).toEqual(['a', '\uffee', '\u{1f600}']);
  });
});
