import type { Surroundings } from '../../../adapters/clock.ts';
import type { Random } from './random.ts';
import type { Trace } from './trace.ts';

/** How a process ended. */
export type Ending =
  | { readonly kind: 'returned'; readonly value: unknown }
  | { readonly kind: 'threw'; readonly error: unknown }
  | { readonly kind: 'crashed' };

/** Something that can happen next. */
type Happening = {
  readonly owner: Process | undefined;
  readonly label: string;
  readonly dueAtMs: number;
  /** After this it can no longer happen unheard: no call is under way for ever. */
  readonly lostAfterMs: number;
  /** Once sent, a call may be carried out although whoever sent it is gone. */
  readonly survivesCrash: boolean;
  /** Does it, all at once, and says how it ended. */
  readonly happen: () => string;
};

export type SchedulerOptions = {
  readonly random: Random;
  readonly trace: Trace;
  readonly startMs: number;
  /** A process's clock is off by at most this, ahead or behind, for its whole life. */
  readonly maxSkewMs: number;
  /** Virtual time that one happening may take. */
  readonly maxStepMs: number;
  /** How far a jumping clock jumps. */
  readonly maxJumpMs: number;
  readonly crash: () => number;
  readonly clockJump: () => number;
};

/** A call that is under way and that nobody waits for any more arrives within this time or never. */
export const maxLateMs = 30_000;
/** Turns of the real event loop that code may take to come to rest before we say that it waits for something else. */
const maxTurns = 50;
/** Each so many steps the real event loop gets a turn, so that a test can be interrupted and time out. */
const stepsPerTurn = 5_000;

/** One life of simulated code: what it holds in memory ends with it. */
export class Process {
  readonly name: string;
  readonly surroundings: Surroundings;
  /** Promises of this process that wait for the scheduler. */
  parked = 0;
  /** Whoever runs it ends it then, whatever it is doing. */
  readonly deadlineMs: number;
  readonly #onEnd: ((ending: Ending) => void) | undefined;
  #ending: Ending | undefined;

  constructor(
    name: string,
    surroundings: Surroundings,
    deadlineMs: number,
    onEnd: ((ending: Ending) => void) | undefined,
  ) {
    this.name = name;
    this.surroundings = surroundings;
    this.deadlineMs = deadlineMs;
    this.#onEnd = onEnd;
  }

  get ending(): Ending | undefined {
    return this.#ending;
  }

  end(ending: Ending): void {
    if (this.#ending !== undefined) return;
    this.#ending = ending;
    this.#onEnd?.(ending);
  }
}

/**
 * Runs real code against fakes, one happening at a time. Every await of the code ends in `park` or `sleep`; which of
 * the parked happenings comes next is drawn, so one seed is one interleaving.
 */
export class Scheduler {
  readonly random: Random;
  readonly trace: Trace;
  readonly #options: SchedulerOptions;
  readonly #running = new Set<Process>();
  /** What can happen now. */
  #ready: Happening[] = [];
  /** What can happen later, the earliest last. */
  readonly #later: Happening[] = [];
  #nowMs: number;
  #steps = 0;
  #spawned = 0;

  constructor(options: SchedulerOptions) {
    this.random = options.random;
    this.trace = options.trace;
    this.#options = options;
    this.#nowMs = options.startMs;
  }

  /** True time, in milliseconds since the epoch; each process sees it through its own skew. */
  get nowMs(): number {
    return this.#nowMs;
  }

  get steps(): number {
    return this.#steps;
  }

