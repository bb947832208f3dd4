import type { Entry } from '../ledger/entry.ts';
import { addSeconds, earlier, type Instant } from '../shared/instant.ts';
import type { Channel, PaymentScene } from './channel.ts';
import type { Refund, UnassignedReason } from './refund.ts';

/**
 * The life of a payment through a channel. `closed`: nobody paid, and the channel takes no money for it any more; should
 * some come all the same, it is received and given back.
 */
export const paymentStatuses = ['open', 'closed', 'received'] as const;
export type PaymentStatus = (typeof paymentStatuses)[number];

const paymentTransitions: Record<PaymentStatus, readonly PaymentStatus[]> = {
  open: ['open', 'closed', 'received'],
  closed: ['received'],
  received: [],
};

/**
 * What became of the money: it captured the order, or was credited to the wallet; or it could not be assigned and goes
 * back (all of it, save `over`: what was asked for stays, the excess goes back).
 */
export const receiptOutcomes = [
  'captured',
  'credited',
  'short',
  'over',
  'late',
  'duplicate',
  'limit-reached',
] as const satisfies readonly (UnassignedReason | 'captured' | 'credited')[];
export type ReceiptOutcome = (typeof receiptOutcomes)[number];

/** What a payment is for. */
export const paymentPurposes = ['order', 'top-up'] as const;
type PaymentPurpose = (typeof paymentPurposes)[number];

/** One attempt to pay through a channel. Its id is the channel's `out_trade_no`. */
export type Payment = {
  readonly paymentId: string;
  readonly seq: number;
  readonly status: PaymentStatus;
  /** Tells a replay of the request from another one under the same Idempotency-Key. */
  readonly requestHash: string;
  readonly purpose: PaymentPurpose;
  /** Present exactly where it is for an order. */
  readonly orderId?: string | undefined;
  readonly buyerId: string;
  readonly channel: Channel;
  readonly scene: PaymentScene;
  /** What the channel was asked to take. */
  readonly amountMinor: number;
  readonly subject: string;
  readonly createdAt: Instant;
  readonly expiresAt: Instant;
  /** How often the channel was asked whether it was paid. */
  readonly queries: number;
  readonly closedAt?: Instant | undefined;
  /** The channel's own number of the trade. */
  readonly tradeNo?: string | undefined;
  readonly paidMinor?: number | undefined;
  readonly paidAt?: Instant | undefined;
  readonly receivedAt?: Instant | undefined;
  readonly outcome?: ReceiptOutcome | undefined;
  /** When the channel is asked next; absent once the payment needs nothing more. */
  readonly dueAt?: Instant | undefined;
};

/** What happens together when money arrives, or is known not to arrive, and no order moves on. */
export type PaymentChange = {
  readonly from: Payment;
  readonly to: Payment;
  readonly entries: readonly Entry[];
  readonly refunds: readonly Refund[];
  /** The buyer's wallet rises by `deltaMinor` and holds at most `atMostMinor` afterwards. */
  readonly wallet?: { readonly deltaMinor: number; readonly atLeastMinor: 0; readonly atMostMinor: number };
};

export const openPayment = (
  draft: Omit<Payment, 'seq' | 'status' | 'queries' | 'createdAt' | 'dueAt'>,
  now: Instant,
): Payment => ({
  ...draft,
  seq: 1,
  status: 'open',
  queries: 0,
  createdAt: now,
  dueAt: nextQueryAt({ ...draft, queries: 0 }, now),
});

export const advancePayment = (
  payment: Payment,
  changes: Partial<Payment> & { readonly status: PaymentStatus },
): Payment => {
  if (!paymentTransitions[payment.status].includes(changes.status))
    throw new Error(`Payment ${payment.paymentId} cannot go from ${payment.status} to ${changes.status}`);
  return { ...payment, ...changes, seq: payment.seq + 1 };
};

const firstQuerySeconds = 60;
/** The channel may take a moment to let go of a trade that ran out. */
const closingGraceSeconds = 5;

/** A notification may never come: the channel is asked after 1, 2, 4 … minutes, and when the payment has run out. */
const nextQueryAt = ({ queries, expiresAt }: Pick<Payment, 'queries' | 'expiresAt'>, now: Instant): Instant =>
  earlier(addSeconds(now, firstQuerySeconds * 2 ** Math.min(queries, 10)), closesAt(expiresAt));

const closesAt = (expiresAt: Instant): Instant => addSeconds(expiresAt, closingGraceSeconds);

/** Whether an unpaid trade is to be closed at the channel now. */
export const isToBeClosed = (payment: Payment, now: Instant): boolean =>
  payment.status === 'open' && closesAt(payment.expiresAt) <= now;

/** The channel was asked and nobody has paid yet. */
export const askAgain = (payment: Payment, now: Instant): PaymentChange => {
  const queries = payment.queries + 1;
  const dueAt = nextQueryAt({ ...payment, queries }, now);
  return unpaid(payment, advancePayment(payment, { status: 'open', queries, dueAt }));
};

/** The channel takes no money for it any more. */
export const closePayment = (payment: Payment, now: Instant): PaymentChange =>
  unpaid(payment, advancePayment(payment, { status: 'closed', closedAt: now, dueAt: undefined }));

const unpaid = (from: Payment, to: Payment): PaymentChange => ({ from, to, entries: [], refunds: [] });
