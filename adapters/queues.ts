import {
  ChangeMessageVisibilityCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import * as z from 'zod/mini';
import { webhookEventType } from '../contract/webhooks.ts';

/** «Stock may have come, or an order may wait: look at this product.» `after` goes on in a line that was long. */
export const deliveryMessage = z.object({
  productId: z.string(),
  batchId: z.optional(z.string()),
  after: z.optional(z.string()),
});
export type DeliveryMessage = z.output<typeof deliveryMessage>;

/** «This order was captured: watch over it until `dueAt`, and on.» */
export const guaranteeMessage = z.object({ orderId: z.string(), dueAt: z.string() });
export type GuaranteeMessage = z.output<typeof guaranteeMessage>;

/** «Ask the channel about this payment», or «give this refund to the channel». */
export const channelMessage = z.union([z.object({ paymentId: z.string() }), z.object({ refundId: z.string() })]);
export type ChannelMessage = z.output<typeof channelMessage>;

/** «Offers of this product changed at `changedAt`: count them.» */
export const stockCountMessage = z.object({ productId: z.string(), changedAt: z.string() });
export type StockCountMessage = z.output<typeof stockCountMessage>;

/** «This happened: write it into the logs of these accounts and send it to their endpoints.» */
export const eventMessage = z.object({
  type: webhookEventType,
  accountIds: z.array(z.string()),
  /** What it happened to. */
  subject: z.string(),
  sequence: z.int(),
  occurredAt: z.string(),
  data: z.record(z.string(), z.unknown()),
});
export type EventMessage = z.output<typeof eventMessage>;

/** «This delivery is due: attempt it.» */
export const webhookMessage = z.object({ endpointId: z.string(), rank: z.string() });
export type WebhookMessage = z.output<typeof webhookMessage>;

/** SQS delays a message by at most this. */
export const maxDelaySeconds = 900;

/** Sends messages to one queue; the simulation brings its own. */
export type Send<Message> = (message: Message, delaySeconds?: number) => Promise<void>;

export const sendTo =
  <Message>(sqs: SQSClient, queueUrl: string): Send<Message> =>
  async (message, delaySeconds) => {
    await sqs.send(
      new SendMessageCommand({
        QueueUrl: queueUrl,
        MessageBody: JSON.stringify(message),
        ...(delaySeconds !== undefined && { DelaySeconds: Math.min(maxDelaySeconds, Math.ceil(delaySeconds)) }),
      }),
    );
  };

/** SQS takes so many messages in one request. */
const messagesPerRequest = 10;

/** Sends any number of messages; throws if one of them was not taken, though others may have been. */
export const sendAllTo =
  <Message>(sqs: SQSClient, queueUrl: string) =>
  async (messages: readonly Message[]): Promise<void> => {
    for (let from = 0; from < messages.length; from += messagesPerRequest) {
      const entries = messages
        .slice(from, from + messagesPerRequest)
        .map((message, index) => ({ Id: String(index), MessageBody: JSON.stringify(message) }));
      const { Failed = [] } = await sqs.send(new SendMessageBatchCommand({ QueueUrl: queueUrl, Entries: entries }));
      const [first] = Failed;
      if (first) throw new Error(`${Failed.length} messages were not taken: ${first.Code} ${first.Message}`);
    }
  };

/** Hides a message that failed until its next attempt. */
export const hideFor =
  (sqs: SQSClient, queueUrl: string) =>
  async (receiptHandle: string, seconds: number): Promise<void> => {
    await sqs.send(
      new ChangeMessageVisibilityCommand({
        QueueUrl: queueUrl,
        ReceiptHandle: receiptHandle,
        VisibilityTimeout: Math.max(1, Math.ceil(seconds)),
      }),
    );
  };
