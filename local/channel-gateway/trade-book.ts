import { randomBytes } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import * as z from 'zod/mini';
import { type Channel, channels, paymentScenes } from '../../core/payments/channel.ts';
import type { Instant } from '../../core/shared/instant.ts';

const maximumListed = 200;

const tradeSchema = z.object({
  channel: z.enum(channels),
  paymentId: z.string(),
  amountMinor: z.int(),
  subject: z.string(),
  scene: z.enum(paymentScenes),
  expiresAt: z.string(),
  notifyUrl: z.string(),
  returnUrl: z.nullable(z.string()),
  openedAt: z.string(),
  /** The name of its pay page; who knows it may pay. */
  code: z.string(),
  tradeNo: z.string(),
  /** Somebody looked at it with an app or a browser. */
  seen: z.int(),
  state: z.enum(['open', 'paid', 'closed']),
  paidMinor: z.nullable(z.int()),
  paidAt: z.nullable(z.string()),
});
const refundSchema = z.object({
  channel: z.enum(channels),
  refundId: z.string(),
  paymentId: z.string(),
  amountMinor: z.int(),
  notifyUrl: z.string(),
  refundNo: z.string(),
  state: z.enum(['processing', 'confirmed']),
  requestedAt: z.string(),
  confirmedAt: z.nullable(z.string()),
});

export type BookedTrade = z.output<typeof tradeSchema>;
export type BookedRefund = z.output<typeof refundSchema>;
export type NewTrade = Pick<
  BookedTrade,
  'channel' | 'paymentId' | 'amountMinor' | 'subject' | 'scene' | 'expiresAt' | 'notifyUrl' | 'returnUrl'
>;
export type NewRefund = Pick<BookedRefund, 'channel' | 'refundId' | 'paymentId' | 'amountMinor' | 'notifyUrl'>;

export type Opened = { readonly outcome: 'opened' | 'paid' | 'closed' | 'different'; readonly trade: BookedTrade };
export type Payment = { readonly outcome: 'paid' | 'paid-before' | 'closed'; readonly trade: BookedTrade };
export type Refunded =
  | { readonly outcome: 'accepted' | 'repeated' | 'different'; readonly refund: BookedRefund }
  | { readonly outcome: 'unknown-trade' | 'not-paid' | 'nothing-left' };

const schema = `
  CREATE TABLE IF NOT EXISTS trades (
    channel TEXT, paymentId TEXT, amountMinor INTEGER, subject TEXT, scene TEXT, expiresAt TEXT, notifyUrl TEXT,
    returnUrl TEXT, openedAt TEXT, code TEXT UNIQUE, tradeNo TEXT, seen INTEGER, state TEXT, paidMinor INTEGER,
    paidAt TEXT, PRIMARY KEY (channel, paymentId));
  CREATE TABLE IF NOT EXISTS refunds (
    channel TEXT, refundId TEXT, paymentId TEXT, amountMinor INTEGER, notifyUrl TEXT, refundNo TEXT, state TEXT,
    requestedAt TEXT, confirmedAt TEXT, PRIMARY KEY (channel, refundId));
`;

/**
 * What buyers owe, paid and got back, whatever the channel: each row of it written before anything is answered, so that
 * a kill at any moment leaves a channel that knows what it said.
 */
export class TradeBook {
  readonly #database: DatabaseSync;
  readonly #now: () => Instant;

  constructor(database: DatabaseSync, now: () => Instant) {
    this.#database = database;
    this.#now = now;
    database.exec(schema);
  }

