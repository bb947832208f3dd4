import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { deliverKeys, deliverPart, offersWanted } from '../../../../core/fulfilment/deliver-order.ts';
import type { Order } from '../../../../core/orders/order.ts';
import { captureFromWallet } from '../../../../core/payments/capture-order.ts';
import { addSeconds } from '../../../../core/shared/instant.ts';
import { accepted, noon, offers, placed, policy, present } from '../../../support/sample-orders.ts';

const later = addSeconds(noon, 60);
const waiting = (quantity: number, changes: object = {}): Order =>
  present(
    accepted(
      captureFromWallet(
        placed({ quantity, whenOutOfStock: 'wait', ...changes }),
        policy,
        { offers: [], count: 0 },
        noon,
      ),
    ),
  ).to;

describe('delivering', () => {
  test('a small order asks for all of its keys, a large one for its next chunk', () => {
    expect(offersWanted(waiting(32))).toBe(32);
    expect(offersWanted(waiting(33))).toBe(32);
    expect(offersWanted({ ...waiting(33), boundQuantity: 32 })).toBe(1);
  });

  test('the keys deliver a small order, which waits no longer and is held for the merchant label of its sale', () => {
    const change = deliverKeys(waiting(2), policy, offers(3), later);
    expect(change).toMatchObject({ waiting: 'leave', entries: [] });
    expect(change.take).toHaveLength(2);
    expect(change.to).toMatchObject({
      status: 'delivered',
      deliveredAt: later,
      releaseAt: addSeconds(later, 259_200),
      dueAt: addSeconds(later, 259_200),
      keyIds: change.take.map(({ keyId }) => keyId),
    });
  });

  test('an order of any size is bound in chunks that are full but for the last, and is readable only with the last', () => {
    fc.assert(
      fc.property(fc.integer({ min: 33, max: 1_000 }), (quantity) => {
        let order = waiting(quantity);
        const sizes: number[] = [];
        while (order.status === 'captured') {
          expect(order.deliveredAt).toBeUndefined();
          const change = deliverKeys(order, policy, offers(offersWanted(order)), later);
          sizes.push(change.take.length);
          expect(change.to.seq).toBe(order.seq + 1);
          order = change.to;
        }
        expect(order).toMatchObject({ status: 'delivered', boundQuantity: quantity, chunks: sizes.length });
        expect(sizes.slice(0, -1).every((size) => size === 32)).toBe(true);
        expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(quantity);
      }),
      { numRuns: 50 },
    );
  });

  test('a part is delivered together with the refund of the rest', () => {
    const change = deliverPart(waiting(5), policy, offers(3), later);
    expect(change.to).toMatchObject({ status: 'delivered', boundQuantity: 3, refundedMinor: 19_800, seq: 3 });
    expect(change.wallet).toEqual({ deltaMinor: 19_800, atLeastMinor: 0 });
    expect(change.entries.map(({ kind }) => kind)).toEqual(['refund']);
  });
});
