import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { MemoryDynamoDb, StreamRecord } from '../../fakes/memory-dynamodb/memory-dynamodb.ts';
import type { FaultRates } from './faults.ts';
import type { Process, Scheduler } from './scheduler.ts';

/** One change as the relay reads it. */
type StreamedChange = {
  readonly before: Record<string, unknown> | undefined;
  readonly after: Record<string, unknown> | undefined;
  readonly at: string;
  readonly record: StreamRecord;
};

export type StreamOptions = {
  readonly tableName: string;
  readonly maxBatch: number;
  /** After so many failures a batch is halved; a single record then goes to the failures. */
  readonly maxAttempts: number;
  /** A run that takes longer is ended. @default it may take for ever */
  readonly timeoutMs?: number;
  readonly worker: (process: Process) => (changes: readonly StreamedChange[]) => Promise<unknown>;
};

const maxDelayMs = 1_000;
const retryMs = 1_000;

/** A table's stream and the poller that brings it to a function: in order, at least once, unless an outage eats it. */
export class SimulatedStream {
  /** Records that no attempt got through. */
  readonly failures: StreamRecord[] = [];
  readonly #scheduler: Scheduler;
  readonly #rates: () => FaultRates;
  readonly #tables: MemoryDynamoDb;
  readonly #options: StreamOptions;
  #cursor = 0;
  #busy = false;
  #lost = 0;

  constructor(scheduler: Scheduler, rates: () => FaultRates, tables: MemoryDynamoDb, options: StreamOptions) {
    this.#scheduler = scheduler;
    this.#rates = rates;
    this.#tables = tables;
    this.#options = options;
  }

  /** Records that no function ever saw. */
  get lost(): number {
    return this.#lost;
  }

  get behind(): number {
    return this.#tables.streamLength(this.#options.tableName) - this.#cursor;
  }

  /** The tables were written: look for records, if nobody is looking. */
  wake(): void {
    if (this.#busy || this.behind === 0) return;
    this.#busy = true;
    const { random } = this.#scheduler;
    this.#scheduler.at(this.#scheduler.nowMs + random.integer(0, maxDelayMs), this.#label(), () => {
      const size = random.integer(1, this.#options.maxBatch);
      const records = this.#tables.readStream(this.#options.tableName, this.#cursor, size);
      this.#cursor += records.length;
      if (!random.chance(this.#rates().loseRecords)) return this.#deliver([records], 1);
      this.#lost += records.length;
      this.#rest();
    });
  }

  /** Delivers the first of the batches; the others wait, since the order of the stream holds. */
  #deliver(batches: readonly (readonly StreamRecord[])[], attempt: number): void {
    const [batch, ...rest] = batches;
    if (batch === undefined) {
      this.#rest();
      return;
    }
    const changes = batch.map(toChange);
    const retry = (next: readonly (readonly StreamRecord[])[], nextAttempt: number) =>
      this.#scheduler.at(this.#scheduler.nowMs + retryMs, this.#label(), () => this.#deliver(next, nextAttempt));
    this.#scheduler.spawn(
      `${this.#options.tableName}-stream`,
      (process) => this.#options.worker(process)(changes),
      (ending) => {
        if (ending.kind === 'returned') {
          const again = this.#scheduler.random.chance(this.#rates().repeatRecords);
          if (again) retry(batches, 1);
          else this.#deliver(rest, 1);
        } else if (attempt < this.#options.maxAttempts) {
          retry(batches, attempt + 1);
        } else if (batch.length > 1) {
          const half = Math.ceil(batch.length / 2);
          retry([batch.slice(0, half), batch.slice(half), ...rest], 1);
        } else {
          this.failures.push(...batch);
          this.#deliver(rest, 1);
        }
      },
      this.#options.timeoutMs,
    );
  }

  #rest(): void {
    this.#busy = false;
    this.wake();
  }

  #label(): string {
    return `stream of ${this.#options.tableName}`;
  }
}

const toChange = (record: StreamRecord): StreamedChange => ({
  before: plain(record.dynamodb?.OldImage),
  after: plain(record.dynamodb?.NewImage),
  at: (record.dynamodb?.ApproximateCreationDateTime ?? new Date(0)).toISOString(),
  record,
});

const plain = (image: Record<string, AttributeValue> | undefined) => image && unmarshall(image);
