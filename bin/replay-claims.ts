#!/usr/bin/env node
/**
 * Gives the keys of restored tables the owners that they got after the moment of the restore, and checks that none of
 * them can be sold again. Ends with 0 if so, and then writes into the file of restored tables that selling may open.
 *
 *   npm run replay-claims -- --stack surety-production                    tables of restored/production.json
 *   npm run replay-claims -- --stack surety-production --check            looks only, writes nothing
 *   npm run replay-claims -- --data-dir <folder> --restored <file>        the stack that runs on this machine
 *
 * May be stopped and started again. `--offer-returned` leaves keys on offer that went back to the shelf after the moment;
 * without it they are withheld. `--list <file>` writes each claim that the tables did not know, one JSON a line.
 */
import { appendFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { S3Client } from '@aws-sdk/client-s3';
import { ClaimsArchive } from '../adapters/claims-archive.ts';
import { clientTimeouts } from '../adapters/client-timeouts.ts';
import { realSurroundings } from '../adapters/clock.ts';
import { connectTables } from '../adapters/tables/gateway.ts';
import type { RestoredTables } from '../contract/restored-tables.ts';
import type { TableName } from '../contract/tables.ts';
import type { ReplayReport } from '../core/claims/replay.ts';
import { findUnreplayed, type Replay, replayClaims } from '../functions/claims/replay-claims.ts';
import { findDeployment } from './deployment.ts';
import { readRestoredFile, restoredFileOf, writeRestoredFile } from './restored-file.ts';

const usage =
  'npm run replay-claims -- [--stack <name> | --data-dir <folder>] [--restored <file>] [--check] [--offer-returned] [--list <file>]';
/** Faults that are named; more are only counted. */
const maxNamed = 50;

const readArguments = () => {
  const { values } = parseArgs({
    options: {
      stack: { type: 'string' },
      'data-dir': { type: 'string' },
      restored: { type: 'string' },
      check: { type: 'boolean', default: false },
      'offer-returned': { type: 'boolean', default: false },
      list: { type: 'string' },
    },
  });
  const file = values.restored ?? (values.stack && restoredFileOf(values.stack.replace(/^surety-/, '')));
  if (!file) throw new Error(`Name the file of restored tables with --restored.\n${usage}`);
  return { ...values, file };
};

const tableIn = (restored: RestoredTables, table: TableName): string => {
  const found = restored.tables[table];
  if (!found) throw new Error(`The file of restored tables does not name the table ${table}.`);
  return found.tableName;
};

const said = (report: ReplayReport): string =>
  [
    `  ${report.bind} keys got their owner back`,
    `  ${report.done} were their owner's already`,
    `  ${report.remember} were imported after the moment: they are remembered as sold, and no import stores them again`,
    `  ${report['take-over']} were taken from orders that had them at the moment and gave them back since`,
    `  ${report.contested} belong to another owner in the tables, and stay his`,
    `  ${report['left-on-offer']} went back to the shelf after the moment and stay on offer`,
  ].join('\n');

try {
  const { stack, 'data-dir': dataDir, file, check, 'offer-returned': offerReturned, list } = readArguments();
  const { whose, outputs } = await findDeployment({ stack, dataDir });
  const bucket = outputs['ClaimsArchiveBucketName'];
  if (!bucket) throw new Error(`The outputs of ${whose} do not name the archive of claims.`);
  const restored = readRestoredFile(file);
  const deps = {
    gateway: connectTables(realSurroundings),
    tables: { keys: tableIn(restored, 'keys'), stock: tableIn(restored, 'stock') },
    archive: new ClaimsArchive(new S3Client(clientTimeouts), bucket),
    now: realSurroundings.now,
  };
  const replay: Replay = {
    moment: restored.moment,
    offerReturned,
    onHour: (hour, { bind, remember }) => console.log(`  ${hour}  ${bind} bound, ${remember} remembered so far`),
    ...(list !== undefined && {
      onStep: (claim, step) => appendFileSync(list, `${JSON.stringify({ ...claim, ...step })}\n`),
    }),
  };
  if (!check) {
    console.log(`Claims of ${whose} since ${restored.moment}, the last hour first`);
    if (list !== undefined) writeFileSync(list, '');
    console.log(said(await replayClaims(deps)(replay)));
  }
  const unreplayed = await findUnreplayed(deps)(replay);
  for (const { keyId, fault } of unreplayed.slice(0, maxNamed)) console.log(`  key ${keyId} is ${fault}`);
  if (unreplayed.length > 0) {
    console.log(`${unreplayed.length} claimed keys would be sold again or imported again. Selling stays closed.`);
    process.exitCode = 1;
  } else {
    console.log('No key that was claimed since can be sold or imported again.');
    if (!check) {
      writeRestoredFile(file, { ...restored, claimsReplayedAt: realSurroundings.now() });
      console.log(`Selling may open: ${file} says so.`);
    }
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 2;
}
