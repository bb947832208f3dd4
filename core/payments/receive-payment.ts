import { deliverKeys } from '../fulfilment/deliver-order.ts';
import { accounts, type Entry, makeEntry, topUpEntry } from '../ledger/entry.ts';
import { hasExpired, isChunked, type Order } from '../orders/order.ts';
import type { OrderChange } from '../orders/order-change.ts';
import { type Policy, promiseSeconds } from '../policy/policy.ts';
import { addSeconds, earlier, type Instant, later } from '../shared/instant.ts';
import { maxAmountMinor } from '../shared/money.ts';
import { capture, joinChanges, type Supply } from './capture-order.ts';
import { advancePayment, type Payment, type PaymentChange, type ReceiptOutcome } from './payment.ts';
import { commitRefund, type Refund, type UnassignedReason, unassignedRefundNumber } from './refund.ts';

/** Money that a channel took for a payment of ours, as its signed word or its answer says. */
export type ReceivedMoney = { readonly tradeNo: string; readonly paidMinor: number; readonly paidAt: Instant };

export type ReceiptDecision =
  /** It was received before: a repeated notification changes nothing. */
  | { readonly kind: 'known' }
  | { readonly kind: 'order'; readonly change: OrderChange }
  | { readonly kind: 'payment'; readonly change: PaymentChange };

type Facts = {
  readonly payment: Payment;
  readonly money: ReceivedMoney;
  readonly policy: Policy;
  /** The payment's order and what may be sold of its product; absent for a top-up. */
  readonly order?: Order | undefined;
  readonly supply: Supply;
  /** Whether the money would lift the buyer above a limit: found out by trying. */
  readonly isOverLimit: boolean;
  readonly now: Instant;
};

/**
 * Decides what becomes of money that arrived. Money is never refused: what cannot be assigned passes through suspense
 * and its refund is committed with it.
 */
export const receivePayment = (facts: Facts): ReceiptDecision => {
  const { payment, money } = facts;
  if (payment.status === 'received') return { kind: 'known' };
  if (money.paidMinor < payment.amountMinor) return giveBack(facts, 'short');
  if (facts.isOverLimit) return giveBack(facts, 'limit-reached');
  return payment.purpose === 'top-up' ? creditWallet(facts) : captureFromChannel(facts, theOrder(facts));
};

const theOrder = ({ order, payment }: Facts): Order => {
  if (order === undefined) throw new Error(`Payment ${payment.paymentId} is for an order that does not exist`);
  return order;
};

const creditWallet = (facts: Facts): ReceiptDecision => {
  const { payment, now } = facts;
  const received = receivedAs(facts, 'credited');
  const entry = topUpEntry({
    topUpId: payment.paymentId,
    channel: payment.channel,
    accountId: payment.buyerId,
    amountMinor: payment.amountMinor,
    postedAt: now,
  });
  return {
    kind: 'payment',
    change: {
      from: payment,
      to: received.to,
      entries: [entry, ...received.entries],
      refunds: received.refunds,
      wallet: { deltaMinor: payment.amountMinor, atLeastMinor: 0, atMostMinor: maxAmountMinor },
    },
  };
};

/**
 * The money captures the order, and the keys are claimed with it where they are there and fit into one transaction;
 * otherwise the order joins those who wait, where a shortage is settled as its buyer asked.
 */
const captureFromChannel = (facts: Facts, order: Order): ReceiptDecision => {
  const { payment, money, policy, supply, now } = facts;
  if (order.capturedAt !== undefined) return giveBack(facts, 'duplicate');
  const isLate = arrivesLate(order, policy, money, now);
  const suffices = supply.count >= order.quantity;
  const isWantedLate = order.whenPaidLate === 'deliver' && suffices;
  if (order.status !== 'placed' || (isLate && !isWantedLate)) return giveBack(facts, 'late');

  const received = receivedAs(facts, 'captured');
  const captured = capture(order, policy, now, {
    payment: { paymentId: payment.paymentId, channel: payment.channel, paidMinor: money.paidMinor },
    // Who paid late and still wants his keys has the whole promise before him.
    paidAt: isLate ? now : paidAtOf(payment, money, now),
  });
  const delivered =
    suffices && !isChunked(order)
      ? joinChanges(captured, deliverKeys(captured.to, policy, supply.offers, now))
      : { ...captured, waiting: 'join' as const };
  return {
    kind: 'order',
    change: {
      ...delivered,
      entries: [...delivered.entries, ...received.entries],
      payment: { from: payment, to: received.to },
      refunds: received.refunds,
    },
  };
};

/** Paid after the order had run out, or heard of only when the promise, counted from the payment, had run out too. */
const arrivesLate = (order: Order, policy: Policy, { paidAt }: ReceivedMoney, now: Instant): boolean =>
  hasExpired(order, paidAt) || addSeconds(paidAt, promiseSeconds(policy, order)) <= now;

/** The channel's payment time, within the time in which it can have been. */
const paidAtOf = (payment: Payment, { paidAt }: ReceivedMoney, now: Instant): Instant =>
  earlier(later(paidAt, payment.createdAt), now);

/** None of it can be assigned. */
const giveBack = (facts: Facts, reason: Exclude<UnassignedReason, 'over'>): ReceiptDecision => {
  const { payment, money } = facts;
  const { entries, refund } = returned(facts, money.paidMinor, reason);
  return {
    kind: 'payment',
    change: { from: payment, to: markReceived(facts, reason), entries, refunds: [refund] },
  };
};

/** What was asked for is assigned; what came on top goes back. */
const receivedAs = (facts: Facts, assigned: 'captured' | 'credited') => {
  const { payment, money } = facts;
  const excessMinor = money.paidMinor - payment.amountMinor;
  if (excessMinor === 0) return { to: markReceived(facts, assigned), entries: [], refunds: [] };
  const { entries, refund } = returned(facts, excessMinor, 'over');
  return { to: markReceived(facts, 'over'), entries, refunds: [refund] };
};

const markReceived = ({ payment, money, now }: Facts, outcome: ReceiptOutcome): Payment =>
  advancePayment(payment, {
    status: 'received',
    tradeNo: money.tradeNo,
    paidMinor: money.paidMinor,
    paidAt: paidAtOf(payment, money, now),
    receivedAt: now,
    outcome,
    dueAt: undefined,
  });

/** Into suspense and out of it again, towards the buyer: the books show both. */
const returned = (
  { payment, money, now }: Facts,
  amountMinor: number,
  reason: UnassignedReason,
): { readonly entries: readonly Entry[]; readonly refund: Refund } => {
  const { paymentId, channel, orderId, buyerId } = payment;
  const suspense = accounts.suspense(paymentId);
  return {
    entries: [
      makeEntry({
        entryId: `payment/${paymentId}/receipt`,
        kind: 'receipt',
        postedAt: now,
        legs: [
          { account: accounts.channel(channel), amountMinor: -amountMinor },
          { account: suspense, amountMinor },
        ],
      }),
      makeEntry({
        entryId: `payment/${paymentId}/return`,
        kind: 'return',
        postedAt: now,
        legs: [
          { account: suspense, amountMinor: -amountMinor },
          { account: accounts.refunds(paymentId), amountMinor },
        ],
      }),
    ],
    refund: commitRefund(
      { paymentId, channel, orderId, buyerId, reason, amountMinor, paidMinor: money.paidMinor },
      unassignedRefundNumber,
      now,
    ),
  };
};
