import type { DatabaseSync } from 'node:sqlite';
import * as z from 'zod/mini';
import { type Channel, channels } from '../../core/payments/channel.ts';

/** How many errands are run at once. */
const maximumAtOnce = 16;
/** Failures of the gateway itself are tried again after this. */
const troubleMs = 1_000;

const errandSchema = z.object({
  id: z.int(),
  kind: z.enum(['notify', 'confirm-refund']),
  channel: z.enum(channels),
  paymentId: z.string(),
  refundId: z.nullable(z.string()),
  attempts: z.int(),
  dueMs: z.int(),
  state: z.enum(['waiting', 'done', 'given-up']),
  result: z.string(),
});
export type Errand = z.output<typeof errandSchema>;
export type NewErrand = Pick<Errand, 'kind' | 'channel' | 'paymentId' | 'refundId'>;

/** What an attempt came to: `nextMs` says after which time another is to be made, if any. */
export type Attempt = { readonly state: Errand['state']; readonly result: string; readonly nextMs?: number };

const schema = `
  CREATE TABLE IF NOT EXISTS errands (
    id INTEGER PRIMARY KEY, kind TEXT, channel TEXT, paymentId TEXT, refundId TEXT, attempts INTEGER, dueMs INTEGER,
    state TEXT, result TEXT);
  CREATE INDEX IF NOT EXISTS errands_due ON errands (state, dueMs);
`;

/** What the channels still have to do by themselves, each with its time; what a killed process left is done by the next. */
export class Errands {
  readonly #database: DatabaseSync;
  readonly #run: (errand: Errand) => Promise<Attempt>;
  readonly #report: (line: string) => void;
  readonly #busy = new Map<number, Promise<void>>();
  #timer: NodeJS.Timeout | undefined;
  #isStopped = false;

  constructor(database: DatabaseSync, run: (errand: Errand) => Promise<Attempt>, report: (line: string) => void) {
    this.#database = database;
    this.#run = run;
    this.#report = report;
    database.exec(schema);
  }

  add({ kind, channel, paymentId, refundId }: NewErrand, afterMs: number): void {
    this.#database
      .prepare(`INSERT INTO errands VALUES (NULL, ?, ?, ?, ?, 0, ?, 'waiting', '')`)
      .run(kind, channel, paymentId, refundId, Date.now() + afterMs);
    this.look();
  }

  /** All errands of a payment, oldest first. */
  of(channel: Channel, paymentId: string): readonly Errand[] {
    return this.#database
      .prepare('SELECT * FROM errands WHERE channel = ? AND paymentId = ? ORDER BY id')
      .all(channel, paymentId)
      .map((row) => errandSchema.parse(row));
  }

  /** Runs what is due and sets the alarm for what comes next. */
  look(): void {
    if (this.#isStopped) return;
    clearTimeout(this.#timer);
    const rows = this.#database
      .prepare(`SELECT * FROM errands WHERE state = 'waiting' ORDER BY dueMs LIMIT ?`)
      .all(2 * maximumAtOnce);
    const idle = rows.map((row) => errandSchema.parse(row)).filter(({ id }) => !this.#busy.has(id));
    for (const errand of idle) {
      if (errand.dueMs > Date.now() || this.#busy.size >= maximumAtOnce) break;
      // Noted before it begins: an errand may give others, and so have this looked through meanwhile.
      const attempt = Promise.resolve()
        .then(() => this.#attempt(errand))
        .finally(() => {
          this.#busy.delete(errand.id);
          this.look();
        });
      this.#busy.set(errand.id, attempt);
    }
    const next = idle.find(({ id }) => !this.#busy.has(id));
    if (next !== undefined) this.#timer = setTimeout(() => this.look(), Math.max(1, next.dueMs - Date.now()));
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    clearTimeout(this.#timer);
    await Promise.all(this.#busy.values());
  }

  async #attempt(errand: Errand): Promise<void> {
    let attempt: Attempt;
    try {
      attempt = await this.#run(errand);
    } catch (thrown) {
      this.#report(
        `an errand of the channel gateway failed: ${thrown instanceof Error ? thrown.stack : String(thrown)}`,
      );
      attempt = { state: 'waiting', result: 'the gateway itself failed', nextMs: troubleMs };
    }
    this.#database
      .prepare('UPDATE errands SET attempts = attempts + 1, dueMs = ?, state = ?, result = ? WHERE id = ?')
      .run(Date.now() + Math.round(attempt.nextMs ?? 0), attempt.state, attempt.result, errand.id);
  }
}
