#!/usr/bin/env node
/**
 * Adds to the archive of claims what the keys table says about the keys that got their owner since a moment: for claims
 * that the archive missed, and before a restore whose lost tables can still be read.
 *
 *   npm run archive-claims -- --stack surety-production --since 2026-11-22T00:00:00.000Z [--table <another keys table>]
 */
import { parseArgs } from 'node:util';
import { S3Client } from '@aws-sdk/client-s3';
import { ClaimsArchive } from '../adapters/claims-archive.ts';
import { clientTimeouts } from '../adapters/client-timeouts.ts';
import { realSurroundings } from '../adapters/clock.ts';
import { connectTables } from '../adapters/tables/gateway.ts';
import { archiveOwnedKeys } from '../functions/claims/archive-owned-keys.ts';
import { findDeployment, outputOf } from './deployment.ts';

const usage =
  'npm run archive-claims -- [--stack <name> | --data-dir <folder>] --since <instant> [--table <keys table>]';

try {
  const { values } = parseArgs({
    options: {
      stack: { type: 'string' },
      'data-dir': { type: 'string' },
      since: { type: 'string' },
      table: { type: 'string' },
    },
  });
  const since = new Date(values.since ?? '');
  if (Number.isNaN(since.getTime())) throw new Error(`--since must be an instant, in UTC.\n${usage}`);
  const { whose, outputs } = await findDeployment({ stack: values.stack, dataDir: values['data-dir'] });
  const [table, bucket] = [values.table ?? outputOf(outputs, 'keys'), outputs['ClaimsArchiveBucketName']];
  if (!table || !bucket) throw new Error(`The outputs of ${whose} name no keys table or no archive of claims.`);
  const archive = new ClaimsArchive(new S3Client(clientTimeouts), bucket);
  const archived = await archiveOwnedKeys(connectTables(realSurroundings), table, archive)(since.toISOString());
  console.log(`${archived} claims of ${table} since ${since.toISOString()} are in the archive.`);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
