#!/usr/bin/env node
/**
 * `npm run restore-drill`: loses every table in the middle of sales and shows that a restore sells no key twice. It runs
 * a stack of its own in a folder of its own; every line with a tick was checked, and the command ends with 1 where one
 * does not hold. `--without-replay` leaves the replay of claims out and ends with 1, because keys are sold twice then.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { say, seconds, tellLine } from './demo/page.ts';
import { drillRestore } from './drill/restore.ts';
import { messageOf } from './refusal.ts';

const { values } = parseArgs({ options: { 'without-replay': { type: 'boolean', default: false } } });
const dataDir = mkdtempSync(join(tmpdir(), 'surety-restore-drill-'));
const began = performance.now();
try {
  const { sold, soldTwice } = await drillRestore({
    dataDir,
    buyers: 8,
    salesEachSide: 150,
    importedEachSide: 250,
    replays: !values['without-replay'],
  });
  for (const secret of soldTwice) say(`✗ ${secret} was read under two orders`);
  tellLine(`\n${sold} keys sold, ${soldTwice.length} of them twice, in ${seconds(performance.now() - began)}`);
  process.exitCode = soldTwice.length === 0 ? 0 : 1;
} catch (error) {
  tellLine(`\n${messageOf(error)}`);
  process.exitCode = 1;
} finally {
  rmSync(dataDir, { recursive: true, force: true });
}
