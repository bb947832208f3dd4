import { Auditor, type Finding } from './auditor.ts';
import { noTroubles } from './channels.ts';
import { type FactChange, factOf } from './facts.ts';
import { noFaults } from './kernel/faults.ts';
import { Random } from './kernel/random.ts';
import { World } from './kernel/simulate.ts';
import { calmMs, drawScenario, type Scenario, simulatedPolicies, simulatedTerms } from './scenario.ts';
import { Workload } from './workload.ts';
import { type Alterations, Marketplace } from './world.ts';

export type Run = {
  readonly seed: number;
  readonly scenario: Scenario;
  readonly findings: readonly Finding[];
  readonly steps: number;
  readonly fingerprint: string;
  /** What happened how often: calls and how they ended, milestones, faults. */
  readonly exercised: ReadonlyMap<string, number>;
  readonly traceTail: (entries: number) => string;
};

const auditedTables = ['orders', 'keys', 'stock', 'ledger', 'payments'] as const;
const minuteMs = 60_000;
/** A run begins shortly before midnight, so that keys expire in the middle of it. */
const startBeforeMidnightMs = 4 * minuteMs;
const dayMs = 86_400_000;
/** A message may still die after the faults have ended, when its last reception was before. */
const redriveEveryMs = 5 * minuteMs;
/** A refund that a channel did not take is tried ever more rarely, in the end once an hour. */
const maxRefundMs = 2 * 60 * minuteMs;
/** More happenings than this mean that a world never comes to rest. */
const maxSteps = 600_000;

/** Plays one seed from the first client to the last deadline, and says what the auditor found. */
export const runSeed = async (
  seed: number,
  options: { readonly alterations?: Alterations; readonly scenario?: Partial<Scenario> } = {},
): Promise<Run> => {
  const scenario = { ...drawScenario(new Random(seed)), ...options.scenario };
  const world = new World(seed, noFaults);
  await passTime(world, dayMs - startBeforeMidnightMs);
  const nowMs = () => world.nowMs;
  const isFaulty = scenario.mood !== 'calm';
  const auditor: Auditor = new Auditor({
    terms: simulatedTerms,
    nowMs,
    isFaulty,
    statements: () => market.channels.books(),
  });
  const market: Marketplace = new Marketplace(world, {
    timers: scenario.timers,
    policies: simulatedPolicies,
    foldGraceSeconds: 300,
    coldStart: scenario.coldStart,
    pause: scenario.pause,
    alterations: options.alterations ?? {},
    onTaken: (paymentId) => auditor.channels.saidDone(paymentId),
  });
  const watch = new Watch(world, auditor, (what) => market.count(what));
  const workload = new Workload(market, auditor, scenario);
  try {
    auditor.policyPublished(market.policy.version);
    await workload.prepare();
    workload.begin();
    world.setFaults(scenario.faults);
    market.channels.setTroubles(scenario.channelTroubles);
    await watch.until(() => workload.underWay === 0);
    world.setFaults(noFaults);
    market.channels.setTroubles(noTroubles);
    market.endPauses();
    auditor.faultsEnded();
    const restMs = world.nowMs + calmMs;
    while (world.nowMs < restMs || (auditor.channels.owesRefunds && world.nowMs < restMs + maxRefundMs)) {
      redrive(market);
      const nextMs = world.nowMs + redriveEveryMs;
      await watch.until(() => world.nowMs >= nextMs);
    }
    workload.settle();
    watch.atRest(market);
  } catch (error) {
    auditor.report(5, error instanceof Error ? (error.stack ?? error.message) : String(error));
  }
  return {
    seed,
    scenario,
    findings: auditor.findings,
    steps: world.scheduler.steps,
    fingerprint: world.trace.fingerprint,
    exercised: exercisedBy(market),
    traceTail: (entries) => world.trace.render(entries),
  };
};

const passTime = async (world: World, ms: number): Promise<void> => {
  world.scheduler.at(world.nowMs + ms, 'the day passes', () => undefined);
  await world.scheduler.step();
};

/**
 * What an operator does after an outage. Deliveries and guarantees that died are left to the sweep, which must find
 * them; a stock count that died is asked for again.
 */
