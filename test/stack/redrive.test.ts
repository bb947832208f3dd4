import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { buildApp } from 'fauxqs';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { type DeadLetters, listDeadLetters, redrive } from '../../bin/dead-letters.ts';
import { resourcesOf, synthesize } from './synthesized.ts';

/** Every queue of the template under the name it gets, as a stand-in for SQS holds them. */
const names = resourcesOf(synthesize(), 'AWS::SQS::Queue').map(([, { Properties }]) => String(Properties['QueueName']));
const app = buildApp({ logger: false });
let sqs: SQSClient;

beforeAll(async () => {
  await app.ready();
  const server = createServer((request, response) => app.routing(request, response));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  server.unref();
  const { port } = server.address() as AddressInfo;
  sqs = new SQSClient({
    endpoint: `http://127.0.0.1:${port}`,
    region: 'eu-central-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
});
afterAll(() => app.close());

const urls = new Map<string, string>();
beforeEach(async () => {
  for (const QueueName of names) {
    const { QueueUrl = '' } = await sqs.send(new CreateQueueCommand({ QueueName }));
    urls.set(QueueName, QueueUrl);
  }
});

const lettersOf = async (name: string): Promise<DeadLetters> => {
  const found = (await listDeadLetters(sqs, 'production')).find((letters) => letters.name === name);
  if (found === undefined) throw new Error(`no dead letters of ${name}`);
  return found;
};
const bury = async (letters: DeadLetters, bodies: readonly string[]) => {
  for (const MessageBody of bodies) await sqs.send(new SendMessageCommand({ QueueUrl: letters.url, MessageBody }));
};
const drain = async (url = ''): Promise<readonly string[]> => {
  const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl: url, MaxNumberOfMessages: 10 }));
  return Messages.map(({ Body }) => Body ?? '').sort();
};

it('finds the dead letters of every queue of the template by name', async () => {
  const found = await listDeadLetters(sqs, 'production');
  expect(found.map(({ name }) => name)).toEqual([
    'channel',
    'claims',
    'delivery',
    'events',
    'guarantee',
    'index-catalog',
    'relay',
    'stock-count',
    'webhooks',
  ]);
  expect(found.find(({ name }) => name === 'delivery')?.workUrl).toBe(urls.get('surety-production-delivery'));
});

it('leaves other stages alone', async () => {
  expect(await listDeadLetters(sqs, 'dev')).toEqual([]);
});

it('puts every message back where it came from', async () => {
  const letters = await lettersOf('delivery');
  await bury(letters, ['a', 'b', 'c']);
  expect(await redrive(sqs, await lettersOf('delivery'), undefined)).toEqual({ how: 'moved', messages: 3 });
  expect(await drain(letters.workUrl)).toEqual(['a', 'b', 'c']);
  expect((await lettersOf('delivery')).depth).toBe(0);
});

it('puts no more back than asked for', async () => {
  const letters = await lettersOf('guarantee');
  await bury(letters, ['a', 'b', 'c']);
  expect(await redrive(sqs, letters, 2)).toEqual({ how: 'moved', messages: 2 });
  expect(await drain(letters.workUrl)).toHaveLength(2);
  const { Attributes } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl: letters.url, AttributeNames: ['ApproximateNumberOfMessages'] }),
  );
  expect(Attributes).toEqual({ ApproximateNumberOfMessages: '1' });
});

it('refuses what was never work', async () => {
  await expect(redrive(sqs, await lettersOf('relay'), undefined)).rejects.toThrow('is no work that could be put back');
});
