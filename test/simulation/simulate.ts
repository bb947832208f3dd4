/**
 * `npm run simulate -- --seeds 2000` plays that many seeds; `--from N` says where to begin; `--seed N --trace` plays
 * one and prints the end of its trace. Exit code 1 means that a promise was broken.
 */
import { parseArgs } from 'node:util';
import { type Run, runSeed } from './run-seed.ts';

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '200' },
    from: { type: 'string', default: '1' },
    seed: { type: 'string' },
    trace: { type: 'boolean', default: false },
    /** Entries of the trace that are printed. */
    last: { type: 'string', default: '400' },
  },
});

const describe = ({ seed, scenario, findings }: Run): string =>
  [
    `Seed ${seed} (${scenario.mood}, ${scenario.timers}) broke a promise:`,
    ...findings.map(({ promise, atMs, what }) => `  promise ${promise} at ${new Date(atMs).toISOString()}: ${what}`),
    `  Play it again: npm run simulate -- --seed ${seed} --trace`,
  ].join('\n');

const summarize = (counts: ReadonlyMap<string, number>): string =>
  [...counts]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([what, count]) => `  ${String(count).padStart(9)}  ${what}`)
    .join('\n');

const first = Number(values.seed ?? values.from);
const seeds = values.seed === undefined ? Number(values.seeds) : 1;
const total = new Map<string, number>();
const add = (what: string, count: number) => total.set(what, (total.get(what) ?? 0) + count);
const startedMs = performance.now();
const broken: number[] = [];
let steps = 0;

for (let seed = first; seed < first + seeds; seed += 1) {
  const run = await runSeed(seed);
  steps += run.steps;
  add(`seeds ${run.scenario.mood}`, 1);
  for (const [what, count] of run.exercised) add(what, count);
  if (run.findings.length > 0) {
    broken.push(seed);
    console.log(`${process.stdout.isTTY ? '\r\u001b[K' : ''}${describe(run)}`);
  }
  if (values.trace) console.log(run.traceTail(Number(values.last)));
  const played = seed - first + 1;
  const seconds = (performance.now() - startedMs) / 1000;
  const line = `${played} of ${seeds} seeds, ${steps} steps, ${seconds.toFixed(0)} s, ${broken.length} broken`;
  if (process.stdout.isTTY) process.stdout.write(`\r${line}`);
  else if (played % 100 === 0) console.log(line);
}

const seconds = (performance.now() - startedMs) / 1000;
console.log(`\nWhat happened in seeds ${first} to ${first + seeds - 1}, ${steps} steps in ${seconds.toFixed(1)} s:`);
console.log(summarize(total));
console.log(broken.length === 0 ? 'Every promise held.' : `Promises were broken in seeds ${broken.join(', ')}.`);
process.exitCode = broken.length === 0 ? 0 : 1;
