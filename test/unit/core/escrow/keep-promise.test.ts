import { describe, expect, test } from 'vitest';
import { type Duty, keepPromise, settleShortage } from '../../../../core/escrow/keep-promise.ts';
import { chunkReturned } from '../../../../core/escrow/refund-escrow.ts';
import { confirmOrder } from '../../../../core/escrow/release-escrow.ts';
import { deliverKeys } from '../../../../core/fulfilment/deliver-order.ts';
import type { Order } from '../../../../core/orders/order.ts';
import type { OrderChange } from '../../../../core/orders/order-change.ts';
import { captureFromWallet } from '../../../../core/payments/capture-order.ts';
import { addSeconds } from '../../../../core/shared/instant.ts';
import { accepted, noon, offers, placed, policy, present, supply } from '../../../support/sample-orders.ts';

const at = (seconds: number) => addSeconds(noon, seconds);
const captured = (changes: Parameters<typeof placed>[0] = {}, onSale: Parameters<typeof placed>[1] = {}): Order =>
  present(
    accepted(
      captureFromWallet(placed({ whenOutOfStock: 'wait', ...changes }, onSale), policy, { offers: [], count: 0 }, noon),
    ),
  ).to;
const delivered = present(accepted(captureFromWallet(placed(), policy, supply(1), noon))).to;

const changeOf = (duty: Duty): OrderChange => {
  if (duty.kind !== 'change') throw new Error(`The duty is ${duty.kind}`);
  return duty.change;
};

describe('the guarantee', () => {
  test.each(['placed', 'cancelled', 'released'] as const)('asks nothing of an order that is %s', (status) => {
    expect(keepPromise({ ...delivered, status }, policy, [], at(9e6))).toEqual({ kind: 'settled' });
  });

  test('waits for the promise, and refunds in full at its very moment', () => {
    const order = { ...captured(), dueAt: at(1_800) };
    expect(keepPromise(order, policy, [], at(1_799.999))).toEqual({ kind: 'wait', dueAt: at(1_800) });
    const change = changeOf(keepPromise(order, policy, [], at(1_800)));
    expect(change.to).toMatchObject({ status: 'refunded', refundedMinor: 9_900, refundedAt: at(1_800) });
    expect(change.to.dueAt).toBeUndefined();
    expect(change).toMatchObject({ wallet: { deltaMinor: 9_900 }, waiting: 'leave', take: [] });
  });

  test('looks for stock again before the promise, and never plans to look after it', () => {
    const first = keepPromise(captured(), policy, [], at(120));
    expect(first).toMatchObject({ kind: 'redeliver', recheck: { to: { dueAt: at(240), status: 'captured' } } });
    const last = keepPromise({ ...captured(), dueAt: at(1_790) }, policy, [], at(1_790));
    expect(last).toMatchObject({ kind: 'redeliver', recheck: { to: { dueAt: at(1_800) } } });
  });

  test('keys that lie there at the promise do not deliver an order that wanted all or nothing', () => {
    expect(changeOf(keepPromise(captured({ quantity: 3 }), policy, offers(2), at(1_800))).to.status).toBe('refunded');
  });

  test('an order that allows part takes what lies there at its promise, and all of it where it suffices', () => {
    const order = captured({ quantity: 3, allowPartial: true });
    expect(changeOf(keepPromise(order, policy, offers(2), at(1_800))).to).toMatchObject({
      status: 'delivered',
      boundQuantity: 2,
      refundedMinor: 9_900,
    });
    expect(changeOf(keepPromise(order, policy, offers(3), at(1_800))).to).toMatchObject({
      status: 'delivered',
      boundQuantity: 3,
      refundedMinor: 0,
    });
    expect(changeOf(keepPromise(order, policy, [], at(1_800))).to.status).toBe('refunded');
  });

  test('a refund gives back what the buyer may buy of a limited product', () => {
    const order = captured({ quantity: 3 }, { limits: { maxPerOrder: 10, maxPerBuyer: 5 } });
    expect(changeOf(keepPromise(order, policy, [], at(1_800))).bought).toEqual({ delta: -3, max: 5 });
  });

  test('releases when the hold is over and not before', () => {
    const hold = present(delivered.releaseAt);
    expect(keepPromise(delivered, policy, [], addSeconds(hold, -0.001))).toEqual({ kind: 'wait', dueAt: hold });
    const change = changeOf(keepPromise(delivered, policy, [], hold));
    expect(change.to).toMatchObject({ status: 'released', releasedAt: hold });
    expect(change.entries[0]?.legs).toEqual([
      { account: 'escrow:ord_a', amountMinor: -9_900 },
      { account: 'payable:acc_merchant', amountMinor: 9_603 },
      { account: 'platform:commission', amountMinor: 297 },
    ]);
  });

  test('an order lives by the policy it was captured under and by no other', () => {
    expect(() => keepPromise(delivered, { ...policy, version: 'demo' }, [], at(9e6))).toThrow('2026-11-01');
    expect(() => keepPromise(delivered, undefined, [], at(9e6))).toThrow('2026-11-01');
  });

  test('the keys of a refunded order go back chunk by chunk, and then nothing remains', () => {
    let order = captured({ quantity: 70 });
    for (let chunk = 0; chunk < 2; chunk += 1) order = deliverKeys(order, policy, offers(32), at(1)).to;
    order = changeOf(keepPromise(order, policy, [], at(1_800))).to;
    expect(order).toMatchObject({ status: 'refunded', chunks: 2, chunksReturned: 0 });
    expect(keepPromise(order, policy, [], at(1_801))).toEqual({ kind: 'return-keys' });
    order = chunkReturned(order);
    expect(keepPromise(order, policy, [], at(1_802))).toEqual({ kind: 'return-keys' });
    order = chunkReturned(order);
    expect(keepPromise(order, policy, [], at(1_803))).toEqual({ kind: 'settled' });
  });
});

