import type { Promised } from './auditor.ts';
import type { FactChange, OrderFact, PaymentFact, RefundFact } from './facts.ts';

/** What a channel itself says that it took, as its own statement would. */
export type ReceiptSeen = { readonly paymentId: string; readonly paidMinor: number; readonly paidAt: string };
export type StatementSeen = {
  readonly channel: string;
  readonly receipts: readonly ReceiptSeen[];
  readonly refunds: readonly {
    readonly refundId: string;
    readonly paymentId: string;
    readonly amountMinor: number;
    readonly state: string;
  }[];
};

type Sources = {
  readonly report: (promise: Promised, what: string) => void;
  readonly nowMs: () => number;
  readonly order: (orderId: string) => OrderFact | undefined;
  /** What the journal's entries on an account come to. */
  readonly sum: (account: string) => number;
  /** What one entry moved on an account. */
  readonly moved: (entryId: string, account: string) => number;
  readonly statements: () => readonly StatementSeen[];
  readonly skewMs: number;
  readonly shortestPromiseSeconds: number;
};

const openRefunds = ['committed', 'processing'];

/**
 * Holds the books against the channels' own statements: what a channel took is the order's, the wallet's or given
 * back, each fen once. It knows what buyers did and what the policy says, and no rule of the code.
 */
export class ChannelAuditor {
  readonly #sources: Sources;
  readonly #payments = new Map<string, PaymentFact>();
  readonly #refunds = new Map<string, RefundFact>();
  #saidDone: string[] = [];

  constructor(sources: Sources) {
    this.#sources = sources;
  }

