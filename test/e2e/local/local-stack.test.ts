import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { createAwsJsonClient } from '../../../local/aws-json.ts';
import { type LocalStack, startLocalStack } from '../../../local/stack.ts';
import { sweepExpired } from '../../../local/time-to-live.ts';

const app = 'test/e2e/local/fixture/app.ts';
const folder = mkdtempSync(join(tmpdir(), 'surety-local-'));
const dataDir = join(folder, 'data');
let stack: LocalStack;

beforeAll(async () => {
  stack = await startLocalStack({ port: 0, dataDir, quiet: true, app });
});
afterAll(async () => {
  await stack.stop();
  rmSync(folder, { recursive: true });
});

type Request = { method?: string; body?: string; headers?: Record<string, string> };
const call = async (path: string, { method = 'GET', body, headers = { authorization: 'Bearer me' } }: Request = {}) => {
  const response = await fetch(`${stack.apiUrl}${path}`, { method, headers, ...(body === undefined ? {} : { body }) });
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: text === '' ? undefined : JSON.parse(text) };
};
const put = (id: string, kind: string) =>
  call(`/things/${id}`, {
    method: 'PUT',
    body: kind,
    headers: { authorization: 'Bearer me', 'content-type': 'text/plain' },
  });
const kindOf = async (id: string): Promise<string | undefined> => (await call(`/things/${id}`)).body?.kind?.S;
const environment = () => stack.environmentOf('api');
const queues = () => createAwsJsonClient(environment()['AWS_ENDPOINT_URL_SQS'] ?? '', 'sqs', 'AmazonSQS', 'us-east-1');
const messagesIn = async (variable: string): Promise<string[]> => {
  const client = queues();
  const { Messages } = await client.call('ReceiveMessage', {
    QueueUrl: environment()[variable],
    MaxNumberOfMessages: 10,
    WaitTimeSeconds: 5,
  });
  client.close();
  return Array.isArray(Messages) ? Messages.map((message) => message.Body) : [];
};

test('a function receives the event of an HTTP API', async () => {
  const { status, body } = await call('/echo?a=1&a=2&b=%20x', {
    method: 'POST',
    body: '{"greeting":"你好"}',
    headers: { Authorization: 'Bearer me', 'content-type': 'application/json', cookie: 'x=1; y=2' },
  });
  expect(status).toBe(200);
  expect(body).toMatchObject({
    version: '2.0',
    routeKey: 'ANY /echo',
    rawPath: '/echo',
    rawQueryString: 'a=1&a=2&b=%20x',
    queryStringParameters: { a: '1,2', b: ' x' },
    cookies: ['x=1', 'y=2'],
    headers: { authorization: 'Bearer me', 'content-type': 'application/json' },
    requestContext: {
      http: { method: 'POST', path: '/echo', sourceIp: '127.0.0.1' },
      authorizer: { lambda: { accountId: 'Bearer me' } },
      stage: '$default',
    },
    body: '{"greeting":"你好"}',
    isBase64Encoded: false,
  });
  expect(body.headers).not.toHaveProperty('cookie');
});

test('a body that is no text arrives in base64', async () => {
  const headers = { authorization: 'Bearer me', 'content-type': 'application/octet-stream' };
  const { body } = await call('/echo', { method: 'POST', body: 'abc', headers });
  expect([body.body, body.isBase64Encoded]).toEqual(['YWJj', true]);
});

test.each([
  ['no key', '/echo', { headers: {} }, 401, 'Unauthorized'],
  ['a wrong key', '/echo', { headers: { authorization: 'Bearer wrong' } }, 403, 'Forbidden'],
  ['no such path', '/nowhere', {}, 404, 'Not Found'],
  [
    'a body over 10 MB',
    '/echo',
    { method: 'POST', body: 'x'.repeat(10 * 1024 * 1024 + 1) },
    413,
    'Request Entity Too Large',
  ],
  ['a function that throws', '/fail', {}, 500, 'Internal Server Error'],
  ['a function that takes too long', '/slow', {}, 500, 'Internal Server Error'],
  ['a function whose process ends', '/exit', {}, 500, 'Internal Server Error'],
])('%s is answered as API Gateway answers it', async (_what, path, request, status, message) => {
  const answered = await call(path, request);
  expect([answered.status, answered.body]).toEqual([status, { message }]);
  expect((await call('/echo')).status).toBe(200);
});

test('a change goes through the stream, the relay, the queue and its worker', async () => {
  await put('thing-1', 'book');
  await vi.waitFor(async () => expect(await kindOf('thing-1')).toBe('done book'), 5_000);
});

