import type { Product } from '../../core/catalog/product.ts';
import type { Order } from '../../core/orders/order.ts';
import { type OrderRequest, placeOrder } from '../../core/orders/place-order.ts';
import type { Policy } from '../../core/policy/policy.ts';
import type { Result } from '../../core/shared/result.ts';
import type { Offer } from '../../core/stock/offer.ts';
import { policyOf } from '../../policy/index.ts';

export const policy: Policy = policyOf('2026-11-01');
export const noon = '2026-11-22T12:00:00.000Z';

/** A product on sale; only what a test is about needs to be said. */
export const product = (onSale: Partial<NonNullable<Product['onSale']>> = {}): Product => ({
  productId: 'prd_a',
  merchantId: 'acc_merchant',
  merchantName: '飞鱼点卡',
  merchantLabel: 'standard',
  sellerStanding: 'admitted',
  sellerSeq: 1,
  status: 'on_sale',
  latestVersion: 1,
  revision: 2,
  createdAt: noon,
  onSaleVersion: 1,
  onSale: {
    version: 1,
    title: '点卡 100 元',
    category: 'game-point-card',
    kind: 'card_key',
    priceMinor: 9_900,
    currency: 'CNY',
    limits: { maxPerOrder: 1_000 },
    afterSalesTerms: 'Exchange within 7 days while the key is not revealed.',
    ...onSale,
  },
});

export const request = (changes: Partial<OrderRequest> = {}): OrderRequest => ({
  productId: 'prd_a',
  quantity: 1,
  whenOutOfStock: 'refuse',
  whenPaidLate: 'refund',
  allowPartial: false,
  ...changes,
});

/** The value of a result that must be a yes. */
export const accepted = <T>(result: Result<T>): T => {
  if (!result.ok) throw new Error(`Refused: ${result.refusal.code} ${result.refusal.detail}`);
  return result.value;
};

export const present = <T>(value: T | undefined): T => {
  if (value === undefined) throw new Error('Nothing is there');
  return value;
};

/** An order as it stands right after it was placed at `noon`. */
export const placed = (
  changes: Partial<OrderRequest> = {},
  onSale: Partial<NonNullable<Product['onSale']>> = {},
): Order =>
  accepted(
    placeOrder({
      orderId: 'ord_a',
      requestHash: 'hash',
      buyerId: 'acc_buyer',
      request: request(changes),
      product: product(onSale),
      policy,
      now: noon,
    }),
  );

let offersMade = 0;

/** Offers of keys that no other call has named. */
export const offers = (count: number): Offer[] =>
  Array.from({ length: count }, () => {
    offersMade += 1;
    return {
      keyId: `key${offersMade}`,
      productId: 'prd_a',
      batchId: 'bat_a',
      lane: '0' as const,
      sellUntilDay: '9999-12-31',
    };
  });

/** What a payment finds in stock. */
export const supply = (count: number) => ({ offers: offers(count), count });
