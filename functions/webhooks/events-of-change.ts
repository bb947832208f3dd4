import type { EventMessage } from '../../adapters/queues.ts';
import { isBatchItem, toBatch } from '../../adapters/tables/batches.ts';
import { isNoticeItem, type StoredNotice, toNotice } from '../../adapters/tables/merchants.ts';
import { isOrderItem, toOrder } from '../../adapters/tables/orders.ts';
import { isPaymentItem, isRefundItem, toPayment, toRefund } from '../../adapters/tables/payments.ts';
import { type WebhookEventType, webhookEvents } from '../../contract/webhooks.ts';
import type { Order } from '../../core/orders/order.ts';
import type { Payment } from '../../core/payments/payment.ts';
import type { Refund } from '../../core/payments/refund.ts';
import { currency } from '../../core/shared/money.ts';
import type { Batch } from '../../core/stock/batch.ts';
import type { ItemChange } from '../notifications/announcements.ts';

/**
 * What a change of an item says to the accounts it concerns. The same change says the same each time, so that whoever
 * hears it again knows it again.
 */
export const eventsOfChange = (change: ItemChange): readonly EventMessage[] => {
  const { before, after } = change;
  if (after === undefined) return [];
  if (isOrderItem(after)) return orderEvents(before && toOrder(before), toOrder(after));
  if (isBatchItem(after)) return batchEvents(before && toBatch(before), toBatch(after), change.at);
  if (isPaymentItem(after)) return paymentEvents(before && toPayment(before), toPayment(after));
  if (isRefundItem(after)) return refundEvents(before && toRefund(before), toRefund(after));
  if (isNoticeItem(after) && before === undefined) return [noticeEvent(toNotice(after))];
  return [];
};

/** The milestones of an order in the order of its life, with room between them. One change can pass several. */
const milestones = [
  { type: 'order.captured', moment: 'capturedAt', sequence: 10 },
  { type: 'order.delivered', moment: 'deliveredAt', sequence: 20 },
  { type: 'order.refunded', moment: 'refundedAt', sequence: 30 },
  { type: 'order.released', moment: 'releasedAt', sequence: 40 },
] as const;

const orderEvents = (before: Order | undefined, after: Order): readonly EventMessage[] =>
  milestones.flatMap(({ type, moment, sequence }) => {
    const occurredAt = after[moment];
    return occurredAt === undefined || before?.[moment] !== undefined
      ? []
      : {
          type,
          accountIds: [after.buyerId, after.merchantId],
          subject: after.orderId,
          sequence,
          occurredAt,
          data: dataOf(type, { ...after, currency, deliveredQuantity: after.boundQuantity }),
        };
  });

const batchEvents = (before: Batch | undefined, after: Batch, at: string): readonly EventMessage[] => {
  if (after.status === before?.status) return [];
  if (after.status !== 'open' && after.status !== 'quarantined') return [];
  const type = after.status === 'open' ? 'batch.open' : 'batch.quarantined';
  return [
    {
      type,
      accountIds: [after.merchantId],
      subject: after.batchId,
      sequence: after.seq,
      occurredAt: at,
      data: dataOf(type, { ...after, reason: after.quarantineReason }),
    },
  ];
};

const paymentEvents = (before: Payment | undefined, after: Payment): readonly EventMessage[] => {
  const { receivedAt } = after;
  if (receivedAt === undefined || before?.receivedAt !== undefined) return [];
  const type = 'payment.received';
  return [
    {
      type,
      accountIds: [after.buyerId],
      subject: after.paymentId,
      sequence: after.seq,
      occurredAt: receivedAt,
      data: dataOf(type, { ...after, currency }),
    },
  ];
};

const refundEvents = (before: Refund | undefined, after: Refund): readonly EventMessage[] => {
  const { confirmedAt } = after;
  if (confirmedAt === undefined || before?.confirmedAt !== undefined) return [];
  const type = 'refund.confirmed';
  return [
    {
      type,
      accountIds: [after.buyerId],
      subject: after.refundId,
      sequence: after.seq,
      occurredAt: confirmedAt,
      data: dataOf(type, { ...after, currency }),
    },
  ];
};

/** A notice is told once and never changes, so it is the first and the last of its line. */
const noticeEvent = (notice: StoredNotice): EventMessage => {
  const type = 'account.notice';
  return {
    type,
    accountIds: [notice.accountId],
    subject: notice.noticeId,
    sequence: 1,
    occurredAt: notice.at,
    data: dataOf(type, notice),
  };
};

/** What the table of events lets out of a record, and nothing else. */
const dataOf = (type: WebhookEventType, record: object): Record<string, unknown> => ({
  ...webhookEvents[type].data.parse(record),
});
