#!/usr/bin/env node
/**
 * Checks the promises on live tables and names each record that breaks one; ends with 1 if there is any.
 *
 *   npm run audit                          the stack that runs on this machine, on the data folder ./.data
 *   npm run audit -- --data-dir <folder>   the one on another data folder
 *   npm run audit -- --stack <name>        a deployed stack; its outputs name the tables
 *
 * Claims of the last day are compared with the archive of claims, which CLAIMS_ARCHIVE_BUCKET names for tables of the
 * environment; without it they are not.
 *
 * With TABLE_ORDERS, TABLE_STOCK, TABLE_KEYS and TABLE_LEDGER set and neither option given, those tables are checked.
 * AWS_ENDPOINT_URL_DYNAMODB names another DynamoDB, --json prints the report for a program.
 */
import { parseArgs } from 'node:util';
import { S3Client } from '@aws-sdk/client-s3';
import { ClaimsArchive } from '../adapters/claims-archive.ts';
import { clientTimeouts } from '../adapters/client-timeouts.ts';
import { realSurroundings } from '../adapters/clock.ts';
import { connectTables } from '../adapters/tables/gateway.ts';
import type { ChangeTables } from '../adapters/tables/order-changes.ts';
import { environmentVariables, tableVariable } from '../contract/environment.ts';
import type { TableName } from '../contract/tables.ts';
import { auditedPromises } from '../core/audit/finding.ts';
import { type AuditReport, totalOf } from '../functions/ledger/audit-subject.ts';
import { auditTables } from '../functions/ledger/audit-tables.ts';
import { findDeployment, outputOf } from './deployment.ts';

const usage = 'npm run audit -- [--data-dir <folder> | --stack <name>] [--json]';

/** What each promise says, in few words, and the records that were looked at for it. */
const promises: Record<
  (typeof auditedPromises)[number],
  { says: string; looksAt: readonly (keyof AuditReport['looked'])[] }
> = {
  1: { says: 'a key goes to one order, for ever; unsold stock is on offer', looksAt: ['keys', 'offers', 'orders'] },
  2: { says: 'delivered by its promise, or refunded; never both', looksAt: ['orders'] },
  3: { says: 'entries balance, escrow and wallets hold what they should', looksAt: ['entries', 'balances', 'totals'] },
  4: { says: 'each step of an order is booked exactly once', looksAt: ['orders', 'entries'] },
  5: { says: 'what still has to happen is written down and not overdue', looksAt: ['orders', 'waiting', 'batches'] },
  9: { says: 'every line of an import is stored or reported', looksAt: ['batches', 'keys'] },
};

const readArguments = () =>
  parseArgs({
    options: {
      'data-dir': { type: 'string' },
      stack: { type: 'string' },
      json: { type: 'boolean', default: false },
    },
  }).values;

const tablesFrom = (where: string, nameOf: (table: TableName) => string | undefined): ChangeTables => {
  const named = (table: TableName): string => {
    const name = nameOf(table);
    if (!name) throw new Error(`${where} does not name the table ${table}.\n${usage}`);
    return name;
  };
  return {
    orders: named('orders'),
    stock: named('stock'),
    keys: named('keys'),
    ledger: named('ledger'),
    payments: named('payments'),
  };
};

/** Whose tables they are, and their names; sets what a client of this machine's own tables needs. */
const findTables = async (stack: string | undefined, dataDir: string | undefined) => {
  if (stack === undefined && dataDir === undefined && process.env[tableVariable('orders')])
    return {
      whose: 'the tables of the environment',
      bucket: process.env[environmentVariables.claimsArchive],
      tables: tablesFrom('The environment', (table) => process.env[tableVariable(table)]),
    };
  const { whose, outputs } = await findDeployment({ stack, dataDir });
  const bucket = outputs['ClaimsArchiveBucketName'];
  return { whose, bucket, tables: tablesFrom(`The outputs of ${whose}`, (table) => outputOf(outputs, table)) };
};

const summaryOf = (report: AuditReport & { readonly isComplete: boolean }): string =>
  [
    ...auditedPromises.map((promise) => {
      const { says, looksAt } = promises[promise];
      const broken = report.brokenTimes[promise];
      const counts = looksAt.map((kind) => `${report.looked[kind].toLocaleString('en')} ${kind}`).join(', ');
      return `  ${promise}  ${broken === 0 ? 'kept  ' : 'BROKEN'}  ${says}\n             ${counts}${broken > 0 ? `; ${broken} findings` : ''}`;
    }),
    ...(report.moving > 0 ? [`  ${report.moving} records changed under each look and count as alive.`] : []),
    ...(report.isComplete ? [] : ['  The audit did not come to its end.']),
  ].join('\n');

try {
  const { stack, 'data-dir': dataDir, json } = readArguments();
  const { whose, bucket, tables } = await findTables(stack, dataDir);
  const began = performance.now();
  const archive = bucket === undefined ? {} : { archive: new ClaimsArchive(new S3Client(clientTimeouts), bucket) };
  const report = await auditTables(connectTables(realSurroundings), tables, realSurroundings.now)(archive);
  const total = totalOf(report);
  if (json) console.log(JSON.stringify(report, undefined, 2));
  else {
    console.log(`Audit of ${whose}, ${((performance.now() - began) / 1000).toFixed(1)} s\n\n${summaryOf(report)}\n`);
    for (const { promise, code, record, detail } of report.findings)
      console.log(`  promise ${promise}  ${code}  ${record}\n             ${detail}`);
    if (total > report.findings.length) console.log(`  … and ${total - report.findings.length} more.`);
    console.log(total === 0 ? 'Every promise is kept.' : `\n${total} findings. See docs/runbook.md#audit-findings.`);
  }
  if (total > 0) process.exitCode = 1;
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 2;
}
