import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { SQSClient } from '@aws-sdk/client-sqs';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import middy from '@middy/core';
import type { DynamoDBRecord, DynamoDBStreamEvent } from 'aws-lambda';
import * as z from 'zod/mini';
import { clientTimeouts } from '../../adapters/client-timeouts.ts';
import { required } from '../../adapters/environment.ts';
import { sendAllTo } from '../../adapters/queues.ts';
import { environmentVariables } from '../../contract/environment.ts';
import { assertNever } from '../../core/shared/result.ts';
import { describeError } from '../describe-error.ts';
import type { ItemChange, Milestone } from './announcements.ts';
import { relayChanges } from './relay-changes.ts';

const logger = new Logger();
const metrics = new Metrics();
const sqs = new SQSClient(clientTimeouts);
const timers = z.enum(['per-order', 'swept']).parse(required(environmentVariables.guaranteeTimers));
const relay = relayChanges(
  {
    delivery: sendAllTo(sqs, required(environmentVariables.deliveryQueue)),
    guarantee: sendAllTo(sqs, required(environmentVariables.guaranteeQueue)),
    stockCount: sendAllTo(sqs, required(environmentVariables.stockCountQueue)),
    channel: sendAllTo(sqs, required(environmentVariables.channelQueue)),
    events: sendAllTo(sqs, required(environmentVariables.eventsQueue)),
  },
  timers,
);

/** DynamoDB's own form of an item, as a stream carries it. No record that the relay is sent holds bytes. */
const image = z.optional(
  z.custom<Record<string, AttributeValue>>((value) => typeof value === 'object' && value !== null),
);
const plain = (value: unknown) => {
  const attributes = image.parse(value);
  return attributes && unmarshall(attributes);
};

const toChange = ({ dynamodb }: DynamoDBRecord): ItemChange => ({
  before: plain(dynamodb?.OldImage),
  after: plain(dynamodb?.NewImage),
  at: new Date((dynamodb?.ApproximateCreationDateTime ?? 0) * 1000).toISOString(),
});

const record = (milestones: readonly Milestone[]): void => {
  for (const milestone of milestones) {
    logger.info('milestone', milestone);
    switch (milestone.kind) {
      case 'captured':
        metrics.addMetric('OrdersCaptured', MetricUnit.Count, 1);
        break;
      case 'delivered':
        metrics.addMetric('DeliveredInTime', MetricUnit.Count, 1);
        metrics.addMetric('DeliverySeconds', MetricUnit.Seconds, milestone.afterSeconds);
        break;
      case 'refunded':
        metrics.addMetric('RefundsByPromise', MetricUnit.Count, 1);
        break;
      case 'released':
        metrics.addMetric('OrdersReleased', MetricUnit.Count, 1);
        break;
      default:
        assertNever(milestone);
    }
  }
  if (milestones.length > 0) metrics.publishStoredMetrics();
};

/**
 * Reads the changes of the orders, stock and payments tables and new notices, and tells the queues. A run that fails comes again, in halves,
 * until the change that cannot be told stands alone in the failure queue.
 */
export const handler = middy<DynamoDBStreamEvent, void>().handler(async ({ Records }) => {
  try {
    record(await relay(Records.map(toChange)));
  } catch (error) {
    logger.error('changes not relayed', { records: Records.length, error: describeError(error) });
    throw error;
  }
});
