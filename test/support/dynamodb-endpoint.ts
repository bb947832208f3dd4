import { type ChildProcess, spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import {
  type AttributeDefinition,
  CreateTableCommand,
  DynamoDBClient,
  type Projection,
} from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { IndexDefinition } from '../../contract/tables.ts';

/** A running DynamoDB; `stop` ends it if it was started here. */
export type DynamoDbEndpoint = { readonly endpoint: string; stop(): Promise<void> };

const startAttempts = 200;
const startPauseMs = 25;

/** The endpoint that `DYNAMODB_ENDPOINT` names, or else an embedded server in memory on a free port of loopback. */
export const startDynamoDb = async (): Promise<DynamoDbEndpoint> => {
  const configured = process.env['DYNAMODB_ENDPOINT'];
  return configured ? { endpoint: configured, stop: async () => {} } : startEmbedded();
};

export const startEmbedded = async (): Promise<DynamoDbEndpoint> => {
  const port = await freePort();
  const server = spawn(binary(), ['serve', '--host', '127.0.0.1', '-p', String(port)], { stdio: 'ignore' });
  const endWithUs = () => server.kill();
  process.once('exit', endWithUs);
  const endpoint = `http://127.0.0.1:${port}`;
  await answers(endpoint, server);
  return {
    endpoint,
    stop: async () => {
      process.off('exit', endWithUs);
      if (server.exitCode !== null) return;
      const ended = new Promise((resolve) => server.once('exit', resolve));
      server.kill();
      await ended;
    },
  };
};

const binary = (): string => {
  const packageFile = `@dynoxide/${process.platform}-${process.arch}/package.json`;
  return join(dirname(createRequire(import.meta.url).resolve(packageFile)), 'dynoxide');
};

const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => {
        if (address === null || typeof address === 'string') reject(new Error('The probe has no port'));
        else resolve(address.port);
      });
    });
  });

const answers = async (endpoint: string, server: ChildProcess): Promise<void> => {
  for (let attempt = 0; attempt < startAttempts; attempt += 1) {
    if (server.exitCode !== null) throw new Error(`The embedded DynamoDB ended with code ${server.exitCode}`);
    try {
      await fetch(endpoint);
      return;
    } catch {
      // Not listening yet; the bound on attempts is the recovery.
      await wait(startPauseMs);
    }
  }
  throw new Error(`The embedded DynamoDB did not answer at ${endpoint}`);
};

const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };

export const clientSettings = (endpoint: string) => ({ endpoint, region: 'us-east-1', credentials, maxAttempts: 1 });

/** A document client as the adapters configure theirs. */
export const documentClientOn = (endpoint: string): DynamoDBDocumentClient =>
  DynamoDBDocumentClient.from(new DynamoDBClient(clientSettings(endpoint)), {
    marshallOptions: { removeUndefinedValues: true },
  });

/**
 * Creates the tables under `prefix` and gives their full names: several test files can share one endpoint, each with
 * a prefix of its own.
 */
export const createTables = async <Name extends string>(
  endpoint: string,
  definitions: Readonly<Record<Name, TableLike>>,
  prefix: string,
): Promise<Record<Name, string>> => {
  const client = new DynamoDBClient(clientSettings(endpoint));
  const names: Partial<Record<Name, string>> = {};
  for (const name of Object.keys(definitions) as Name[]) {
    names[name] = `${prefix}${name}`;
    await client.send(createTable(`${prefix}${name}`, definitions[name]));
  }
  client.destroy();
  return names as Record<Name, string>;
};

type KeyNames = { readonly partitionKey: string; readonly sortKey?: string | undefined };
type IndexLike = Omit<IndexDefinition, 'sortKey'> & KeyNames;
type TableLike = KeyNames & { readonly stream: boolean | 'new-image'; readonly indexes: readonly IndexLike[] };

const createTable = (tableName: string, definition: TableLike): CreateTableCommand => {
  const { indexes } = definition;
  return new CreateTableCommand({
    TableName: tableName,
    BillingMode: 'PAY_PER_REQUEST',
    KeySchema: keySchema(definition),
    AttributeDefinitions: attributes([definition, ...indexes]),
    ...(indexes.length > 0 && {
      GlobalSecondaryIndexes: indexes.map((index) => ({
        IndexName: index.name,
        KeySchema: keySchema(index),
        Projection: projection(index),
      })),
    }),
    ...(definition.stream !== false && {
      StreamSpecification: {
        StreamEnabled: true,
        StreamViewType: definition.stream === 'new-image' ? 'NEW_IMAGE' : 'NEW_AND_OLD_IMAGES',
      },
    }),
  });
};

const keySchema = ({ partitionKey, sortKey }: KeyNames) => [
  { AttributeName: partitionKey, KeyType: 'HASH' as const },
  ...(sortKey === undefined ? [] : [{ AttributeName: sortKey, KeyType: 'RANGE' as const }]),
];

const attributes = (schemas: readonly KeyNames[]): AttributeDefinition[] => {
  const names = schemas.flatMap(({ partitionKey, sortKey }) => [partitionKey, sortKey]);
  return [...new Set(names)].flatMap((name) =>
    name === undefined ? [] : [{ AttributeName: name, AttributeType: 'S' as const }],
  );
};

const projection = ({ project }: IndexLike): Projection => {
  if (project === 'all') return { ProjectionType: 'ALL' };
  return project.length === 0
    ? { ProjectionType: 'KEYS_ONLY' }
    : { ProjectionType: 'INCLUDE', NonKeyAttributes: [...project] };
};
