import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import middy from '@middy/core';
import { realSurroundings } from '../../adapters/clock.ts';
import { required, tableNameOf } from '../../adapters/environment.ts';
import { connectTables } from '../../adapters/tables/gateway.ts';
import { LedgerTable } from '../../adapters/tables/ledger.ts';
import { environmentVariables } from '../../contract/environment.ts';
import { foldJournal } from './fold-journal.ts';

const logger = new Logger();
const metrics = new Metrics();
const ledger = new LedgerTable(connectTables(realSurroundings), tableNameOf('ledger'));
const fold = foldJournal(ledger, realSurroundings.now, Number(required(environmentVariables.foldGraceSeconds)));

/** Each minute: folds what the journal finished, and says what escrow holds. */
export const handler = middy<unknown, void>().handler(async () => {
  const { folded, last } = await fold();
  const escrow = (await ledger.totals()).find(({ account }) => account === 'escrow');
  metrics.addMetric('EscrowHeldMinor', MetricUnit.Count, escrow?.balanceMinor ?? 0);
  metrics.publishStoredMetrics();
  logger.info('folded', { minutes: folded, last });
});
