import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  commitRefund,
  paymentIdOf,
  type Refund,
  type RefundAttempt,
  refundIdOf,
  refundStatuses,
  refundTransitions,
  settleRefund,
} from '../../../../core/payments/refund.ts';
import { addSeconds, secondsBetween } from '../../../../core/shared/instant.ts';
import { noon, present } from '../../../support/sample-orders.ts';

const committed: Refund = commitRefund(
  {
    paymentId: 'pay_a',
    channel: 'wechat_pay',
    orderId: 'ord_a',
    buyerId: 'acc_buyer',
    reason: 'order',
    amountMinor: 300,
    paidMinor: 900,
  },
  1,
  noon,
);
const settled = (attempt: RefundAttempt, refund = committed, now = noon) => present(settleRefund(refund, attempt, now));

describe('a refund through a channel', () => {
  test('is numbered after its payment, and names it', () => {
    expect(refundIdOf('pay_a', 1)).toBe('rfd_a_1');
    expect(paymentIdOf('rfd_a_1')).toBe('pay_a');
    expect(committed).toMatchObject({ refundId: 'rfd_a_1', status: 'committed', dueAt: noon, attempts: 0 });
  });

  test('leaves the books for the channel once confirmed', () => {
    const { to, entries } = settled(
      { outcome: 'confirmed', confirmedAt: addSeconds(noon, 5) },
      committed,
      addSeconds(noon, 6),
    );
    expect(to).toMatchObject({ status: 'confirmed', confirmedAt: addSeconds(noon, 5), dueAt: undefined });
    expect(entries).toMatchObject([
      {
        entryId: 'refund/rfd_a_1/confirmed',
        legs: [
          { account: 'refunds:pay_a', amountMinor: -300 },
          { account: 'channel:wechat_pay', amountMinor: 300 },
        ],
      },
    ]);
    expect(settleRefund(to, { outcome: 'confirmed', confirmedAt: noon }, noon)).toBeUndefined();
  });

  test.each([
    [{ outcome: 'processing' }, 'processing', undefined],
    [{ outcome: 'balance-short', detail: 'NOT_ENOUGH' }, 'committed', 'balance-short'],
    [{ outcome: 'unavailable', detail: 'timeout' }, 'committed', 'channel-unavailable'],
  ] as const)('is tried again after %o, and books nothing', (attempt, status, trouble) => {
    const { to, entries } = settled(attempt);
    expect(entries).toEqual([]);
    expect(to).toMatchObject({ status, attempts: 1 });
    expect(to.trouble).toBe(trouble);
    expect(to.dueAt).toBe(addSeconds(noon, 30));
  });

  test('that the channel refuses waits for a person, who may still confirm it', () => {
    const { to } = settled({ outcome: 'refused', detail: 'TRADE_NOT_ALLOW_REFUND' });
    expect(to).toMatchObject({ status: 'refused', trouble: 'channel-refused', dueAt: undefined });
    expect(settled({ outcome: 'confirmed', confirmedAt: noon }, to).to.status).toBe('confirmed');
  });

  test.each([
    { outcome: 'refused', detail: 'ABNORMAL' },
    { outcome: 'processing' },
    { outcome: 'balance-short', detail: 'NOT_ENOUGH' },
    { outcome: 'unavailable', detail: 'timeout' },
  ] as const)('that the channel refused stays refused when it says $outcome afterwards', (attempt) => {
    const { to } = settled({ outcome: 'refused', detail: 'ABNORMAL' });
    expect(settleRefund(to, attempt, addSeconds(noon, 60))).toBeUndefined();
  });

  test('a trouble is forgotten when the next attempt goes well', () => {
    const short = settled({ outcome: 'balance-short', detail: 'x' }).to;
    expect(settled({ outcome: 'processing' }, short).to.trouble).toBeUndefined();
  });

  test('is asked about ever more rarely, and once an hour at the least', () => {
    let refund = committed;
    let now = noon;
    let last = 0;
    for (let round = 0; round < 20; round += 1) {
      refund = settled({ outcome: 'unavailable', detail: 'away' }, refund, now).to;
      const pause = secondsBetween(now, present(refund.dueAt));
      expect(pause).toBeGreaterThanOrEqual(last);
      expect(pause).toBeLessThanOrEqual(3_600);
      last = pause;
      now = present(refund.dueAt);
    }
  });

  test('whatever the channel answers in whatever order, it is given back once and never leaves its table of states', () => {
    const attempts: fc.Arbitrary<RefundAttempt> = fc.constantFrom(
      { outcome: 'processing' },
      { outcome: 'balance-short', detail: 'x' },
      { outcome: 'unavailable', detail: 'x' },
      { outcome: 'refused', detail: 'x' },
      { outcome: 'confirmed', confirmedAt: noon },
    );
    fc.assert(
      fc.property(fc.array(attempts, { maxLength: 12 }), (answers) => {
        let refund = committed;
        let given = 0;
        for (const answer of answers) {
          const change = settleRefund(refund, answer, noon);
          if (!change) continue;
          expect(refundTransitions[refund.status]).toContain(change.to.status);
          given += change.entries.length;
          refund = change.to;
        }
        expect(refundStatuses).toContain(refund.status);
        expect(given).toBe(refund.status === 'confirmed' ? 1 : 0);
      }),
    );
  });
});
