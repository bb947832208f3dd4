import type { FaultRates } from './faults.ts';
import { lostConnection } from './faults.ts';
import type { Process, Scheduler } from './scheduler.ts';

export type QueueOptions<Message> = {
  readonly name: string;
  /** A message whose handler neither finished nor failed comes back after this. */
  readonly visibilityMs: number;
  /** A handler that takes longer is ended. @default it may take for ever */
  readonly timeoutMs?: number;
  /** After so many receptions a message goes to the dead letters. */
  readonly maxReceives: number;
  /** A handler for one life of the worker: what it keeps in memory ends with the process. */
  readonly worker: (process: Process) => (message: Message, receiveCount: number) => Promise<void>;
  /** @default two seconds doubled each time, at most five minutes */
  readonly backoffMs?: (receiveCount: number) => number;
};

export type DeadLetter<Message> = { readonly message: Message; readonly error: unknown };

type Held = {
  readonly id: number;
  readonly body: string;
  receives: number;
  lastError: unknown;
};

const defaultBackoffMs = (receiveCount: number): number => Math.min(300_000, 2_000 * 2 ** (receiveCount - 1));

/** A queue as SQS is one: it loses nothing, and promises neither order nor once. */
export class SimulatedQueue<Message> {
  readonly deadLetters: DeadLetter<Message>[] = [];
  readonly #scheduler: Scheduler;
  readonly #rates: () => FaultRates;
  readonly #options: QueueOptions<Message>;
  readonly #held = new Map<number, Held>();
  #sent = 0;

  constructor(scheduler: Scheduler, rates: () => FaultRates, options: QueueOptions<Message>) {
    this.#scheduler = scheduler;
    this.#rates = rates;
    this.#options = options;
  }

  /** Messages that are neither handled nor dead. */
  get size(): number {
    return this.#held.size;
  }

  get sent(): number {
    return this.#sent;
  }

  /** The sender's port, as one process holds it. */
  sender(process: Process): (message: Message, delaySeconds?: number) => Promise<void> {
    return (message, delaySeconds = 0) =>
      this.#scheduler.park(process, `send to ${this.#options.name}`, () => this.#accept([message], delaySeconds));
  }

  /** The port that sends several messages in one request. */
  batchSender(process: Process): (messages: readonly Message[]) => Promise<void> {
    return async (messages) => {
      if (messages.length === 0) return;
      await this.#scheduler.park(process, `send to ${this.#options.name}`, () => this.#accept(messages, 0));
    };
  }

  /** Puts a message there from outside any process. */
  put(message: Message, delaySeconds = 0): void {
    this.#sent += 1;
    const held: Held = { id: this.#sent, body: JSON.stringify(message), receives: 0, lastError: undefined };
    this.#held.set(held.id, held);
    this.#offer(held, delaySeconds * 1_000);
  }

  #accept(messages: readonly Message[], delaySeconds: number): void {
    const { random } = this.#scheduler;
    if (random.chance(this.#rates().lostRequest)) throw lostConnection(random);
    for (const message of messages) this.put(message, delaySeconds);
    if (random.chance(this.#rates().lostAnswer)) throw lostConnection(random);
  }

  /** Which of the visible messages comes first is the scheduler's draw. */
  #offer(held: Held, afterMs: number): void {
    this.#scheduler.at(this.#scheduler.nowMs + afterMs, `${this.#options.name} ${held.body}`, () =>
      this.#receive(held),
    );
  }

  #receive(held: Held): void {
    const { maxReceives, name, visibilityMs, worker } = this.#options;
    const message: Message = JSON.parse(held.body);
    if (this.#held.has(held.id) && held.receives >= maxReceives) {
      this.#held.delete(held.id);
      this.deadLetters.push({ message, error: held.lastError });
      return;
    }
    held.receives += 1;
    const receives = held.receives;
    const { random } = this.#scheduler;
    // The same message may come to a second worker while the first is at it, or after it is done.
    if (random.chance(this.#rates().repeatMessage)) this.#offer(held, random.integer(0, visibilityMs));
    const body = (process: Process) => worker(process)(message, receives);
    this.#scheduler.spawn(
      name,
      body,
      (ending) => {
        if (ending.kind === 'returned') {
          this.#held.delete(held.id);
          return;
        }
        held.lastError = ending.kind === 'threw' ? ending.error : new Error('The worker crashed');
        // A message that came once too often was handled already; nobody waits for its repetition.
        if (!this.#held.has(held.id)) return;
        this.#offer(
          held,
          ending.kind === 'crashed' ? visibilityMs : (this.#options.backoffMs ?? defaultBackoffMs)(receives),
        );
      },
      this.#options.timeoutMs,
    );
  }
}
