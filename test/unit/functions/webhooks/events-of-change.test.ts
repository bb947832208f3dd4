import { expect, test } from 'vitest';
import { putNotice } from '../../../../adapters/tables/merchants.ts';
import { fromPayment, putRefund } from '../../../../adapters/tables/payments.ts';
import { webhookEvents } from '../../../../contract/webhooks.ts';
import { advancePayment, openPayment } from '../../../../core/payments/payment.ts';
import { commitRefund, type Refund, settleRefund } from '../../../../core/payments/refund.ts';
import { told } from '../../../../functions/identity/merchant-view.ts';
import { eventsOfChange } from '../../../../functions/webhooks/events-of-change.ts';

const now = '2026-11-22T00:00:00.000Z';
const later = '2026-11-22T00:01:00.000Z';
const { paymentId, orderId, buyerId } = webhookEvents['payment.received'].example;

const open = openPayment(
  {
    paymentId,
    requestHash: 'hash',
    purpose: 'order',
    orderId,
    buyerId,
    channel: 'alipay',
    scene: 'page',
    amountMinor: 990,
    subject: 'Card',
    expiresAt: later,
  },
  now,
);
const received = advancePayment(open, {
  status: 'received',
  receivedAt: later,
  paidAt: now,
  paidMinor: 1_000,
  tradeNo: 'trade number of the channel',
  outcome: 'over',
  dueAt: undefined,
});

test('money that a channel received is told to its buyer with what became of it, and once', () => {
  const [before, after] = [fromPayment(open), fromPayment(received)];
  expect(eventsOfChange({ before, after, at: later })).toEqual([
    {
      type: 'payment.received',
      accountIds: [buyerId],
      subject: paymentId,
      sequence: 2,
      occurredAt: later,
      data: {
        paymentId,
        purpose: 'order',
        orderId,
        buyerId,
        channel: 'alipay',
        amountMinor: 990,
        paidMinor: 1_000,
        currency: 'CNY',
        outcome: 'over',
        receivedAt: later,
      },
    },
  ]);
  expect(eventsOfChange({ before: undefined, after: before, at: now })).toEqual([]);
  expect(eventsOfChange({ before: after, after, at: later })).toEqual([]);
});

test('a refund is told when its channel confirms it, and not before', () => {
  const refund = commitRefund(
    { paymentId, channel: 'alipay', orderId, buyerId, reason: 'over', amountMinor: 10, paidMinor: 1_000 },
    0,
    now,
  );
  const itemOf = (of: Refund) => putRefund('payments', of).Put?.Item;
  const settled = (attempt: Parameters<typeof settleRefund>[1], of = refund): Refund => {
    const change = settleRefund(of, attempt, later);
    if (!change) throw new Error('The refund was confirmed before');
    return change.to;
  };
  const unavailable = settled({ outcome: 'unavailable', detail: 'The channel said: try later' });
  expect(eventsOfChange({ before: undefined, after: itemOf(refund), at: now })).toEqual([]);
  expect(eventsOfChange({ before: itemOf(refund), after: itemOf(unavailable), at: later })).toEqual([]);
  const confirmed = settled({ outcome: 'confirmed', confirmedAt: later }, unavailable);
  const events = eventsOfChange({ before: itemOf(unavailable), after: itemOf(confirmed), at: later });
  expect(events).toMatchObject([
    {
      type: 'refund.confirmed',
      accountIds: [buyerId],
      subject: refund.refundId,
      sequence: 3,
      occurredAt: later,
      data: { refundId: refund.refundId, paymentId, orderId, reason: 'over', amountMinor: 10, confirmedAt: later },
    },
  ]);
  expect(JSON.stringify(events)).not.toContain('The channel said');
});

test('a notice is told to its account without the words that somebody wrote', () => {
  const notice = told(
    { accountId: 'acc_m', kind: 'merchant.warned', at: now, detail: 'Words about a person', standing: 'admitted' },
    'fact',
  );
  const after = putNotice('identity', notice).Put?.Item;
  const events = eventsOfChange({ before: undefined, after, at: later });
  expect(events).toEqual([
    {
      type: 'account.notice',
      accountIds: ['acc_m'],
      subject: notice.noticeId,
      sequence: 1,
      occurredAt: now,
      data: { noticeId: notice.noticeId, kind: 'merchant.warned', at: now, standing: 'admitted' },
    },
  ]);
  expect(eventsOfChange({ before: after, after, at: later })).toEqual([]);
});

test.each(Object.entries(webhookEvents))('the example of %s fits what the type promises', (_, { data, example }) => {
  expect(data.safeParse(example)).toEqual({ success: true, data: example });
});
