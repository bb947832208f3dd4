import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { realSurroundings } from '../adapters/clock.ts';
import { TableGateway } from '../adapters/tables/gateway.ts';
import { createOperator } from '../functions/identity/create-operator.ts';
import { tableServerPidFile } from '../local/data-folder.ts';
import { type LocalStackOptions, startLocalStack } from '../local/stack.ts';
import { createHttpClient, type HttpClient } from './http-client.ts';
import { type LoadJob, type LoadReport, parseReport } from './order-load.ts';

/** A local stack of the bench's own, on a free port and a folder that goes with it. */
export const startBenchStack = async (
  options: Pick<LocalStackOptions, 'endpoints' | 'settings' | 'interpose'> = {},
) => {
  const dataDir = mkdtempSync(join(tmpdir(), 'surety-bench-'));
  const stack = await startLocalStack({ port: 0, dataDir, quiet: true, ...options });
  const environment = stack.environmentOf('identity');
  const dynamoDb = new DynamoDBClient({
    endpoint: environment['AWS_ENDPOINT_URL_DYNAMODB'] ?? '',
    region: environment['AWS_REGION'] ?? '',
    credentials: {
      accessKeyId: environment['AWS_ACCESS_KEY_ID'] ?? '',
      secretAccessKey: environment['AWS_SECRET_ACCESS_KEY'] ?? '',
    },
  });
  const operator = await createOperator({
    gateway: new TableGateway(DynamoDBDocumentClient.from(dynamoDb), realSurroundings),
    tableName: environment['TABLE_IDENTITY'] ?? '',
    name: 'Bench operator',
    surroundings: realSurroundings,
  });
  const client: HttpClient = createHttpClient(stack.apiUrl, 8);
  return {
    stack,
    client,
    /** Processor time so far of this process, which runs the stack, and of the table server. */
    cpuMs: () => {
      const { user, system } = process.cpuUsage();
      return { stack: (user + system) / 1_000, tables: processorMsOf(join(dataDir, tableServerPidFile)) };
    },
    operatorToken: operator.token,
    stop: async () => {
      client.close();
      dynamoDb.destroy();
      await stack.stop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
};

/** From /proc, where there is one: user and system time in hundredths of a second. */
const processorMsOf = (pidFile: string): number => {
  const file = existsSync(pidFile) ? `/proc/${readFileSync(pidFile, 'utf8').trim()}/stat` : '';
  if (!existsSync(file)) return Number.NaN;
  const fields = readFileSync(file, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) * 10;
};

/** Runs a load in a process of its own and waits for its report. */
export const runLoad = async (job: LoadJob): Promise<LoadReport> => {
  const child: ChildProcess = fork(new URL('./order-load.ts', import.meta.url));
  child.send(job);
  const [message] = await Promise.race([
    once(child, 'message'),
    once(child, 'exit').then(([code]) => Promise.reject(new Error(`The load ended with ${code} before it reported`))),
  ]);
  return parseReport(message);
};