test('a poison change is given up alone, with the message that Lambda would write', async () => {
  await Promise.all([put('before', 'book'), put('poisoned', 'poison'), put('after', 'book')]);
  await vi.waitFor(async () => {
    expect(await kindOf('before')).toBe('done book');
    expect(await kindOf('after')).toBe('done book');
  }, 10_000);
  const [message] = await messagesIn('GIVEN_UP_QUEUE_URL');
  expect(JSON.parse(message ?? '{}')).toMatchObject({
    requestContext: { condition: 'RetryAttemptsExhausted', approximateInvokeCount: 2 },
    DDBStreamBatchInfo: { batchSize: 1, shardId: expect.any(String), startSequenceNumber: expect.any(String) },
  });
});

test('a message that always fails ends among the dead letters', async () => {
  await put('hopeless', 'never');
  const letters = await vi.waitFor(async () => {
    const found = await messagesIn('DEAD_LETTER_QUEUE_URL');
    expect(found).toHaveLength(1);
    return found;
  }, 15_000);
  expect(JSON.parse(letters[0] ?? '{}')).toMatchObject({ id: 'hopeless' });
});

test('an execution is started through the SDK, waits and calls its function', async () => {
  const input = JSON.stringify({ id: 'by-workflow', until: new Date(Date.now() + 200).toISOString() });
  const body = JSON.stringify({ name: 'one', input });
  const first = await call('/start', {
    method: 'POST',
    body,
    headers: { authorization: 'me', 'content-type': 'application/json' },
  });
  expect(first.body.executionArn).toMatch(/:execution:.*:one$/);
  await vi.waitFor(async () => expect(await kindOf('by-workflow')).toBe('done by step'), 5_000);
  // The execution ends a moment after its task has written.
  const machine = () => Object.values(stack.stats().stateMachines)[0];
  await vi.waitFor(() => expect(machine()).toMatchObject({ started: 1, succeeded: 1, transitions: 2 }), 5_000);
});

test('keys and buckets answer the SDK', async () => {
  expect((await call('/keys')).body).toEqual({ same: true, wrong: 'InvalidCiphertextException' });
  expect((await call('/files')).body).toEqual({ body: 'kept' });
});

test('what has outlived its time is deleted, and nothing else', async () => {
  const { AWS_ENDPOINT_URL_DYNAMODB: endpoint = '', TABLE: name = '' } = environment();
  const tables = createAwsJsonClient(endpoint, 'dynamodb', 'DynamoDB_20120810', 'us-east-1');
  const nowSeconds = Date.now() / 1000;
  const items = { old: nowSeconds - 60, young: nowSeconds + 60 };
  for (const [id, expiresAt] of Object.entries(items)) {
    const Item = { pk: { S: id }, kind: { S: 'done' }, expiresAt: { N: String(Math.floor(expiresAt)) } };
    await tables.call('PutItem', { TableName: name, Item });
  }
  const rest = async (): Promise<void> => undefined;
  expect(await sweepExpired(tables, { name, keyNames: ['pk'], attribute: 'expiresAt' }, nowSeconds, rest)).toBe(1);
  tables.close();
  expect([await kindOf('old'), await kindOf('young')]).toEqual([undefined, 'done']);
});

test('logs lie in a file for each function and never hold the credentials of a person', () => {
  const log = readFileSync(
    join(dataDir, 'logs', `${stack.functionNames.find((name) => name.startsWith('api'))}.log`),
    'utf8',
  );
  expect(log).toContain('no such thing');
  expect(environment()).toMatchObject({ AWS_ACCESS_KEY_ID: 'local', AWS_SECRET_ACCESS_KEY: 'local' });
});

test('a second start on the same data is refused with what to do', async () => {
  await expect(startLocalStack({ port: 0, dataDir, quiet: true, app })).rejects.toThrow(
    /^Another start \(process \d+\) uses the data folder .*: stop it, or choose another with --data-dir\.$/,
  );
  expect((await call('/echo')).status).toBe(200);
});

test('a port in use, a foreign folder and broken tables are refused with what to do', async () => {
  const server = createServer();
  const port = await new Promise<number>((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      resolve(typeof address === 'object' ? (address?.port ?? 0) : 0);
    });
  });
  const other = join(folder, 'other');
  await expect(startLocalStack({ port, dataDir: other, quiet: true, app })).rejects.toThrow(`Port ${port} is in use`);
  server.close();
  await expect(startLocalStack({ port: 0, dataDir: folder, quiet: true, app })).rejects.toThrow(
    /holds files that are not ours/,
  );
  const broken = await startLocalStack({ port: 0, dataDir: other, quiet: true, app });
  await broken.stop();
  writeFileSync(join(other, 'tables.db'), 'no database');
  await expect(startLocalStack({ port: 0, dataDir: other, quiet: true, app })).rejects.toThrow(/--fresh/);
  const fresh = await startLocalStack({ port: 0, dataDir: other, quiet: true, app, fresh: true });
  await fresh.stop();
});
