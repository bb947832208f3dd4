import { describe, expect, test } from 'vitest';
import { captureFromWallet } from '../../../../core/payments/capture-order.ts';
import { addSeconds } from '../../../../core/shared/instant.ts';
import { accepted, noon, offers, placed, policy, present, supply } from '../../../support/sample-orders.ts';

const capture = (order: ReturnType<typeof placed>, stock: ReturnType<typeof supply>, now = noon) =>
  captureFromWallet(order, policy, stock, now);
const changeOf = (...of: Parameters<typeof capture>) => present(accepted(capture(...of)));
const limited = { limits: { maxPerOrder: 100, maxPerBuyer: 50 } };

describe('paying from the wallet', () => {
  test('money and keys change hands in one change', () => {
    const change = changeOf(placed({ quantity: 2 }), supply(2));
    expect(change.to).toMatchObject({
      status: 'delivered',
      seq: 2,
      policyVersion: '2026-11-01',
      capturedAt: noon,
      deliveredAt: noon,
      promiseAt: addSeconds(noon, 1_800),
      boundQuantity: 2,
      keyIds: change.take.map(({ keyId }) => keyId),
    });
    expect(change.wallet).toEqual({ deltaMinor: -19_800, atLeastMinor: 19_800 });
    expect(change.entries.map(({ kind }) => kind)).toEqual(['capture']);
    expect(change.waiting).toBeUndefined();
  });

  test('no more offers are taken than were ordered', () => {
    expect(changeOf(placed({ quantity: 2 }), supply(9)).take).toHaveLength(2);
  });

  test('paying again changes nothing, whatever the order has become', () => {
    const paid = changeOf(placed(), supply(1)).to;
    for (const status of ['captured', 'delivered', 'released', 'refunded'] as const)
      expect(accepted(capture({ ...paid, status }, supply(1)))).toBeUndefined();
  });

  // Checked in the order of the rows: each order has the faults of the rows below.
  test.each([
    ['order-state-unfit', { ...placed(), status: 'cancelled' as const }, addSeconds(noon, 901)],
    ['order-expired', placed(), addSeconds(noon, 900)],
    ['out-of-stock', placed(), noon],
    ['out-of-stock', placed({ allowPartial: true }), noon],
    ['out-of-stock', placed({ quantity: 500 }), noon],
  ])('is refused with %s where nothing is in stock', (code, order, now) => {
    expect(capture(order, supply(0), now)).toMatchObject({ ok: false, refusal: { code } });
  });

  test('one key too few is out of stock for an order that takes all or nothing', () => {
    expect(capture(placed({ quantity: 3 }), supply(2))).toMatchObject({ refusal: { code: 'out-of-stock' } });
  });

  test('an order that would rather wait is captured, waits in line and holds nothing yet', () => {
    const change = changeOf(placed({ quantity: 3, whenOutOfStock: 'wait' }), supply(2));
    expect(change).toMatchObject({ waiting: 'join', take: [], to: { status: 'captured', boundQuantity: 0 } });
    expect(change.to.dueAt).toBe(addSeconds(noon, 120));
  });

  test('an order that allows part takes what is there and is charged for that alone', () => {
    const change = changeOf(placed({ quantity: 3, allowPartial: true }, limited), supply(2));
    expect(change.to).toMatchObject({ status: 'delivered', seq: 2, boundQuantity: 2, refundedMinor: 9_900 });
    expect(change.wallet).toEqual({ deltaMinor: -19_800, atLeastMinor: 29_700 });
    expect(change.bought).toEqual({ delta: 2, max: 50 });
    expect(change.entries.map(({ kind }) => kind)).toEqual(['capture', 'refund']);
  });

  test('an order that allows part but would wait for all of it waits', () => {
    const change = changeOf(placed({ quantity: 3, allowPartial: true, whenOutOfStock: 'wait' }), supply(2));
    expect(change).toMatchObject({ waiting: 'join', to: { status: 'captured' } });
  });

  test('a large order is captured first and bound in chunks afterwards', () => {
    const change = changeOf(placed({ quantity: 33 }), { offers: [], count: 33 });
    expect(change).toMatchObject({ waiting: 'join', take: [], to: { status: 'captured', chunks: 0 } });
  });

  test('the largest order that is bound at once stays within what a transaction holds', () => {
    const change = changeOf(placed({ quantity: 32, allowPartial: true }, limited), { offers: offers(31), count: 31 });
    // Order, wallet, limit, two entries, and two items a key.
    expect(5 + 2 * change.take.length).toBeLessThanOrEqual(100);
  });
});