  /** Refunds that the books owe and no channel has confirmed or refused. */
  get owesRefunds(): boolean {
    return [...this.#refunds.values()].some(({ status }) => openRefunds.includes(status));
  }

  /** A channel was told that we are done with its word of this payment. */
  saidDone(paymentId: string): void {
    this.#saidDone.push(paymentId);
  }

  /** «Done» is a promise: whatever it was said about stands in the tables at that moment. */
  momentPassed(): void {
    for (const paymentId of this.#saidDone.splice(0))
      if (this.#payments.get(paymentId)?.status !== 'received')
        this.#sources.report(5, `A channel was told that ${paymentId} is done, and it is not in the books`);
  }

  /** @param changes all that one moment changed; the orders are known as they stand after it */
  observe(changes: readonly FactChange[]): void {
    for (const { before, after } of changes) {
      if (before?.kind === 'payment' && before.payment.status === 'received')
        this.#sources.report(4, `${before.payment.paymentId} was received and changed afterwards`);
      if (before?.kind === 'channel-refund' && before.refund.status === 'confirmed')
        this.#sources.report(4, `${before.refund.refundId} was confirmed and changed afterwards`);
      if (after?.kind === 'channel-refund') this.#refunds.set(after.refund.refundId, after.refund);
      if (after?.kind !== 'payment') continue;
      this.#payments.set(after.payment.paymentId, after.payment);
      if (after.payment.status === 'received') this.#checkReceived(after.payment);
    }
  }

  /** Who paid enough and in time has his order captured, unless it was cancelled, paid otherwise or above a limit. */
  #checkReceived({ paymentId, orderId, amountMinor }: PaymentFact): void {
    const { report, nowMs, skewMs, shortestPromiseSeconds } = this.#sources;
    const receipt = this.#receiptOf(paymentId);
    if (receipt === undefined) {
      report(3, `${paymentId} is received, and its channel took nothing for it`);
      return;
    }
    const order = orderId === undefined ? undefined : this.#sources.order(orderId);
    if (order?.status !== 'placed' || order.maxPerBuyer !== undefined || receipt.paidMinor < amountMinor) return;
    const heardAfterMs = nowMs() - Date.parse(receipt.paidAt);
    if (receipt.paidAt < order.expiresAt && heardAfterMs < shortestPromiseSeconds * 1_000 - skewMs)
      report(2, `${orderId} was paid in time by ${paymentId} and was not captured`);
  }

  /** An order that a channel's money captured: its promise counts from when the buyer paid. */
  checkCapture(order: OrderFact, promiseSeconds: number): void {
    const { report, skewMs } = this.#sources;
    const { orderId, paymentId = '', paidAt = '', capturedAt = '', expiresAt } = order;
    const receipt = this.#receiptOf(paymentId);
    if (receipt === undefined || receipt.paidMinor < order.amountMinor) {
      report(3, `${orderId} was captured by ${paymentId}, which brought ${receipt?.paidMinor}`);
      return;
    }
    const promisedMs = Date.parse(receipt.paidAt) + promiseSeconds * 1_000;
    const isLate = receipt.paidAt >= expiresAt || promisedMs <= Date.parse(capturedAt);
    if (isLate && order.whenPaidLate !== 'deliver')
      report(2, `${orderId} was paid at ${receipt.paidAt}, too late, and was captured although nobody wanted that`);
    const expectedMs = Date.parse(isLate ? capturedAt : receipt.paidAt);
    if (Math.abs(Date.parse(paidAt) - expectedMs) > skewMs)
      report(7, `${orderId} was paid at ${receipt.paidAt} and is promised as if at ${paidAt}`);
  }

  #receiptOf(paymentId: string): ReceiptSeen | undefined {
    const { channel } = this.#payments.get(paymentId) ?? {};
    const statement = this.#sources.statements().find((each) => each.channel === channel);
    return statement?.receipts.find((receipt) => receipt.paymentId === paymentId);
  }

  atRest(): void {
    const { report, sum, nowMs } = this.#sources;
    const now = new Date(nowMs()).toISOString();
    for (const statement of this.#sources.statements()) {
      for (const receipt of statement.receipts) this.#checkReceipt(statement, receipt);
      const tookMinor = total(statement.receipts.map(({ paidMinor }) => paidMinor));
      const gaveMinor = total(statement.refunds.filter(isDone).map(({ amountMinor }) => amountMinor));
      const booked = -sum(`channel:${statement.channel}`);
      if (booked !== tookMinor - gaveMinor)
        report(3, `${statement.channel} took ${tookMinor} and gave back ${gaveMinor}; the journal says ${booked}`);
    }
    for (const { paymentId, status, dueAt } of this.#payments.values())
      if (status === 'open' || (dueAt !== undefined && dueAt < now))
        report(5, `${paymentId} is ${status} and was to be asked about at ${dueAt}`);
    for (const { refundId, status, dueAt } of this.#refunds.values())
      if (openRefunds.includes(status)) report(5, `The refund ${refundId} is ${status} and due at ${dueAt}`);
  }

  /** What of a payment neither went back nor was refused for ever is what its order, or its wallet, has of it. */
  #checkReceipt(statement: StatementSeen, { paymentId, paidMinor }: ReceiptSeen): void {
    const { report, sum } = this.#sources;
    const payment = this.#payments.get(paymentId);
    if (payment === undefined) {
      report(3, `${statement.channel} took ${paidMinor} for ${paymentId}, which the tables do not know`);
      return;
    }
    const refunds = statement.refunds.filter((refund) => refund.paymentId === paymentId);
    const refusedMinor = total(refunds.filter(isRefused).map(({ amountMinor }) => amountMinor));
    const keptMinor = paidMinor - refusedMinor - total(refunds.filter(isDone).map(({ amountMinor }) => amountMinor));
    const dueMinor = payment.orderId === undefined ? this.#creditOf(payment, paidMinor) : this.#shareOf(payment);
    if (keptMinor !== dueMinor)
      report(3, `${paymentId} brought ${paidMinor}; ${keptMinor} were kept, and ${dueMinor} are accounted for`);
    const owed = sum(`refunds:${paymentId}`);
    if (owed !== refusedMinor)
      report(3, `The books owe ${owed} of ${paymentId}; its channel refused ${refusedMinor} and did the rest`);
    if (sum(`suspense:${paymentId}`) !== 0) report(3, `Something of ${paymentId} is still in suspense`);
  }

  #shareOf({ paymentId, orderId = '' }: PaymentFact): number {
    const order = this.#sources.order(orderId);
    return order?.paymentId === paymentId ? order.amountMinor - order.refundedMinor : 0;
  }

  #creditOf({ paymentId, buyerId, amountMinor }: PaymentFact, paidMinor: number): number {
    const credited = this.#sources.moved(`top-up/${paymentId}`, `wallet:${buyerId}`);
    const expected = paidMinor < amountMinor ? 0 : amountMinor;
    if (credited !== expected)
      this.#sources.report(3, `${paymentId} was to bring ${expected} into a wallet and brought ${credited}`);
    return credited;
  }
}

const isDone = ({ state }: { readonly state: string }): boolean => state === 'confirmed';
const isRefused = ({ state }: { readonly state: string }): boolean => state === 'refused';
const total = (amounts: readonly number[]): number => amounts.reduce((sum, amount) => sum + amount, 0);
