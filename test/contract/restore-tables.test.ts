import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DescribeTableCommand, DescribeTimeToLiveCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { realSurroundings } from '../../adapters/clock.ts';
import { TableGateway } from '../../adapters/tables/gateway.ts';
import { restoreTables } from '../../bin/restore.ts';
import { restoredTablesSchema } from '../../contract/restored-tables.ts';
import { type TableDefinition, type TableName, tableNames, tables } from '../../contract/tables.ts';
import { keepMoment, type PointInTime, startPointInTime } from '../../local/point-in-time.ts';
import { serveCopy, type TableServer } from '../../local/table-server.ts';
import { scanAll } from '../support/books.ts';
import { clientSettings, createTables, documentClientOn } from '../support/dynamodb-endpoint.ts';

let folder: string;
let server: TableServer;
let pointInTime: PointInTime;
let names: Record<TableName, string>;
let moment: Date;
let client: DynamoDBClient;

/** Every table of the contract with one item of before the moment, and one of after it. */
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'surety-restore-'));
  server = await serveCopy(join(folder, 'tables.db'), 'us-east-1');
  names = await createTables(server.endpoint, tables, 'live-');
  const documents = documentClientOn(server.endpoint);
  const put = async (pk: string) => {
    for (const name of tableNames)
      await documents.send(
        new PutCommand({ TableName: names[name], Item: { pk, ...(tables[name].sortKey && { sk: 'x' }) } }),
      );
  };
  await put('before');
  moment = await keepMoment(join(folder, 'tables.db'), join(folder, 'moment.db'));
  await put('after');
  documents.destroy();
  pointInTime = await startPointInTime(server.endpoint, { copy: join(folder, 'moment.db'), moment }, 'us-east-1');
  client = new DynamoDBClient(clientSettings(pointInTime.endpoint));
});
afterAll(async () => {
  client.destroy();
  await pointInTime.stop();
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
});

const sources = () => tableNames.map((name) => [name, names[name]] as const);
const restore = (at = moment, said: string[] = []) => restoreTables(client, sources(), at, (line) => said.push(line));

describe('restoring tables', () => {
  it('refuses a moment to which a table cannot be restored, before it makes anything', async () => {
    await expect(restore(new Date(moment.getTime() + 60_000))).rejects.toThrow(/can be restored from .* to .* only/);
    await expect(restore(new Date(moment.getTime() - 60_000))).rejects.toThrow(/only/);
    const target = `${names.keys}.at-${moment.toISOString().slice(0, 19).replaceAll(/[-:]/g, '')}Z`;
    await expect(client.send(new DescribeTableCommand({ TableName: target }))).rejects.toThrow();
  });

  it('makes every table as it was at the moment, under a name that says so, and leaves the old ones alone', async () => {
    const restored = restoredTablesSchema.parse(await restore());
    expect(restored.moment).toBe(moment.toISOString());
    const documents = documentClientOn(server.endpoint);
    const gateway = new TableGateway(documents, realSurroundings);
    for (const name of tableNames) {
      const { tableName = '' } = restored.tables[name] ?? {};
      expect(tableName).toMatch(new RegExp(`^${names[name]}\\.at-\\d{8}T\\d{6}Z$`));
      expect((await scanAll(gateway, tableName)).map(({ pk }) => pk)).toEqual(['before']);
      expect((await scanAll(gateway, names[name])).map(({ pk }) => pk).sort()).toEqual(['after', 'before']);
    }
    documents.destroy();
  });

  it('gives the new tables the indexes, the streams and the time to live that the contract asks for', async () => {
    const restored = await restore();
    for (const name of tableNames) {
      const definition: TableDefinition = tables[name];
      const { tableName: TableName = '', streamArn } = restored.tables[name] ?? {};
      const { Table } = await client.send(new DescribeTableCommand({ TableName }));
      const indexes = (Table?.GlobalSecondaryIndexes ?? []).map(({ IndexName }) => IndexName);
      expect(indexes.toSorted()).toEqual(definition.indexes.map((index) => index.name).toSorted());
      expect(Table?.LatestStreamArn).toBe(streamArn);
      const view = definition.stream === 'new-image' ? 'NEW_IMAGE' : 'NEW_AND_OLD_IMAGES';
      expect(Table?.StreamSpecification?.StreamViewType).toBe(definition.stream === false ? undefined : view);
      const { TimeToLiveDescription } = await client.send(new DescribeTimeToLiveCommand({ TableName }));
      expect(TimeToLiveDescription?.AttributeName).toBe(definition.timeToLive);
    }
  });

  it('goes on where it stopped: what is there already is not made again', async () => {
    const first = await restore();
    const said: string[] = [];
    expect(await restore(moment, said)).toEqual(first);
    expect(said.filter((line) => line.includes('is being restored'))).toEqual([]);
  });
});
