import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import * as z from 'zod/mini';
import type { AwsJsonClient } from './aws-json.ts';
import type { DataFolder } from './data-folder.ts';
import { messageOf, Refusal } from './refusal.ts';

const number = z.union([z.number(), z.string()]);

/** What of a queue's properties changes how it behaves; the rest encrypts or permits. */
export const queuePropertiesSchema = z.object({
  VisibilityTimeout: z.optional(number),
  DelaySeconds: z.optional(number),
  MaximumMessageSize: z.optional(number),
  MessageRetentionPeriod: z.optional(number),
  ReceiveMessageWaitTimeSeconds: z.optional(number),
  FifoQueue: z.optional(z.boolean()),
  ContentBasedDeduplication: z.optional(z.boolean()),
  RedrivePolicy: z.optional(z.object({ deadLetterTargetArn: z.string(), maxReceiveCount: number })),
});
export type QueueProperties = z.infer<typeof queuePropertiesSchema>;

export type QueueServer = { readonly endpoint: string; readonly stop: () => Promise<void> };

/** Starts fauxqs, which keeps queues and buckets in the data folder. */
export const startQueueServer = async (
  folder: DataFolder,
  region: string,
  onDeath: (reason: string) => void,
): Promise<QueueServer> => {
  const worker = new Worker(new URL('./queue-worker.ts', import.meta.url), {
    workerData: { dataFolder: folder.file('queues'), region },
    execArgv: ['--disable-warning=ExperimentalWarning'],
    env: {},
  });
  let stopping = false;
  const started = await new Promise<unknown>((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', reject);
  }).catch((thrown: unknown) => {
    throw new Refusal(
      `The queues in ${folder.path} cannot be opened (${messageOf(thrown)}): restore the folder, or begin from nothing with --fresh.`,
    );
  });
  worker.on('error', (error) => {
    if (!stopping) onDeath(`the queues' thread ended by itself: ${error.message}`);
  });
  const { port } = z.parse(z.object({ port: z.number() }), started);
  const stop = async (): Promise<void> => {
    stopping = true;
    const exited = once(worker, 'exit');
    worker.postMessage('stop');
    const timer = setTimeout(() => void worker.terminate(), 3_000);
    await exited;
    clearTimeout(timer);
  };
  return { endpoint: `http://127.0.0.1:${port}`, stop };
};

/** Makes a queue unless it is there, and gives it the template's settings in either case. */
export const ensureQueue = async (
  queues: AwsJsonClient,
  name: string,
  properties: QueueProperties,
): Promise<string> => {
  const { RedrivePolicy, FifoQueue, ...settings } = properties;
  const fixed = FifoQueue === true ? { Attributes: { FifoQueue: 'true' } } : {};
  const { QueueUrl } = await queues.call('CreateQueue', { QueueName: name, ...fixed });
  const attributes = Object.entries(settings).map(([key, value]) => [key, String(value)] as const);
  const Attributes = {
    ...Object.fromEntries(attributes),
    ...(RedrivePolicy === undefined ? {} : { RedrivePolicy: JSON.stringify(RedrivePolicy) }),
  };
  if (Object.keys(Attributes).length > 0) await queues.call('SetQueueAttributes', { QueueUrl, Attributes });
  return String(QueueUrl);
};

/** Makes the buckets that are not there; through the SDK, since a bucket server of the user's own may check signatures. */
export const ensureBuckets = async (endpoint: string, region: string, names: readonly string[]): Promise<void> => {
  if (names.length === 0) return;
  const { CreateBucketCommand, S3Client, S3ServiceException } = await import('@aws-sdk/client-s3');
  const accessKeyId = process.env['AWS_ACCESS_KEY_ID'] ?? 'local';
  const secretAccessKey = process.env['AWS_SECRET_ACCESS_KEY'] ?? 'local';
  const client = new S3Client({
    endpoint,
    region,
    forcePathStyle: true,
    credentials: { accessKeyId, secretAccessKey },
  });
  for (const Bucket of names) {
    try {
      await client.send(new CreateBucketCommand({ Bucket }));
    } catch (thrown) {
      const present = thrown instanceof S3ServiceException && /BucketAlready(OwnedByYou|Exists)/.test(thrown.name);
      if (!present) throw new Refusal(`The bucket ${Bucket} cannot be made at ${endpoint}: ${messageOf(thrown)}.`);
    }
  }
  client.destroy();
};
