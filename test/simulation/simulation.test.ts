import { describe, expect, test } from 'vitest';
import { type Run, runSeed } from './run-seed.ts';
import type { Scenario } from './scenario.ts';

/** Fresh seeds would hide a failure from whoever runs the tests next, so these are always the same. */
const seeds = Array.from({ length: 50 }, (_, index) => index + 1);

/** Seeds that once found a bug, each with what it found; they were drawn when buyers paid from wallets alone. */
const withoutChannels = { throughChannels: 0 };
const lateDelete = 'a delete for a quarantine came late and took back offers that the lift had restored';
const offeredTwice = 'a lift offered keys to everybody whose offers in reserve still stood';
const lostImport = 'a quarantine during an import left its lines neither stored nor reported';
const regressions: readonly (readonly [seed: number, found: string])[] = [
  [27, lostImport],
  [34, lostImport],
  [31, lateDelete],
  [76, lateDelete],
  [98, lateDelete],
  [213, offeredTwice],
  [420, offeredTwice],
];

/** What a run must have done at least once over all seeds, lest it promise something about nothing. */
const mustHaveHappened = [
  'milestone captured',
  'milestone delivered',
  'milestone refunded',
  'milestone released',
  'payOrder refused out-of-stock',
  'payOrder refused order-expired',
  'chunk of keys bound',
  'delivered in part',
  'offer in reserve',
  'quarantine lifted',
  'replayed by its client',
  'delivery run',
  'captured by a channel',
  'late payment wanted',
  'payment captured',
  'payment credited',
  'payment short',
  'payment over',
  'payment late',
  'payment duplicate',
  'payment limit-reached',
  'payment closed',
  'notification known',
  'notification refund-noted',
  'channel gave no answer about a payment',
  'refund confirmed',
  'refund processing',
  'refund balance-short',
  'refund channel-refused',
  'refund channel-unavailable',
  'workflows succeeded',
  'fault throttle',
  'fault conflict',
  'fault lostAnswer',
  'fault lateWrite',
  'fault crash',
  'fault timeout',
  'fault loseRecords',
  'fault channelUnavailable',
];

const report = ({ seed, findings, traceTail }: Run): string =>
  [
    `Seed ${seed} broke a promise. Play it again: npm run simulate -- --seed ${seed} --trace`,
    ...findings.map(({ promise, atMs, what }) => `promise ${promise} at ${new Date(atMs).toISOString()}: ${what}`),
    traceTail(60),
  ].join('\n');

const play = async (seed: number, scenario: Partial<Scenario> = {}): Promise<Run> => {
  const run = await runSeed(seed, { scenario });
  if (run.findings.length > 0) throw new Error(report(run));
  return run;
};

describe('a marketplace under faults', () => {
  const exercised = new Map<string, number>();

  test.each(seeds)('keeps its promises with seed %i', async (seed) => {
    const run = await play(seed);
    for (const [what, count] of run.exercised) exercised.set(what, (exercised.get(what) ?? 0) + count);
  });

  test('was tried by everything that can go wrong', () => {
    expect(mustHaveHappened.filter((what) => !exercised.has(what))).toEqual([]);
  });

  test.each(regressions)('keeps its promises with seed %i, which once found: %s', async (seed) => {
    await play(seed, withoutChannels);
  });

  test('does the same again from the same seed', async () => {
    const [first, second] = [await runSeed(7), await runSeed(7)];
    expect(second.steps).toBe(first.steps);
    expect([...second.exercised]).toEqual([...first.exercised]);
  });
});