  /** Opening the same trade again is the same trade; with other contents it is refused. */
  open(trade: NewTrade): Opened {
    const before = this.find(trade.channel, trade.paymentId);
    if (before !== undefined) {
      if (before.state !== 'open') return { outcome: before.state, trade: before };
      const same = before.amountMinor === trade.amountMinor && before.subject === trade.subject;
      return { outcome: same ? 'opened' : 'different', trade: before };
    }
    this.#database
      .prepare(
        `INSERT INTO trades VALUES (:channel, :paymentId, :amountMinor, :subject, :scene, :expiresAt, :notifyUrl,
          :returnUrl, :openedAt, :code, :tradeNo, 0, 'open', NULL, NULL)`,
      )
      .run({ ...trade, openedAt: this.#now(), code: randomBytes(9).toString('base64url'), tradeNo: this.#number() });
    return { outcome: 'opened', trade: this.#known(trade.channel, trade.paymentId) };
  }

  find(channel: Channel, paymentId: string): BookedTrade | undefined {
    return this.#asOfNow(
      this.#database.prepare('SELECT * FROM trades WHERE channel = ? AND paymentId = ?').get(channel, paymentId),
    );
  }

  findByCode(code: string): BookedTrade | undefined {
    return this.#asOfNow(this.#database.prepare('SELECT * FROM trades WHERE code = ?').get(code));
  }

  /** The last trades, newest first. */
  list(): readonly BookedTrade[] {
    const rows = this.#database
      .prepare('SELECT * FROM trades ORDER BY openedAt DESC, rowid DESC LIMIT ?')
      .all(maximumListed);
    return rows.flatMap((row) => this.#asOfNow(row) ?? []);
  }

  see(channel: Channel, paymentId: string): void {
    this.#database.prepare('UPDATE trades SET seen = 1 WHERE channel = ? AND paymentId = ?').run(channel, paymentId);
  }

  /** Ends an unpaid trade, whoever asks for it: the merchant, or the buyer on the pay page. */
  close(channel: Channel, paymentId: string): BookedTrade | undefined {
    this.#database
      .prepare(`UPDATE trades SET state = 'closed' WHERE channel = ? AND paymentId = ? AND state = 'open'`)
      .run(channel, paymentId);
    return this.find(channel, paymentId);
  }

  /**
   * The buyer pays.
   * @param deltaMinor what he pays more, or less, than was asked
   * @param evenIfClosed takes the money of a trade that has expired or was closed, as a channel may in a race
   */
  pay(channel: Channel, paymentId: string, deltaMinor = 0, evenIfClosed = false): Payment | undefined {
    const trade = this.find(channel, paymentId);
    if (trade === undefined) return undefined;
    if (trade.state === 'paid') return { outcome: 'paid-before', trade };
    if (trade.state === 'closed' && !evenIfClosed) return { outcome: 'closed', trade };
    this.#database
      .prepare(
        `UPDATE trades SET state = 'paid', seen = 1, paidMinor = :paidMinor, paidAt = :paidAt
          WHERE channel = :channel AND paymentId = :paymentId`,
      )
      .run({ channel, paymentId, paidMinor: Math.max(1, trade.amountMinor + deltaMinor), paidAt: this.#now() });
    return { outcome: 'paid', trade: this.#known(channel, paymentId) };
  }

  /** A refund number is used once; the same request again is the same refund. */
  refund(refund: NewRefund): Refunded {
    const { channel, refundId, paymentId, amountMinor } = refund;
    const before = this.findRefund(channel, refundId);
    if (before !== undefined) {
      const same = before.paymentId === paymentId && before.amountMinor === amountMinor;
      return { outcome: same ? 'repeated' : 'different', refund: before };
    }
    const trade = this.find(channel, paymentId);
    if (trade === undefined) return { outcome: 'unknown-trade' };
    if (trade.state !== 'paid') return { outcome: 'not-paid' };
    if (this.refundedMinor(channel, paymentId) + amountMinor > (trade.paidMinor ?? 0))
      return { outcome: 'nothing-left' };
    this.#database
      .prepare(
        `INSERT INTO refunds VALUES (:channel, :refundId, :paymentId, :amountMinor, :notifyUrl, :refundNo,
          'processing', :requestedAt, NULL)`,
      )
      .run({ ...refund, refundNo: this.#number(), requestedAt: this.#now() });
    return { outcome: 'accepted', refund: this.#knownRefund(channel, refundId) };
  }

  confirmRefund(channel: Channel, refundId: string): BookedRefund {
    this.#database
      .prepare(
        `UPDATE refunds SET state = 'confirmed', confirmedAt = ?
          WHERE channel = ? AND refundId = ? AND state = 'processing'`,
      )
      .run(this.#now(), channel, refundId);
    return this.#knownRefund(channel, refundId);
  }

  findRefund(channel: Channel, refundId: string): BookedRefund | undefined {
    const row = this.#database
      .prepare('SELECT * FROM refunds WHERE channel = ? AND refundId = ?')
      .get(channel, refundId);
    return row === undefined ? undefined : refundSchema.parse(row);
  }

  refundsOf(channel: Channel, paymentId: string): readonly BookedRefund[] {
    return this.#database
      .prepare('SELECT * FROM refunds WHERE channel = ? AND paymentId = ? ORDER BY rowid')
      .all(channel, paymentId)
      .map((row) => refundSchema.parse(row));
  }

  /** What of a trade was given back or is on its way. */
  refundedMinor(channel: Channel, paymentId: string): number {
    return this.refundsOf(channel, paymentId).reduce((sum, { amountMinor }) => sum + amountMinor, 0);
  }

  /** A trade that nobody paid in time has ended, without anything being written. */
  #asOfNow(row: unknown): BookedTrade | undefined {
    if (row === undefined) return undefined;
    const trade = tradeSchema.parse(row);
    return trade.state === 'open' && trade.expiresAt <= this.#now() ? { ...trade, state: 'closed' } : trade;
  }

  #known(channel: Channel, paymentId: string): BookedTrade {
    const trade = this.find(channel, paymentId);
    if (trade === undefined) throw new Error(`The trade ${paymentId} vanished from the book.`);
    return trade;
  }

  #knownRefund(channel: Channel, refundId: string): BookedRefund {
    const refund = this.findRefund(channel, refundId);
    if (refund === undefined) throw new Error(`The refund ${refundId} vanished from the book.`);
    return refund;
  }

  /** 28 digits that begin with the day, as both channels number things. */
  #number(): string {
    const day = this.#now().slice(0, 10).replaceAll('-', '');
    return day + Array.from(randomBytes(20), (byte) => byte % 10).join('');
  }
}
