import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { S3Client } from '@aws-sdk/client-s3';
import middy from '@middy/core';
import { ClaimsArchive } from '../../adapters/claims-archive.ts';
import { clientTimeouts } from '../../adapters/client-timeouts.ts';
import { realSurroundings } from '../../adapters/clock.ts';
import { required } from '../../adapters/environment.ts';
import { connectTables } from '../../adapters/tables/gateway.ts';
import { environmentVariables } from '../../contract/environment.ts';
import { changeTables } from '../connect.ts';
import { totalOf } from './audit-subject.ts';
import { auditTables } from './audit-tables.ts';

/** What the last page and the report may still take when no further page is begun. */
const reserveMs = 60_000;

const logger = new Logger();
const metrics = new Metrics();
const audit = auditTables(connectTables(realSurroundings), changeTables(), realSurroundings.now);

const archive = new ClaimsArchive(new S3Client(clientTimeouts), required(environmentVariables.claimsArchive));

/** Each day: checks the promises on the tables and names each record that breaks one. */
export const handler = middy<unknown, void>().handler(async (_, context) => {
  const report = await audit({ archive, hasTime: () => context.getRemainingTimeInMillis() > reserveMs });
  for (const finding of report.findings) logger.error('promise broken', { finding });
  metrics.addMetric('AuditFindings', MetricUnit.Count, totalOf(report));
  metrics.publishStoredMetrics();
  const { looked, moving, brokenTimes } = report;
  logger.info('audited', { isComplete: report.isComplete, looked, moving, brokenTimes });
  // What was not looked at is not known to be sound: only a failed run reaches the alarm on audits that end well.
  if (!report.isComplete) throw new Error('audit not finished in time; run npm run audit');
});
