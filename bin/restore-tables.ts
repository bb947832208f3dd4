#!/usr/bin/env node
/**
 * Restores every table of a deployment to one moment, under new names, gives the new tables what a restore leaves out,
 * and writes the file by which `cdk deploy` adopts them. The tables that the deployment works on stay as they are.
 *
 *   npm run restore-tables -- --stack surety-production --moment 2026-11-22T03:00:00.000Z
 *
 * May be stopped and started again with the same moment: a table that is there already is waited for, not made again.
 */
import { parseArgs } from 'node:util';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { tableNames } from '../contract/tables.ts';
import { findDeployment, outputOf } from './deployment.ts';
import { restoreTables } from './restore.ts';
import { restoredFileOf, writeRestoredFile } from './restored-file.ts';

const usage = 'npm run restore-tables -- [--stack <name> | --data-dir <folder>] --moment <instant> [--restored <file>]';

try {
  const { values } = parseArgs({
    options: {
      stack: { type: 'string' },
      'data-dir': { type: 'string' },
      moment: { type: 'string' },
      restored: { type: 'string' },
    },
  });
  const moment = new Date(values.moment ?? '');
  if (Number.isNaN(moment.getTime())) throw new Error(`--moment must be an instant, in UTC.\n${usage}`);
  const file = values.restored ?? (values.stack && restoredFileOf(values.stack.replace(/^surety-/, '')));
  if (!file) throw new Error(`Name the file to write with --restored.\n${usage}`);
  const { whose, outputs } = await findDeployment({ stack: values.stack, dataDir: values['data-dir'] });
  const sources = tableNames.map((name) => {
    const tableName = outputOf(outputs, name);
    if (!tableName) throw new Error(`The outputs of ${whose} do not name the table ${name}.`);
    return [name, tableName] as const;
  });
  const client = new DynamoDBClient({});
  const restored = await restoreTables(client, sources, moment, (line) => console.log(`  ${line}`));
  writeRestoredFile(file, restored);
  console.log(`${file} names the restored tables. Deploy with -c selling=closed; see "Restoring" in docs/runbook.md.`);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
