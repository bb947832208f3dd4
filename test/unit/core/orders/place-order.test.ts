import { describe, expect, test } from 'vitest';
import { placeOrder } from '../../../../core/orders/place-order.ts';
import { noon, placed, policy, product, request } from '../../../support/sample-orders.ts';

const place = (changes: object, sold: ReturnType<typeof product> | undefined) =>
  placeOrder({
    orderId: 'ord_a',
    requestHash: 'hash',
    buyerId: 'acc_buyer',
    request: request(changes),
    product: sold,
    policy,
    now: noon,
  });

const { onSale: _, onSaleVersion: __, ...offSale } = product();
const suspended = { ...product(), sellerStanding: 'suspended' } as const;
const limited = product({ limits: { maxPerOrder: 5, maxPerBuyer: 3 } });

describe('placing an order', () => {
  test('the order keeps what was bought, whatever becomes of the listing', () => {
    expect(placed({ quantity: 3 })).toMatchObject({
      status: 'placed',
      seq: 1,
      merchantId: 'acc_merchant',
      merchantLabel: 'standard',
      productVersion: 1,
      category: 'game-point-card',
      unitPriceMinor: 9_900,
      amountMinor: 29_700,
      refundedMinor: 0,
      boundQuantity: 0,
      createdAt: noon,
      expiresAt: '2026-11-22T12:15:00.000Z',
    });
  });

  test('an unpaid order lives by no policy yet and is due to nobody', () => {
    const order = placed();
    expect(order.policyVersion).toBeUndefined();
    expect(order.dueAt).toBeUndefined();
  });

  // The order of the rows is the order in which refusals are checked: each request has the faults of all rows below.
  test.each([
    ['product-not-on-sale', { quantity: 1_000, expectedUnitPriceMinor: 1 }, offSale, 'body.productId'],
    ['merchant-not-admitted', { quantity: 1_000, expectedUnitPriceMinor: 1 }, suspended, 'body.productId'],
    ['price-changed', { quantity: 1_000, expectedUnitPriceMinor: 1 }, limited, 'body.expectedUnitPriceMinor'],
    ['quantity-over-limit', { quantity: 6 }, limited, 'body.quantity'],
    ['buyer-limit-reached', { quantity: 4 }, limited, 'body.quantity'],
    ['amount-over-limit', { quantity: 2 }, product({ priceMinor: 600_000_000 }), 'body.quantity'],
  ])('is refused with %s', (code, changes, sold, field) => {
    expect(place(changes, sold)).toMatchObject({ ok: false, refusal: { code, field } });
  });

  test('a product that does not exist is not on sale', () => {
    expect(place({}, undefined)).toMatchObject({ refusal: { code: 'product-not-on-sale' } });
  });

  test('the price that the buyer saw, the last allowed quantity and the largest amount are accepted', () => {
    expect(place({ quantity: 3, expectedUnitPriceMinor: 9_900 }, limited).ok).toBe(true);
    expect(place({ quantity: 2 }, product({ priceMinor: 500_000_000 })).ok).toBe(true);
  });
});
