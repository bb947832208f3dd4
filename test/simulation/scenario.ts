import type { Policy } from '../../core/policy/policy.ts';
import { policyOf } from '../../policy/index.ts';
import type { Terms } from './auditor.ts';
import { type ChannelTroubles, noTroubles, stormyTroubles } from './channels.ts';
import { type FaultRates, noFaults, stormyFaults } from './kernel/faults.ts';
import type { Random } from './kernel/random.ts';

/** What one seed plays: how much of everything, and how badly things go. */
export type Scenario = {
  readonly mood: 'calm' | 'windy' | 'stormy' | 'hellish';
  readonly faults: FaultRates;
  readonly timers: 'per-order' | 'swept';
  readonly coldStart: number;
  /** Chance that a function stands still for a while after a table call, as one short of CPU does. */
  readonly pause: number;
  readonly merchants: number;
  readonly products: number;
  readonly buyers: number;
  readonly ordersPerBuyer: number;
  readonly importsPerProduct: number;
  readonly linesPerImport: number;
  /** Whether the first import of a product comes before its buyers. */
  readonly beginsWithStock: boolean;
  readonly quarantines: number;
  /** Times that many buyers want one product in the same moment. */
  readonly rushes: number;
  /** Clients begin what they do within this time. */
  readonly activityMs: number;
  /** A client that hears nothing asks again after this. */
  readonly patienceMs: number;
  /** Chance that an answer is lost between us and the client. */
  readonly lostToClient: number;
  /** Of orders and top-ups, how many are paid through channels. */
  readonly throughChannels: number;
  readonly channelTroubles: ChannelTroubles;
};

const rateNames = Object.keys(noFaults) as (keyof FaultRates)[];

/** A jump of minutes ends every call that is under way, so that one in so many steps would leave nothing standing. */
const jumpScale = 0.03;

/** Nothing fails; a few kinds of fault; all kinds; all kinds, often. */
const drawFaults = (random: Random, mood: Scenario['mood']): FaultRates => {
  const entries = rateNames.map((name): [keyof FaultRates, number] => {
    const isChosen = random.chance(0.3);
    const scale = 0.5 + 2 * random.next();
    const rate = Math.min(0.4, stormyFaults[name] * scale * (name === 'clockJump' ? jumpScale : 1));
    if (mood === 'calm') return [name, 0];
    if (mood === 'windy') return [name, isChosen ? rate : 0];
    return [name, mood === 'stormy' ? rate : Math.min(0.5, 3 * rate)];
  });
  return Object.fromEntries(entries) as FaultRates;
};

const troubleNames = Object.keys(noTroubles) as (keyof ChannelTroubles)[];

const drawTroubles = (random: Random, mood: Scenario['mood']): ChannelTroubles => {
  const entries = troubleNames.map((name): [keyof ChannelTroubles, number] => {
    const isChosen = random.chance(0.5);
    const rate = Math.min(0.6, stormyTroubles[name] * (0.5 + 2 * random.next()));
    if (mood === 'calm') return [name, 0];
    return [name, mood !== 'windy' || isChosen ? rate : 0];
  });
  return Object.fromEntries(entries) as ChannelTroubles;
};

export const drawScenario = (random: Random): Scenario => {
  const mood = random.pick(['calm', 'windy', 'windy', 'stormy', 'stormy', 'hellish'] as const);
  return {
    mood,
    faults: drawFaults(random, mood),
    timers: random.pick(['per-order', 'swept']),
    coldStart: random.pick([0.02, 0.3, 1]),
    pause: mood === 'calm' ? 0 : random.pick([0, 0.005, 0.03]),
    merchants: random.integer(1, 3),
    products: random.integer(1, 4),
    buyers: random.integer(2, 8),
    ordersPerBuyer: random.integer(2, 10),
    importsPerProduct: random.integer(1, 5),
    beginsWithStock: random.chance(0.6),
    linesPerImport: random.pick([6, 20, 60, 130]),
    quarantines: random.integer(0, 3),
    rushes: random.integer(0, 5),
    activityMs: random.pick([60_000, 300_000, 600_000]),
    patienceMs: random.pick([1_500, 6_000, 31_000]),
    lostToClient: mood === 'calm' ? 0 : random.pick([0, 0.05, 0.2]),
    throughChannels: random.pick([0, 0.4, 0.8]),
    channelTroubles: drawTroubles(random, mood),
  };
};

/** A white paper with deadlines of minutes. Two versions, so that a change of policy falls into every run. */
const shortPolicy = (version: string, seconds: { promise: number; hold: number; expiry: number }): Policy => ({
  ...policyOf('demo'),
  version,
  orders: { unpaidExpirySeconds: seconds.expiry },
  promise: { rules: [{ when: {}, deliverWithinSeconds: seconds.promise }] },
  redelivery: { recheckEverySeconds: 60 },
  hold: {
    rules: [
      { when: { merchantLabel: 'gold' }, releaseAfterSeconds: seconds.hold / 2 },
      { when: {}, releaseAfterSeconds: seconds.hold },
    ],
  },
});

const deadlines = {
  'simulated-1': { promise: 420, hold: 300, expiry: 120 },
  'simulated-2': { promise: 360, hold: 200, expiry: 90 },
};

export const simulatedPolicies: readonly Policy[] = Object.entries(deadlines).map(([version, seconds]) =>
  shortPolicy(version, seconds),
);

/** The same deadlines as the auditor knows them: from the numbers above, not from the documents. */
export const simulatedTerms: ReadonlyMap<string, Terms> = new Map(
  Object.entries(deadlines).map(([version, { promise, hold }]) => [
    version,
    { promiseSeconds: promise, holdSeconds: ({ merchantLabel }) => (merchantLabel === 'gold' ? hold / 2 : hold) },
  ]),
);

/** Long enough for the longest promise and the longest hold after it, and for the journal to be folded. */
export const calmMs = 40 * 60_000;
