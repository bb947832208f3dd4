import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import middy from '@middy/core';
import { realSurroundings } from '../../adapters/clock.ts';
import { tableNameOf } from '../../adapters/environment.ts';
import { connectTables } from '../../adapters/tables/gateway.ts';
import { auditTables } from './audit-tables.ts';

const logger = new Logger();
const metrics = new Metrics();
const audit = auditTables(
  connectTables(realSurroundings),
  {
    orders: tableNameOf('orders'),
    stock: tableNameOf('stock'),
    keys: tableNameOf('keys'),
    ledger: tableNameOf('ledger'),
  },
  realSurroundings,
);

/** Each day: checks the promises on the tables and names each record that breaks one. */
export const handler = middy<unknown, void>().handler(async () => {
  const report = await audit();
  for (const finding of report.findings) logger.error('promise broken', { finding });
  metrics.addMetric('AuditFindings', MetricUnit.Count, report.findings.length);
  metrics.publishStoredMetrics();
  logger.info('audited', { looked: report.looked });
});
