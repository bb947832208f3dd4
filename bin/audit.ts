#!/usr/bin/env node
/**
 * Checks the promises on live tables and names each record that breaks one; ends with 1 if there is any.
 *
 *   npm run audit                          the stack that runs on this machine, on the data folder ./.data
 *   npm run audit -- --data-dir <folder>   the one on another data folder
 *   npm run audit -- --stack <name>        a deployed stack; its outputs name the tables
 *
 * With TABLE_ORDERS, TABLE_STOCK, TABLE_KEYS and TABLE_LEDGER set and neither option given, those tables are checked.
 * AWS_ENDPOINT_URL_DYNAMODB names another DynamoDB, --json prints the report for a program.
 */
import { parseArgs } from 'node:util';
import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { realSurroundings } from '../adapters/clock.ts';
import { connectTables } from '../adapters/tables/gateway.ts';
import type { ChangeTables } from '../adapters/tables/order-changes.ts';
import { tableVariable } from '../contract/environment.ts';
import type { TableName } from '../contract/tables.ts';
import { auditedPromises } from '../core/audit/finding.ts';
import { type AuditReport, totalOf } from '../functions/ledger/audit-subject.ts';
import { auditTables } from '../functions/ledger/audit-tables.ts';
import { readEndpoints } from '../local/endpoints.ts';

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

type Outputs = Readonly<Record<string, string | undefined>>;

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

/** The stack's output of a table, as `lib/surety-stack.ts` names it. */
const outputOf = (outputs: Outputs, table: TableName): string | undefined =>
  outputs[`Table${table.charAt(0).toUpperCase()}${table.slice(1)}`];

const outputsOfStack = async (stackName: string): Promise<Outputs> => {
  const { Stacks } = await new CloudFormationClient({}).send(new DescribeStacksCommand({ StackName: stackName }));
  const outputs = Stacks?.[0]?.Outputs ?? [];
  return Object.fromEntries(
    outputs.flatMap(({ OutputKey, OutputValue }) => (OutputKey ? [[OutputKey, OutputValue]] : [])),
  );
};

/** Whose tables they are, and their names; sets what a client of this machine's own tables needs. */
const findTables = async (stack: string | undefined, dataDir: string | undefined) => {
  if (stack !== undefined) {
    const outputs = await outputsOfStack(stack);
    return { whose: `stack ${stack}`, tables: tablesFrom(`The stack ${stack}`, (table) => outputOf(outputs, table)) };
  }
  if (dataDir === undefined && process.env[tableVariable('orders')])
    return {
      whose: 'the tables of the environment',
      tables: tablesFrom('The environment', (table) => process.env[tableVariable(table)]),
    };
  const { region, dynamodb, apiUrl, outputs } = readEndpoints(dataDir ?? './.data');
  process.env['AWS_ENDPOINT_URL_DYNAMODB'] = dynamodb;
  process.env['AWS_REGION'] = region;
  process.env['AWS_ACCESS_KEY_ID'] ??= 'local';
  process.env['AWS_SECRET_ACCESS_KEY'] ??= 'local';
  return { whose: `the stack at ${apiUrl}`, tables: tablesFrom('The stack', (table) => outputOf(outputs, table)) };
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
  if (stack !== undefined && dataDir !== undefined)
    throw new Error(`Name a stack or a data folder, not both.\n${usage}`);
  const { whose, tables } = await findTables(stack, dataDir);
  const began = performance.now();
  const report = await auditTables(connectTables(realSurroundings), tables, realSurroundings.now)();
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
