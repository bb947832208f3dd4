import { type AwsJsonClient, type Fields, isFields } from '../aws-json.ts';
import type { Outcome } from '../functions.ts';
import { pause } from '../pause.ts';
import { messageOf } from '../refusal.ts';
import type { Filter } from './filter.ts';
import { failedItems } from './partial-failures.ts';

export type QueueMapping = {
  readonly queueUrl: string;
  readonly queueArn: string;
  readonly region: string;
  readonly functionName: string;
  readonly batchSize: number;
  readonly windowSeconds: number;
  readonly maximumConcurrency: number;
  readonly reportsFailures: boolean;
  readonly filter: Filter;
};

const longPollSeconds = 20;
const restAfterErrorMs = 1_000;
const receiveLimit = 10;

/** Hands a queue's messages to a function as Lambda's poller does, and deletes those that did not fail. */
export const startQueuePoller = (
  mapping: QueueMapping,
  queues: AwsJsonClient,
  invoke: (functionName: string, event: unknown) => Promise<Outcome>,
  report: (line: string) => void,
): { readonly stop: () => Promise<void> } => {
  const stopping = new AbortController();
  const running = new Set<Promise<void>>();

  const receive = async (limit: number, waitSeconds: number): Promise<Fields[]> => {
    const { Messages } = await queues.call(
      'ReceiveMessage',
      {
        QueueUrl: mapping.queueUrl,
        MaxNumberOfMessages: Math.min(limit, receiveLimit),
        WaitTimeSeconds: waitSeconds,
        MessageSystemAttributeNames: ['All'],
        MessageAttributeNames: ['All'],
      },
      stopping.signal,
    );
    return Array.isArray(Messages) ? Messages.filter(isFields) : [];
  };

  /** A batch is due when it is full or its window has passed since its first message. */
  const collect = async (): Promise<Fields[]> => {
    const batch = await receive(mapping.batchSize, longPollSeconds);
    const until = Date.now() + mapping.windowSeconds * 1000;
    while (batch.length > 0 && batch.length < mapping.batchSize && !stopping.signal.aborted) {
      const leftMs = until - Date.now();
      const more = await receive(mapping.batchSize - batch.length, Math.max(0, Math.floor(leftMs / 1000)));
      batch.push(...more);
      if (leftMs <= 0) break;
      if (more.length === 0) await pause(Math.min(leftMs, 50), stopping.signal);
    }
    return batch;
  };

  const remove = async (messages: readonly Fields[]): Promise<void> => {
    for (let index = 0; index < messages.length; index += receiveLimit) {
      const Entries = messages
        .slice(index, index + receiveLimit)
        .map((message, position) => ({ Id: String(position), ReceiptHandle: message['ReceiptHandle'] }));
      await queues.call('DeleteMessageBatch', { QueueUrl: mapping.queueUrl, Entries });
    }
  };

  const handle = async (batch: readonly Fields[]): Promise<void> => {
    const wanted = batch.filter((message) => mapping.filter(filterable(message)));
    let done = batch;
    if (wanted.length > 0) {
      const outcome = await invoke(mapping.functionName, {
        Records: wanted.map((message) => recordOf(message, mapping)),
      });
      const identifiers = wanted.map((message) => String(message['MessageId']));
      const failed = failedItems(outcome, identifiers, mapping.reportsFailures);
      done = batch.filter((message) => !failed.has(String(message['MessageId'])));
    }
    if (done.length > 0) await remove(done);
  };

  const poll = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      try {
        const batch = await collect();
        if (batch.length === 0) continue;
        const work: Promise<void> = handle(batch)
          .catch((thrown: unknown) =>
            report(
              `${mapping.functionName}: a batch of ${mapping.queueArn} could not be finished: ${messageOf(thrown)}`,
            ),
          )
          .finally(() => running.delete(work));
        running.add(work);
        if (running.size >= mapping.maximumConcurrency) await Promise.race(running);
      } catch (thrown) {
        if (stopping.signal.aborted) return;
        report(`${mapping.queueArn} could not be read and is tried again: ${messageOf(thrown)}`);
        await pause(restAfterErrorMs, stopping.signal);
      }
    }
  };

  const polling = poll();
  return {
    stop: async () => {
      stopping.abort();
      await polling;
      await Promise.all(running);
    },
  };
};

/** Filters see a body that is JSON as the value it describes. */
const filterable = (message: Fields): Fields => {
  const text = String(message['Body']);
  try {
    const body: unknown = JSON.parse(text);
    return { body };
  } catch {
    // A body that is not JSON can be filtered as text only, which is what Lambda does too.
    return { body: text };
  }
};

const recordOf = (message: Fields, { queueArn, region }: QueueMapping): Fields => {
  const messageAttributes: Record<string, Fields> = {};
  if (isFields(message['MessageAttributes'])) {
    for (const [name, value] of Object.entries(message['MessageAttributes'])) {
      if (!isFields(value)) continue;
      messageAttributes[name] = {
        ...(value['StringValue'] === undefined ? {} : { stringValue: value['StringValue'] }),
        ...(value['BinaryValue'] === undefined ? {} : { binaryValue: value['BinaryValue'] }),
        stringListValues: [],
        binaryListValues: [],
        dataType: value['DataType'],
      };
    }
  }
  return {
    messageId: message['MessageId'],
    receiptHandle: message['ReceiptHandle'],
    body: message['Body'],
    attributes: message['Attributes'] ?? {},
    messageAttributes,
    md5OfBody: message['MD5OfBody'],
    eventSource: 'aws:sqs',
    eventSourceARN: queueArn,
    awsRegion: region,
  };
};
