import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { SFNClient } from '@aws-sdk/client-sfn';
import middy from '@middy/core';
import * as z from 'zod/mini';
import { clientTimeouts } from '../../adapters/client-timeouts.ts';
import { required } from '../../adapters/environment.ts';
import { sendAllTo } from '../../adapters/queues.ts';
import { KeysTable } from '../../adapters/tables/keys.ts';
import { startImportOn } from '../../adapters/workflows.ts';
import { environmentVariables } from '../../contract/environment.ts';
import { addSeconds } from '../../core/shared/instant.ts';
import { connectDelivery, connectSpine } from '../connect.ts';
import { describeError } from '../describe-error.ts';
import { finishBatch } from '../stock/finish-batch.ts';
import { settleOrder } from './settle-order.ts';
import { sweepShards, sweepUntil } from './sweep-shards.ts';

const logger = new Logger();
const metrics = new Metrics();
const { gateway, tables, spine } = connectSpine();
const { sqs, announceDelivery } = connectDelivery();
const sweep = sweepShards({
  spine,
  announceDelivery,
  startImport: startImportOn(new SFNClient(clientTimeouts), required(environmentVariables.importMachine)),
  announceChannel: sendAllTo(sqs, required(environmentVariables.channelQueue)),
  settle: settleOrder(spine, announceDelivery),
  finishBatch: finishBatch({ gateway, tables, spine, keys: new KeysTable(gateway, tables.keys) }),
});
const input = z.object({ shards: z.array(z.int()) });
const timers = z.enum(['per-order', 'swept']).parse(required(environmentVariables.guaranteeTimers));

/** What is still due after this counts as overdue, and alarms. */
const overdueAfterSeconds = 180;
/** Orders, batches and payments of one shard that are counted as overdue; more of them are no worse news. */
const maxOverdueCounted = 100;

/** Each minute: does what is past due in the given shards, and says how much of it was overdue. */
export const handler = middy<unknown, void>().handler(async (event) => {
  const { shards } = input.parse(event);
  const now = spine.now();
  const overdueSince = addSeconds(now, -overdueAfterSeconds);
  const overdue = await Promise.all(
    shards.flatMap((shard) => [
      spine.orders.due(shard, overdueSince, maxOverdueCounted),
      spine.batches.due(shard, overdueSince, maxOverdueCounted),
      spine.payments.due(shard, overdueSince, maxOverdueCounted),
    ]),
  );
  // Said first: a sweep that has more to do than its time allows must not keep quiet about it.
  metrics.addMetric('OverduePromises', MetricUnit.Count, overdue.flat().length);
  metrics.publishStoredMetrics();
  const { settled, failed, stalled } = await sweep(shards, sweepUntil(timers, now));
  for (const { id, error } of failed) logger.error('not settled', { id, error: describeError(error) });
  for (const id of stalled) logger.error('import stalled', { id });
  metrics.addMetric('ImportsStalled', MetricUnit.Count, stalled.length);
  metrics.addMetric('SweepFailures', MetricUnit.Count, failed.length);
  metrics.publishStoredMetrics();
  logger.info('swept', { shards, settled, failed: failed.length, stalled });
});