describe('when stock runs out during the delivery', () => {
  const large: Order = { ...captured({ quantity: 70 }), whenOutOfStock: 'refuse' };
  const holding = deliverKeys(large, policy, offers(32), at(1)).to;
  const partly = { allowPartial: true };

  test.each([
    ['one that waits goes on waiting', { ...holding, whenOutOfStock: 'wait' as const }, 5, undefined],
    ['one that takes all or nothing has its money back', holding, 5, { status: 'refunded', refundedMinor: 693_000 }],
    ['one that allows part and got nothing has its money back', { ...large, ...partly }, 0, { status: 'refunded' }],
    [
      'one that allows part takes what it holds',
      { ...holding, ...partly },
      0,
      { status: 'delivered', boundQuantity: 32, chunks: 1, refundedMinor: 376_200 },
    ],
    [
      'one that allows part takes the last keys too',
      { ...holding, ...partly },
      5,
      { status: 'delivered', boundQuantity: 37, chunks: 2, refundedMinor: 326_700 },
    ],
    [
      'one that allows part and holds nothing yet takes the last keys',
      { ...large, ...partly },
      5,
      { status: 'delivered', boundQuantity: 5, chunks: 1, refundedMinor: 643_500 },
    ],
    ['what is delivered already is left alone', { ...holding, status: 'delivered' as const }, 5, undefined],
  ])('%s', (_, order, left, becomes) => {
    const change = settleShortage(order, policy, offers(left), at(2));
    if (becomes === undefined) expect(change).toBeUndefined();
    else expect(change?.to).toMatchObject(becomes);
  });
});

describe('confirming', () => {
  const confirm = (order: Order) => confirmOrder(order, () => policy, at(5));

  test('releases at once and remembers that the buyer confirmed', () => {
    expect(present(accepted(confirm(delivered))).to).toMatchObject({
      status: 'released',
      confirmedAt: at(5),
      releasedAt: at(5),
    });
  });

  test('changes nothing once the escrow is released', () => {
    expect(accepted(confirm({ ...delivered, status: 'released' }))).toBeUndefined();
  });

  test.each(['placed', 'cancelled', 'captured', 'refunded'] as const)(
    'is refused for an order that is %s',
    (status) => {
      expect(confirm({ ...delivered, status })).toMatchObject({ refusal: { code: 'order-state-unfit' } });
    },
  );
});
