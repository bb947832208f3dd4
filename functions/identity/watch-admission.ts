import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import middy from '@middy/core';
import { realSurroundings } from '../../adapters/clock.ts';
import { required, tableNameOf } from '../../adapters/environment.ts';
import { catalogTable } from '../../adapters/tables/catalog.ts';
import { connectTables } from '../../adapters/tables/gateway.ts';
import { merchantsTable } from '../../adapters/tables/merchants.ts';
import { environmentVariables } from '../../contract/environment.ts';
import { dueShards } from '../../contract/shards.ts';
import { addSeconds } from '../../core/shared/instant.ts';
import { policyOf } from '../../policy/index.ts';
import { describeError } from '../describe-error.ts';
import { sweepAdmission } from './sweep-admission.ts';

const logger = new Logger();
const metrics = new Metrics();
const gateway = connectTables(realSurroundings);
const merchants = merchantsTable(gateway, tableNameOf('identity'));
const sweep = sweepAdmission({
  merchants,
  catalog: catalogTable(gateway, tableNameOf('catalog')),
  policy: policyOf(required(environmentVariables.policyVersion)),
  surroundings: realSurroundings,
});

const allShards = Array.from({ length: dueShards }, (_, shard) => shard);
/** What is still due after this counts as overdue, and alarms. */
const overdueAfterSeconds = 300;
const maxOverdueCounted = 100;

/** Each minute: tells products how their merchants stand, reminds of documents and ends those that have expired. */
export const handler = middy<unknown, void>().handler(async () => {
  const now = realSurroundings.now();
  const overdueSince = addSeconds(now, -overdueAfterSeconds);
  const overdue = await Promise.all(allShards.map((shard) => merchants.due(shard, overdueSince, maxOverdueCounted)));
  // Said first: a watch that has more to do than its time allows must not keep quiet about it.
  metrics.addMetric('OverdueAdmissions', MetricUnit.Count, overdue.flat().length);
  metrics.publishStoredMetrics();
  const { done, failed } = await sweep(allShards, now);
  for (const { id, error } of failed) logger.error('not done', { id, error: describeError(error) });
  logger.info('watched', { done, failed: failed.length });
});
