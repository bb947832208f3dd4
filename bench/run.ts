/**
 * `npm run bench [-- WORKLOAD…]`: runs the named workloads, or all, and writes each one's result to
 * `bench/results/<workload>.json` with the command, the machine and the date.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, totalmem } from 'node:os';
import { parseArgs } from 'node:util';
import { round } from './statistics.ts';
import { bundles } from './workloads/bundles.ts';
import { costPerOrder } from './workloads/cost-per-order.ts';
import { importLines } from './workloads/import-lines.ts';
import { listPrices } from './workloads/list-prices.ts';
import { ordersPerSecond } from './workloads/orders-per-second.ts';

const clients = [1, 8, 32];
const ordersEach = (count: number): number => (count === 1 ? 200 : 600);

/** Imports that this run has measured, to compare the memory of a longer file with that of the first. */
const imported: Awaited<ReturnType<typeof importLines>>[] = [];
const measureImport = async (lines: number) => {
  const result = await importLines(lines);
  imported.push(result);
  const [first] = imported;
  if (first === undefined || first === result) return result;
  return { ...result, [`peakRssTimesThatOf${first.lines}Lines`]: round(result.peakRssMiB / first.peakRssMiB, 2) };
};

const workloads: Record<string, () => Promise<unknown>> = {
  'orders-2000-keys': () => ordersPerSecond({ keysInStock: 2_000, clients, ordersEach }),
  'orders-100000-keys': () => ordersPerSecond({ keysInStock: 100_000, clients, ordersEach }),
  'cost-per-order': async () => {
    const counted = await costPerOrder(400);
    return { ...counted, ...listPrices(counted) };
  },
  'import-100000-lines': () => measureImport(100_000),
  'import-1000000-lines': () => measureImport(1_000_000),
  bundles,
};

const { values, positionals } = parseArgs({ allowPositionals: true, options: { lines: { type: 'string' } } });
/** `--lines N` imports a file of that length, and runs nothing else unless it is named. */
const ofLength = values.lines === undefined ? [] : [`import-${values.lines}-lines`];
for (const name of ofLength) workloads[name] ??= () => measureImport(Number(values.lines));
const named = [...positionals, ...ofLength];
const unknown = named.filter((name) => !(name in workloads));
if (unknown.length > 0) {
  console.error(`There is no workload ${unknown.join(', ')}. Choose of: ${Object.keys(workloads).join(', ')}.`);
  process.exit(1);
}

const machine = {
  processor: cpus()[0]?.model ?? 'unknown',
  cores: availableParallelism(),
  memoryGiB: Math.round(totalmem() / 2 ** 30),
  node: process.version,
  platform: `${process.platform} ${process.arch}`,
};
const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim();
const folder = new URL('./results/', import.meta.url);
mkdirSync(folder, { recursive: true });

for (const [name, run] of Object.entries(workloads)) {
  if (named.length > 0 && !named.includes(name)) continue;
  console.log(`== ${name}`);
  const result = await run();
  if (Array.isArray(result)) console.table(result);
  else console.dir(result, { depth: 4 });
  const record = { command: `npm run bench -- ${name}`, date: new Date().toISOString(), commit, machine, result };
  writeFileSync(new URL(`${name}.json`, folder), `${JSON.stringify(record, null, 2)}\n`);
}
