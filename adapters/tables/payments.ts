import * as z from 'zod/mini';
import { channels, paymentScenes } from '../../core/payments/channel.ts';
import {
  type Payment,
  type PaymentChange,
  paymentPurposes,
  paymentStatuses,
  receiptOutcomes,
} from '../../core/payments/payment.ts';
import {
  paymentIdOf,
  type Refund,
  type RefundChange,
  refundReasons,
  refundStatuses,
  refundTroubles,
} from '../../core/payments/refund.ts';
import type { Instant } from '../../core/shared/instant.ts';
import { dueShardName, dueShardOf } from './due.ts';
import type { Item, TableGateway, TransactionItem } from './gateway.ts';
import { moveWallet, putEntry } from './ledger.ts';

const paymentSk = 'PAYMENT';
const refundPrefix = 'REFUND#';
export const paymentKey = (paymentId: string) => ({ pk: paymentId, sk: paymentSk });
export const refundKey = (refundId: string) => ({ pk: paymentIdOf(refundId), sk: `${refundPrefix}${refundId}` });

/** What payments are listed under: an order, or the wallet of a buyer. */
const paidForOf = ({ orderId, buyerId }: Pick<Payment, 'orderId' | 'buyerId'>): string => orderId ?? buyerId;

const instant = z.string();
const paymentItem = z.object({
  pk: z.string(),
  seq: z.int(),
  status: z.enum(paymentStatuses),
  requestHash: z.string(),
  purpose: z.enum(paymentPurposes),
  orderId: z.optional(z.string()),
  buyerId: z.string(),
  channel: z.enum(channels),
  scene: z.enum(paymentScenes),
  amountMinor: z.int(),
  subject: z.string(),
  createdAt: instant,
  expiresAt: instant,
  queries: z.int(),
  closedAt: z.optional(instant),
  tradeNo: z.optional(z.string()),
  paidMinor: z.optional(z.int()),
  paidAt: z.optional(instant),
  receivedAt: z.optional(instant),
  outcome: z.optional(z.enum(receiptOutcomes)),
  dueAt: z.optional(instant),
});

const refundItem = z.object({
  sk: z.string(),
  seq: z.int(),
  status: z.enum(refundStatuses),
  paymentId: z.string(),
  channel: z.enum(channels),
  orderId: z.optional(z.string()),
  buyerId: z.string(),
  reason: z.enum(refundReasons),
  amountMinor: z.int(),
  paidMinor: z.int(),
  committedAt: instant,
  attempts: z.int(),
  lastAttemptAt: z.optional(instant),
  trouble: z.optional(z.enum(refundTroubles)),
  troubleDetail: z.optional(z.string()),
  confirmedAt: z.optional(instant),
  dueAt: z.optional(instant),
});

export const isPaymentItem = (item: Item): boolean => item['sk'] === paymentSk;
export const isRefundItem = (item: Item): boolean => String(item['sk']).startsWith(refundPrefix);

export const toPayment = (item: Item): Payment => {
  const { pk, ...rest } = paymentItem.parse(item);
  return { ...rest, paymentId: pk };
};

export const toRefund = (item: Item): Refund => {
  const { sk, ...rest } = refundItem.parse(item);
  return { ...rest, refundId: sk.slice(refundPrefix.length) };
};

export const fromPayment = ({ paymentId, ...rest }: Payment): Item => ({
  ...rest,
  ...paymentKey(paymentId),
  paidFor: paidForOf(rest),
  dueShard: dueShardOf(paymentId, rest.dueAt),
});

const fromRefund = ({ refundId, ...rest }: Refund): Item => ({
  ...rest,
  ...refundKey(refundId),
  unconfirmed: rest.status === 'confirmed' ? undefined : rest.status,
  dueShard: dueShardOf(rest.paymentId, rest.dueAt),
});

/** A payment over the number it was decided on. */
export const writePayment = (tableName: string, { from, to }: { from: Payment; to: Payment }): TransactionItem => ({
  Put: {
    TableName: tableName,
    Item: fromPayment(to),
    ConditionExpression: 'seq = :seq',
    ExpressionAttributeValues: { ':seq': from.seq },
  },
});

/** A refund that is committed now; the same one is never committed twice. */
export const putRefund = (tableName: string, refund: Refund): TransactionItem => ({
  Put: { TableName: tableName, Item: fromRefund(refund), ConditionExpression: 'attribute_not_exists(pk)' },
});

/** What the channel is to be asked, or told, about next. */
export type DuePayment = { readonly paymentId: string } | { readonly refundId: string };

type Tables = { readonly payments: string; readonly ledger: string };

export class PaymentsTable {
  readonly #gateway: TableGateway;
  readonly #tables: Tables;

  constructor(gateway: TableGateway, tables: Tables) {
    this.#gateway = gateway;
    this.#tables = tables;
  }

  async get(paymentId: string): Promise<Payment | undefined> {
    const item = await this.#gateway.get({ TableName: this.#tables.payments, Key: paymentKey(paymentId) });
    return item && toPayment(item);
  }

