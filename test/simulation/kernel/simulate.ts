import { MemoryDynamoDb, type MemoryTableDefinition } from '../../fakes/memory-dynamodb/memory-dynamodb.ts';
import { SimulatedDocumentClient } from './document-client.ts';
import { type FaultRates, noFaults } from './faults.ts';
import { type QueueOptions, SimulatedQueue } from './queue.ts';
import { Random } from './random.ts';
import { type Ending, type Process, Scheduler } from './scheduler.ts';
import { SimulatedStream, type StreamOptions } from './stream.ts';
import { Trace } from './trace.ts';
import { SimulatedWorkflows, type WorkflowOptions } from './workflows.ts';

const startMs = Date.parse('2026-01-01T00:00:00.000Z');
const minuteMs = 60_000;
const maxSkewMs = 250;
const maxStepMs = 20;
const maxJumpMs = 5 * minuteMs;
/** What was written longer ago than this, every read sees. */
const maxLagMs = 10_000;

/** Everything that simulated code can touch: tables, queues, streams, workflows, schedules, time and chance. */
export class World {
  readonly random: Random;
  readonly trace = new Trace();
  readonly scheduler: Scheduler;
  readonly tables: MemoryDynamoDb;
  readonly #streams: SimulatedStream[] = [];
  #rates: FaultRates;
  readonly #currentRates = (): FaultRates => this.#rates;

  constructor(seed: number, faults: FaultRates) {
    this.random = new Random(seed);
    this.#rates = faults;
    this.scheduler = new Scheduler({
      random: this.random,
      trace: this.trace,
      startMs,
      maxSkewMs,
      maxStepMs,
      maxJumpMs,
      crash: () => this.#rates.crash,
      clockJump: () => this.#rates.clockJump,
    });
    this.tables = new MemoryDynamoDb({
      now: () => this.scheduler.nowMs,
      lag: ({ writtenAfter }) =>
        this.random.chance(this.#rates.readLag) ? this.random.integer(0, writtenAfter(this.nowMs - maxLagMs)) : 0,
    });
  }

  get nowMs(): number {
    return this.scheduler.nowMs;
  }

  createTable(definition: MemoryTableDefinition): void {
    this.tables.createTable(definition);
  }

  /** The document client as one process holds it. */
  client(process: Process): SimulatedDocumentClient {
    return new SimulatedDocumentClient({
      scheduler: this.scheduler,
      tables: this.tables,
      process,
      rates: this.#currentRates,
      afterWrite: () => {
        for (const stream of this.#streams) stream.wake();
      },
    });
  }

  spawn(
    name: string,
    body: (process: Process) => Promise<unknown>,
    onEnd?: (ending: Ending) => void,
    timeoutMs?: number,
  ): Process {
    return this.scheduler.spawn(name, body, onEnd, timeoutMs);
  }

  queue<Message>(options: QueueOptions<Message>): SimulatedQueue<Message> {
    return new SimulatedQueue(this.scheduler, this.#currentRates, options);
  }

  stream(options: StreamOptions): SimulatedStream {
    const stream = new SimulatedStream(this.scheduler, this.#currentRates, this.tables, options);
    this.#streams.push(stream);
    return stream;
  }

  workflows(options: WorkflowOptions): SimulatedWorkflows {
    return new SimulatedWorkflows(this.scheduler, this.#currentRates, options);
  }

  /** Runs a body each minute, now and then twice; a run that fails is over, the next comes in a minute. */
  everyMinute(
    name: string,
    body: (process: Process) => Promise<unknown>,
    onEnd?: (ending: Ending) => void,
    timeoutMs?: number,
  ): void {
    const next = (Math.floor(this.nowMs / minuteMs) + 1) * minuteMs;
    this.scheduler.at(next, `each minute: ${name}`, () => {
      this.everyMinute(name, body, onEnd, timeoutMs);
      this.spawn(name, body, onEnd, timeoutMs);
      if (this.random.chance(this.#rates.repeatTask)) this.spawn(name, body, onEnd, timeoutMs);
    });
  }

  /** From now on only these faults happen. */
  setFaults(faults: FaultRates): void {
    this.#rates = faults;
  }
}

export type SimulationOptions = {
  readonly seed: number;
  /** Happenings under faults. */
  readonly steps: number;
  readonly faults?: FaultRates;
  /** Builds the world and starts its processes; what it returns is handed to the other hooks' closures. */
  readonly setup: (world: World) => void;
  /** After the faulty part the world runs on without faults for this long in virtual time. @default an hour */
  readonly calmMs?: number;
  /** Called after each step, for invariants that hold at every moment; what it throws ends the run. */
  readonly afterStep?: (world: World) => void;
  /** Called at the end, for what must hold at rest. */
  readonly atRest?: (world: World) => void | Promise<void>;
};

export type SimulationResult = {
  readonly seed: number;
  readonly steps: number;
  readonly fingerprint: string;
  readonly trace: Trace;
  readonly world: World;
};

/** More happenings than this in the calm part mean that something never comes to rest. */
const maxCalmSteps = 5_000_000;
const hourMs = 60 * minuteMs;

/** Runs a world from a seed. A failure carries the seed and the end of the trace. */
export const simulate = async (options: SimulationOptions): Promise<SimulationResult> => {
  const world = new World(options.seed, options.faults ?? noFaults);
  try {
    options.setup(world);
    await runSteps(world, options);
    world.setFaults(noFaults);
    await runCalm(world, options);
    await options.atRest?.(world);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new Error(`Seed ${options.seed} failed: ${message}\n${world.trace.render()}`, { cause: error });
  }
  const { trace, scheduler } = world;
  return { seed: options.seed, steps: scheduler.steps, fingerprint: trace.fingerprint, trace, world };
};

const runSteps = async (world: World, options: SimulationOptions): Promise<void> => {
  for (let step = 0; step < options.steps && (await world.scheduler.step()); step += 1) options.afterStep?.(world);
};

const runCalm = async (world: World, options: SimulationOptions): Promise<void> => {
  const untilMs = world.nowMs + (options.calmMs ?? hourMs);
  for (let step = 0; world.nowMs < untilMs && (await world.scheduler.step()); step += 1) {
    if (step === maxCalmSteps) throw new Error('The world did not come to rest');
    options.afterStep?.(world);
  }
};
