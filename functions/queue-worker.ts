import { BatchProcessor, EventType, processPartialResponse } from '@aws-lambda-powertools/batch';
import { Logger } from '@aws-lambda-powertools/logger';
import middy from '@middy/core';
import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import type * as z from 'zod/mini';
import { describeError } from './describe-error.ts';

/** A message that fails is hidden for at most this long before its next attempt. */
const maxBackoffSeconds = 300;
const baseBackoffSeconds = 2;

/** Exponential backoff with full jitter, at least a second. */
const backoffSeconds = (receiveCount: number, random: () => number): number =>
  1 + random() * Math.min(maxBackoffSeconds, baseBackoffSeconds * 2 ** (receiveCount - 1));

/**
 * An SQS worker: each message is handled for itself, the failed ones alone come again, later each time, and after the
 * queue's last attempt they rest in its dead-letter queue.
 */
export const createQueueWorker = <Schema extends z.ZodMiniType>(worker: {
  readonly message: Schema;
  readonly handle: (message: z.output<Schema>) => Promise<void>;
  readonly hide: (receiptHandle: string, seconds: number) => Promise<void>;
  /**
   * What the log says of a message that was handled.
   * @default all of it, which is right where a message holds ids and times alone
   */
  readonly show?: (message: z.output<Schema>) => unknown;
}) => {
  const { show = (message) => message } = worker;
  const logger = new Logger();
  const processor = new BatchProcessor(EventType.SQS);

  const handleRecord = async (record: SQSRecord): Promise<void> => {
    try {
      const message = worker.message.parse(JSON.parse(record.body));
      await worker.handle(message);
      // Not under `message`, which the logger keeps for its own line and drops without a word.
      logger.info('message handled', { messageId: record.messageId, handled: show(message) });
    } catch (error) {
      const receiveCount = Number(record.attributes.ApproximateReceiveCount);
      logger.error('message failed', { messageId: record.messageId, receiveCount, error: describeError(error) });
      await worker.hide(record.receiptHandle, backoffSeconds(receiveCount, Math.random));
      throw error;
    }
  };

  return middy<SQSEvent, SQSBatchResponse>().handler((event, context) =>
    processPartialResponse(event, handleRecord, processor, { context, throwOnFullBatchFailure: false }),
  );
};
