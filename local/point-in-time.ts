/**
 * What a table server on one machine lacks of DynamoDB: recovery to a moment. `keepMoment` copies the tables' file as it
 * stands at one instant, all tables together; the server below answers the calls that restore from such a copy, and
 * passes every other call on.
 */
import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { backup, DatabaseSync } from 'node:sqlite';
import { createAwsJsonClient, type Fields, isFields } from './aws-json.ts';
import { serveCopy } from './table-server.ts';

const target = 'DynamoDB_20120810';
/** DynamoDB writes so many items in one request. */
const itemsPerWrite = 25;

/** Copies the tables as they stand now; the server goes on writing meanwhile. */
export const keepMoment = async (tablesFile: string, copy: string): Promise<Date> => {
  const moment = new Date();
  using database = new DatabaseSync(tablesFile, { readOnly: true });
  await backup(database, copy);
  return moment;
};

export type PointInTime = { readonly endpoint: string; readonly stop: () => Promise<void> };

/**
 * Stands before a table server and can restore its tables to one moment.
 * @param kept the copy of the tables' file, and the moment at which it was taken
 */
export const startPointInTime = async (
  tables: string,
  kept: { readonly copy: string; readonly moment: Date },
  region: string,
): Promise<PointInTime> => {
  const past = await serveCopy(kept.copy, region);
  const [from, to] = [past.endpoint, tables].map((endpoint) =>
    createAwsJsonClient(endpoint, 'dynamodb', target, region),
  );
  if (!from || !to) throw new Error('Both servers have a client.');
  const recovery = {
    ContinuousBackupsDescription: {
      ContinuousBackupsStatus: 'ENABLED',
      PointInTimeRecoveryDescription: {
        PointInTimeRecoveryStatus: 'ENABLED',
        EarliestRestorableDateTime: kept.moment.getTime() / 1000,
        LatestRestorableDateTime: kept.moment.getTime() / 1000,
      },
    },
  };

  /** As DynamoDB does it: the items and indexes of that moment, and neither stream nor protection nor tags. */
  const restore = async ({ SourceTableName, TargetTableName }: Fields): Promise<Fields> => {
    const { Table } = await from.call('DescribeTable', { TableName: SourceTableName });
    const source = isFields(Table) ? Table : {};
    const indexes = (Array.isArray(source['GlobalSecondaryIndexes']) ? source['GlobalSecondaryIndexes'] : []).filter(
      isFields,
    );
    await to.call('CreateTable', {
      TableName: TargetTableName,
      BillingMode: 'PAY_PER_REQUEST',
      KeySchema: source['KeySchema'],
      AttributeDefinitions: source['AttributeDefinitions'],
      ...(indexes.length > 0 && {
        GlobalSecondaryIndexes: indexes.map(({ IndexName, KeySchema, Projection }) => ({
          IndexName,
          KeySchema,
          Projection,
        })),
      }),
    });
    let start: unknown;
    do {
      const page = await from.call('Scan', {
        TableName: SourceTableName,
        ...(start === undefined ? {} : { ExclusiveStartKey: start }),
      });
      const items = Array.isArray(page['Items']) ? page['Items'] : [];
      for (let first = 0; first < items.length; first += itemsPerWrite) {
        const writes = items.slice(first, first + itemsPerWrite).map((Item: unknown) => ({ PutRequest: { Item } }));
        await to.call('BatchWriteItem', { RequestItems: { [String(TargetTableName)]: writes } });
      }
      start = page['LastEvaluatedKey'];
    } while (start !== undefined);
    return to.call('DescribeTable', { TableName: TargetTableName });
  };

  const answer = async (operation: string, input: Fields): Promise<Fields | undefined> => {
    if (operation === 'RestoreTableToPointInTime') return restore(input);
    return operation.endsWith('ContinuousBackups') ? recovery : undefined;
  };

  const server = createServer((incoming, outgoing) => {
    serve(tables, region, answer, incoming, outgoing).catch((error: unknown) =>
      outgoing.writeHead(500).end(String(error)),
    );
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    endpoint: `http://127.0.0.1:${port}`,
    stop: async () => {
      server.closeAllConnections();
      server.close();
      from.close();
      to.close();
      await past.stop();
    },
  };
};

const serve = async (
  tables: string,
  region: string,
  answer: (operation: string, input: Fields) => Promise<Fields | undefined>,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> => {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(Buffer.from(chunk));
  const body = Buffer.concat(chunks);
  const operation = String(incoming.headers['x-amz-target']).split('.').at(-1) ?? '';
  const input: unknown = JSON.parse(body.toString('utf8') || '{}');
  const own = await answer(operation, isFields(input) ? input : {});
  if (own !== undefined) {
    outgoing.writeHead(200, { 'content-type': 'application/x-amz-json-1.0' }).end(JSON.stringify(own));
    return;
  }
  const passed = request(new URL(incoming.url ?? '/', tables), {
    method: incoming.method ?? 'POST',
    headers: { ...incoming.headers, host: new URL(tables).host },
  });
  passed.end(body);
  const [response] = (await once(passed, 'response')) as [IncomingMessage];
  const answered: Buffer[] = [];
  for await (const chunk of response) answered.push(Buffer.from(chunk));
  // The table server writes a region of its own into ARNs, which no template may hold.
  const text = Buffer.concat(answered)
    .toString('utf8')
    .replaceAll('arn:aws:dynamodb:dynoxide:', `arn:aws:dynamodb:${region}:`);
  const { 'content-length': _, 'x-amz-crc32': __, ...headers } = response.headers;
  outgoing.writeHead(response.statusCode ?? 502, headers).end(text);
};
