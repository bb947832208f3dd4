import { DescribeTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  DescribeStreamCommand,
  DynamoDBStreamsClient,
  GetRecordsCommand,
  GetShardIteratorCommand,
} from '@aws-sdk/client-dynamodb-streams';
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  type DocumentCommand,
  type DocumentSend,
  MemoryDynamoDb,
  type StreamRecord,
} from '../fakes/memory-dynamodb/memory-dynamodb.ts';
import {
  clientSettings,
  createTables,
  documentClientOn,
  startDynamoDb,
  startEmbedded,
} from '../support/dynamodb-endpoint.ts';

/** Who answers: `aws` is what every other endpoint is held to. */
type Engine = 'memory' | 'dynoxide' | 'dynamodb-local' | 'aws';

export type Outcome =
  | { readonly output: object }
  | {
      readonly error: string;
      /** The item inside a failed condition, in DynamoDB's own form. */
      readonly item?: object;
      readonly reasons?: readonly { readonly Code: string; readonly Item?: object }[];
    };

/** One command on a fresh table, and what DynamoDB answers. */
export type ContractCase = {
  readonly name: string;
  readonly given?: readonly object[];
  /** Earlier commands, whose answers do not matter. */
  readonly after?: (table: string) => readonly DocumentCommand[];
  readonly when: (table: string) => DocumentCommand;
  readonly answer: Outcome;
  /** Where an engine is known to differ from AWS, and why; the difference is asserted, so that its end is noticed. */
  readonly differs?: Partial<Record<Engine, { readonly because: string; readonly answer: Outcome }>>;
};

export type Backend = {
  readonly engine: Engine;
  readonly client: DocumentSend;
  createTable(name: string): Promise<void>;
  readStream(name: string): Promise<readonly StreamRecord[]>;
  stop(): Promise<void>;
};

/** The table of the cases: one index that projects a little, one keys only, and a stream. */
const definition = {
  partitionKey: 'pk',
  sortKey: 'sk',
  stream: true,
  indexes: [
    { name: 'by-group', partitionKey: 'g', sortKey: 'gs', project: ['p'] },
    { name: 'by-group-only', partitionKey: 'g', project: [] },
  ],
} as const;

const memoryBackend = async (): Promise<Backend> => {
  const tables = new MemoryDynamoDb();
  return {
    engine: 'memory',
    client: tables,
    createTable: async (name) => tables.createTable({ tableName: name, ...definition }),
    readStream: async (name) => tables.readStream(name, 0),
    stop: async () => {},
  };
};

const remoteBackend =
  (start: () => Promise<{ endpoint: string; stop(): Promise<void> }>) => async (): Promise<Backend> => {
    const { endpoint, stop } = await start();
    const client = documentClientOn(endpoint);
    return {
      engine: await engineAt(endpoint),
      client,
      createTable: async (name) => {
        await createTables(endpoint, { [name]: definition }, '');
      },
      readStream: (name) => readStreamAt(endpoint, name),
      stop: async () => {
        client.destroy();
        await stop();
      },
    };
  };

/** The memory tables, the embedded server, and whatever DynamoDB the environment names. */
export const backends: readonly (readonly [string, () => Promise<Backend>])[] = [
  ['the memory tables', memoryBackend],
  ['the embedded server', remoteBackend(startEmbedded)],
  ...(process.env['DYNAMODB_ENDPOINT'] ? [['DYNAMODB_ENDPOINT', remoteBackend(startDynamoDb)] as const] : []),
];

const engineAt = async (endpoint: string): Promise<Engine> => {
  const server = (await fetch(endpoint)).headers.get('server') ?? '';
  if (server.startsWith('Dynoxide')) return 'dynoxide';
  return server.startsWith('Jetty') ? 'dynamodb-local' : 'aws';
};

const readStreamAt = async (endpoint: string, table: string): Promise<StreamRecord[]> => {
  const settings = clientSettings(endpoint);
  const described = await new DynamoDBClient(settings).send(new DescribeTableCommand({ TableName: table }));
  const StreamArn = described.Table?.LatestStreamArn;
  const streams = new DynamoDBStreamsClient(settings);
  const { StreamDescription } = await streams.send(new DescribeStreamCommand({ StreamArn }));
  const records: StreamRecord[] = [];
  for (const { ShardId } of StreamDescription?.Shards ?? []) {
    const { ShardIterator } = await streams.send(
      new GetShardIteratorCommand({ StreamArn, ShardId, ShardIteratorType: 'TRIM_HORIZON' }),
    );
    records.push(...((await streams.send(new GetRecordsCommand({ ShardIterator }))).Records ?? []));
  }
  return records;
};

let tablesCreated = 0;
export const freshTable = async (backend: Backend): Promise<string> => {
  tablesCreated += 1;
  const name = `contract-${process.pid}-${Date.now().toString(36)}-${tablesCreated}`;
  await backend.createTable(name);
  return name;
};

/** Runs the same cases on every backend. */
export const contract = (subject: string, cases: readonly ContractCase[]): void => {
  describe.each(backends)(`${subject} on %s`, (_name, start) => {
    let backend: Backend;
    beforeAll(async () => {
      backend = await start();
    });
    afterAll(async () => backend.stop());

    test.each(cases)('$name', async (contractCase) => {
      const table = await freshTable(backend);
      for (const Item of contractCase.given ?? [])
        await backend.client.send(new PutCommand({ TableName: table, Item }));
      for (const command of contractCase.after?.(table) ?? []) await outcomeOf(backend.client, command, table);
      const outcome = await outcomeOf(backend.client, contractCase.when(table), table);
      expect(outcome).toEqual(contractCase.differs?.[backend.engine]?.answer ?? contractCase.answer);
    });
  });
};

/** `send` has an overload for each command; one that takes any of them is the same function. */
const sendAny = (client: DocumentSend, command: DocumentCommand): Promise<object> =>
  (client as { send(command: DocumentCommand): Promise<object> }).send(command);

/** The answer without what no one relies on: metadata, messages, the table's random name, the order inside numbers. */
export const outcomeOf = async (client: DocumentSend, command: DocumentCommand, table: string): Promise<Outcome> => {
  try {
    // DynamoDB Local adds the consumed units to some answers unasked.
    const { $metadata: _metadata, ...output }: Record<string, unknown> = { ...(await sendAny(client, command)) };
    if (command.input.ReturnConsumedCapacity === undefined) delete output['ConsumedCapacity'];
    return { output: renameTable(output, table) };
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const { Item, CancellationReasons } = error as {
      Item?: object;
      CancellationReasons?: { Code: string; Item?: object }[];
    };
    return {
      error: error.name,
      ...(Item && { item: Item }),
      ...(CancellationReasons && {
        reasons: CancellationReasons.map(({ Code, Item }) => ({ Code, ...(Item && { Item }) })),
      }),
    };
  }
};

const renameTable = (output: object, table: string): object => {
  const renamed: Record<string, unknown> = { ...output };
  const { ConsumedCapacity: capacity, Responses: responses } = renamed;
  const rename = (consumed: unknown) => ({ ...(consumed as object), TableName: 'table' });
  if (capacity !== undefined)
    renamed['ConsumedCapacity'] = Array.isArray(capacity) ? capacity.map(rename) : rename(capacity);
  if (responses && !Array.isArray(responses))
    renamed['Responses'] = { table: (responses as Record<string, unknown>)[table] };
  return renamed;
};