  get running(): readonly Process[] {
    return [...this.#running];
  }

  /**
   * Starts a process with its next await; `onEnd` hears of its end, however it comes. After `timeoutMs` it is ended
   * from outside, which to it is a crash.
   */
  spawn(
    name: string,
    body: (process: Process) => Promise<unknown>,
    onEnd?: (ending: Ending) => void,
    timeoutMs = Number.POSITIVE_INFINITY,
  ): Process {
    this.#spawned += 1;
    const process: Process = new Process(
      `${name}#${this.#spawned}`,
      this.#surroundings(() => process),
      this.#nowMs + timeoutMs,
      onEnd,
    );
    this.#running.add(process);
    const finish = (ending: Ending) => {
      if (!this.#running.delete(process)) return;
      process.end(ending);
    };
    void this.park(process, 'start', () => undefined)
      .then(() => body(process))
      .then(
        (value) => finish({ kind: 'returned', value }),
        (error: unknown) => {
          this.#note(process.name, 'end', error instanceof Error ? error.name : 'threw');
          finish({ kind: 'threw', error });
        },
      );
    return process;
  }

  /** The promise of what `execute` gives or throws when its turn comes. */
  park<T>(process: Process, label: string, execute: () => T, dueAtMs = this.#nowMs): Promise<T> {
    return new Promise((resolve, reject) => {
      const happen = (): string => {
        try {
          const value = execute();
          if (process.ending === undefined) resolve(value);
          return value === 'again' ? 'again' : 'done';
        } catch (error) {
          if (process.ending === undefined) reject(error);
          return error instanceof Error ? error.name : 'threw';
        }
      };
      const survivesCrash = label !== 'start' && label !== 'sleep';
      const lostAfterMs = this.#nowMs + maxLateMs;
      process.parked += 1;
      this.#add({ owner: process, label, dueAtMs, lostAfterMs, survivesCrash, happen });
    });
  }

  /** Something of the world, owned by no process, that becomes possible at a time and is lost after another. */
  at(dueAtMs: number, label: string, act: () => void, lostAfterMs = Number.POSITIVE_INFINITY): void {
    const happen = () => {
      act();
      return 'done';
    };
    this.#add({ owner: undefined, label, dueAtMs, lostAfterMs, survivesCrash: true, happen });
  }

  /** Lets one thing happen and the code come to rest; false when nothing can happen any more. */
  async step(): Promise<boolean> {
    await this.#settle();
    if (this.random.chance(this.#options.clockJump())) this.#advance(this.random.integer(0, this.#options.maxJumpMs));
    const next = this.#draw();
    if (next === undefined) return false;
    this.#steps += 1;
    this.#advance(this.random.integer(0, this.#options.maxStepMs));
    const crashes = this.random.chance(this.#options.crash());
    const { owner } = next;
    const lives = owner !== undefined && owner.ending === undefined;
    const isOverdue = owner !== undefined && owner.deadlineMs < this.#nowMs;
    if (lives && (crashes || isOverdue)) {
      this.#note(owner.name, next.label, isOverdue ? 'timeout' : 'crash');
      this.#ready.push(next);
      this.#crash(owner);
    } else if (!lives && next.lostAfterMs < this.#nowMs) {
      this.#note(owner?.name ?? 'world', next.label, 'lost');
    } else {
      if (owner !== undefined) owner.parked -= 1;
      const outcome = next.happen();
      this.#note(owner?.name ?? 'world', next.label, outcome);
    }
    await this.#settle();
    return true;
  }

  #draw(): Happening | undefined {
    if (this.#ready.length === 0) {
      const earliest = this.#later.at(-1);
      if (earliest === undefined) return undefined;
      this.#nowMs = Math.max(this.#nowMs, earliest.dueAtMs);
    }
    this.#ripen();
    const [next] = this.#ready.splice(this.random.integer(0, this.#ready.length - 1), 1);
    return next;
  }

  #add(happening: Happening): void {
    if (happening.dueAtMs <= this.#nowMs) {
      this.#ready.push(happening);
      return;
    }
    let low = 0;
    let high = this.#later.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#later[middle]?.dueAtMs ?? 0) > happening.dueAtMs) low = middle + 1;
      else high = middle;
    }
    this.#later.splice(low, 0, happening);
  }

  /** Moves what has become due to what can happen. */
  #ripen(): void {
    for (let last = this.#later.at(-1); last !== undefined && last.dueAtMs <= this.#nowMs; last = this.#later.at(-1)) {
      this.#ready.push(last);
      this.#later.pop();
    }
  }

  /** Its memory is gone; of its calls under way, some had left already. */
  #crash(process: Process): void {
    this.#running.delete(process);
    this.#ready = this.#ready.filter(
      ({ owner, survivesCrash }) => owner !== process || (survivesCrash && this.random.chance(0.5)),
    );
    process.end({ kind: 'crashed' });
  }

  #note(who: string, what: string, outcome: string): void {
    this.trace.add({ step: this.#steps, atMs: this.#nowMs, who, what, outcome });
  }

  #advance(ms: number): void {
    this.#nowMs += ms;
  }

  /**
   * Waits until all code has run up to its next await. The tick queue is served only when no microtask is left, so
   * one tick drains any chain of promises. Code that then still runs but has nothing parked waits for something real.
   */
  async #settle(): Promise<void> {
    await new Promise<void>((resolve) => process.nextTick(resolve));
    if (this.#steps % stepsPerTurn === stepsPerTurn - 1) await new Promise(setImmediate);
    for (let turn = 0; this.#stray() !== undefined; turn += 1) {
      if (turn === maxTurns) throw new Error(`${this.#stray()?.name} waits for something outside the simulation`);
      await new Promise(setImmediate);
    }
  }

  #stray(): Process | undefined {
    for (const process of this.#running) if (process.parked === 0) return process;
    return undefined;
  }

  #surroundings(process: () => Process): Surroundings {
    const skewMs = this.random.integer(-this.#options.maxSkewMs, this.#options.maxSkewMs);
    return {
      now: () => new Date(this.#nowMs + skewMs).toISOString(),
      random: () => this.random.next(),
      sleep: (ms) => this.park(process(), 'sleep', () => undefined, this.#nowMs + Math.max(0, Math.ceil(ms))),
    };
  }
}
