import type { DocumentClient } from '../../../adapters/tables/gateway.ts';
import { type TableName, tableNames, tables } from '../../../contract/tables.ts';
import { MemoryDynamoDb } from '../../fakes/memory-dynamodb/memory-dynamodb.ts';
import { createTables, documentClientOn, startDynamoDb } from '../../support/dynamodb-endpoint.ts';

/** Somewhere the tables of the spine stand, fresh under each prefix. */
export type AdapterBackend = {
  readonly client: DocumentClient;
  createTables(prefix: string): Promise<Record<TableName, string>>;
  stop(): Promise<void>;
};

const memory = async (): Promise<AdapterBackend> => {
  const client = new MemoryDynamoDb();
  return {
    client,
    createTables: async (prefix) => {
      for (const name of tableNames) client.createTable({ tableName: `${prefix}${name}`, ...tables[name] });
      return Object.fromEntries(tableNames.map((name) => [name, `${prefix}${name}`])) as Record<TableName, string>;
    },
    stop: async () => {},
  };
};

const server = async (): Promise<AdapterBackend> => {
  const { endpoint, stop } = await startDynamoDb();
  const client = documentClientOn(endpoint);
  // A server of the user's own may hold tables of an earlier run.
  const run = `t${process.pid}-${Date.now()}-`;
  return {
    client,
    createTables: (prefix) => createTables(endpoint, tables, `${run}${prefix}`),
    stop: async () => {
      client.destroy();
      await stop();
    },
  };
};

/** The tables in memory, and the server that `DYNAMODB_ENDPOINT` names or that is embedded. */
export const backends: readonly (readonly [string, () => Promise<AdapterBackend>])[] = [
  ['in memory', memory],
  ['on a table server', server],
];