const redrive = (market: Marketplace): void => {
  for (const { message } of market.stockCount.deadLetters.splice(0)) market.stockCount.put(message);
};

/** Shows the auditor each moment's changes, as they happen. */
class Watch {
  readonly #world: World;
  readonly #auditor: Auditor;
  readonly #count: (what: string) => void;
  readonly #cursors = new Map<string, number>(auditedTables.map((table) => [table, 0]));
  #minute = 0;

  constructor(world: World, auditor: Auditor, count: (what: string) => void) {
    this.#world = world;
    this.#count = count;
    this.#auditor = auditor;
  }

  async until(isOver: () => boolean): Promise<void> {
    for (let step = 0; !isOver(); step += 1) {
      if (step === maxSteps) throw new Error('The world did not come to rest');
      if (!(await this.#world.scheduler.step())) return;
      this.#look();
    }
  }

  #look(): void {
    const { tables, nowMs } = this.#world;
    const changes: FactChange[] = [];
    for (const [table, cursor] of this.#cursors) {
      const length = tables.streamLength(table);
      if (length === cursor) continue;
      for (const { before, after } of tables.changes(table, cursor))
        changes.push({ before: factOf(table, before), after: factOf(table, after) });
      this.#cursors.set(table, length);
    }
    if (changes.length > 0) this.#auditor.observe(changes);
    this.#auditor.channels.momentPassed();
    for (const change of changes) this.#countRare(change);
    const minute = Math.floor(nowMs / minuteMs);
    if (minute === this.#minute) return;
    this.#minute = minute;
    this.#auditor.everyMinute();
  }

  /** What no answer shows and a run could silently never reach. */
  #countRare({ before, after }: FactChange): void {
    if (after?.kind === 'chunk') this.#count('chunk of keys bound');
    if (
      before?.kind === 'key' &&
      after?.kind === 'key' &&
      before.key.owner !== undefined &&
      after.key.owner === undefined
    )
      this.#count('key came back');
    if (after?.kind === 'order' && after.order.status === 'delivered' && after.order.refundedMinor > 0)
      this.#count('delivered in part');
    if (before?.kind === 'order' && after?.kind === 'order' && !before.order.capturedAt && after.order.paymentId)
      this.#count(after.order.paidAt === after.order.capturedAt ? 'late payment wanted' : 'captured by a channel');
    if (after?.kind === 'payment' && after.payment.outcome !== undefined)
      this.#count(`payment ${after.payment.outcome}`);
    if (after?.kind === 'payment' && after.payment.status === 'closed') this.#count('payment closed');
    if (after?.kind === 'offer' && after.offer.place.includes('#reserve ')) this.#count('offer in reserve');
  }

  atRest(market: Marketplace): void {
    const rows = auditedTables.flatMap((table) =>
      [...this.#world.tables.items(table)].flatMap((row) => factOf(table, row) ?? []),
    );
    const [, stock] = market.streams;
    const isCountExact = stock !== undefined && stock.lost === 0 && stock.failures.length === 0;
    this.#auditor.atRest(rows, { isCountExact });
  }
}

const faultNames = [...Object.keys(noFaults), 'timeout', 'lost', 'channelUnavailable'];

const exercisedBy = (market: Marketplace): ReadonlyMap<string, number> => {
  const { world } = market;
  const counts = new Map(market.exercised);
  for (const name of faultNames) if (world.trace.count(name) > 0) counts.set(`fault ${name}`, world.trace.count(name));
  const set = (name: string, count: number) => count > 0 && counts.set(name, count);
  for (const stream of market.streams) {
    set('fault loseRecords', (counts.get('fault loseRecords') ?? 0) + stream.lost);
    set('stream records given up', (counts.get('stream records given up') ?? 0) + stream.failures.length);
  }
  for (const [name, queue] of Object.entries({
    delivery: market.delivery,
    guarantee: market.guarantee,
    count: market.stockCount,
    channel: market.channel,
  })) {
    set(`${name} messages`, queue.sent);
    set(`${name} dead letters`, queue.deadLetters.length);
  }
  const executions = [...market.workflows.executions.values()];
  set('workflows succeeded', executions.filter(({ status }) => status === 'succeeded').length);
  set('workflows failed', executions.filter(({ status }) => status === 'failed').length);
  return counts;
};