  async getRefund(refundId: string): Promise<Refund | undefined> {
    const item = await this.#gateway.get({ TableName: this.#tables.payments, Key: refundKey(refundId) });
    return item && toRefund(item);
  }

  /** A payment with its refunds, as one strongly consistent page. */
  async getWithRefunds(
    paymentId: string,
  ): Promise<{ readonly payment: Payment; readonly refunds: readonly Refund[] } | undefined> {
    const { items } = await this.#gateway.query({
      TableName: this.#tables.payments,
      ConsistentRead: true,
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': paymentId },
    });
    const payment = items.find(isPaymentItem);
    return payment && { payment: toPayment(payment), refunds: items.filter(isRefundItem).map(toRefund) };
  }

  /** Writes a new payment, or answers with the one that stands under its id already. */
  async open(
    payment: Payment,
  ): Promise<{ readonly opened: true } | { readonly opened: false; readonly standing: Payment }> {
    const outcome = await this.#gateway.put({
      TableName: this.#tables.payments,
      Item: fromPayment(payment),
      ConditionExpression: 'attribute_not_exists(pk)',
    });
    if (outcome.written) return { opened: true };
    if (!outcome.found) throw new Error(`Payment ${payment.paymentId} exists but could not be read`);
    return { opened: false, standing: toPayment(outcome.found) };
  }

  /** Payments for an order or a wallet, newest first. */
  async paidFor(
    subject: string,
    limit: number,
    startKey: Item | undefined,
  ): Promise<{ payments: readonly Payment[]; lastKey: Item | undefined }> {
    const { items, lastKey } = await this.#gateway.query({
      TableName: this.#tables.payments,
      IndexName: 'by-subject',
      KeyConditionExpression: 'paidFor = :subject',
      ExpressionAttributeValues: { ':subject': subject },
      ScanIndexForward: false,
      Limit: limit,
      ...(startKey && { ExclusiveStartKey: startKey }),
    });
    return { payments: items.map(toPayment), lastKey };
  }

  /** Refunds of one state that are not confirmed, oldest first. */
  async unconfirmedRefunds(
    status: Exclude<Refund['status'], 'confirmed'>,
    limit: number,
    startKey: Item | undefined,
  ): Promise<{ refunds: readonly Refund[]; lastKey: Item | undefined }> {
    const { items, lastKey } = await this.#gateway.query({
      TableName: this.#tables.payments,
      IndexName: 'unconfirmed-refunds',
      KeyConditionExpression: 'unconfirmed = :status',
      ExpressionAttributeValues: { ':status': status },
      Limit: limit,
      ...(startKey && { ExclusiveStartKey: startKey }),
    });
    return { refunds: items.map(toRefund), lastKey };
  }

  /** What of one due shard is past due, earliest first. */
  async due(shard: number, until: Instant, limit: number): Promise<readonly DuePayment[]> {
    const { items } = await this.#gateway.query({
      TableName: this.#tables.payments,
      IndexName: 'due',
      KeyConditionExpression: 'dueShard = :shard AND dueAt <= :until',
      ExpressionAttributeValues: { ':shard': dueShardName(shard), ':until': until },
      Limit: limit,
    });
    return items.map((item) => {
      const { pk, sk } = z.object({ pk: z.string(), sk: z.string() }).parse(item);
      return isRefundItem(item) ? { refundId: sk.slice(refundPrefix.length) } : { paymentId: pk };
    });
  }

  /**
   * Writes what happens to a payment without its order moving on. `payment-moved`: read it again; `wallet-full`: the
   * wallet would pass its limit.
   */
  async commit(change: PaymentChange): Promise<'committed' | 'payment-moved' | 'wallet-full'> {
    const { payments, ledger } = this.#tables;
    const outcome = await this.#gateway.transact([
      writePayment(payments, change),
      ...(change.wallet ? [moveWallet(ledger, change.to.buyerId, change.wallet)] : []),
      ...change.entries.map((entry) => putEntry(ledger, entry)),
      ...change.refunds.map((refund) => putRefund(payments, refund)),
    ]);
    if (outcome.committed) return 'committed';
    if (outcome.failed.has(0)) return 'payment-moved';
    if (change.wallet && outcome.failed.has(1)) return 'wallet-full';
    throw new Error(`Payment ${change.from.paymentId} would be booked or refunded twice`);
  }

  /** Writes the refund after an attempt, with what it books; false where it has moved on. */
  async commitRefund({ from, to, entries }: RefundChange): Promise<boolean> {
    const { payments, ledger } = this.#tables;
    const outcome = await this.#gateway.transact([
      {
        Put: {
          TableName: payments,
          Item: fromRefund(to),
          ConditionExpression: 'seq = :seq',
          ExpressionAttributeValues: { ':seq': from.seq },
        },
      },
      ...entries.map((entry) => putEntry(ledger, entry)),
    ]);
    if (outcome.committed || outcome.failed.has(0)) return outcome.committed;
    throw new Error(`Refund ${from.refundId} would be booked twice`);
  }
}
