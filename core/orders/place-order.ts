import { priceFor } from '../catalog/price.ts';
import type { Product } from '../catalog/product.ts';
import type { Policy } from '../policy/policy.ts';
import { addSeconds, type Instant } from '../shared/instant.ts';
import { maxAmountMinor } from '../shared/money.ts';
import { accept, type Result, refuse } from '../shared/result.ts';
import type { Order } from './order.ts';

export type OrderRequest = {
  readonly productId: string;
  readonly quantity: number;
  readonly whenOutOfStock: 'refuse' | 'wait';
  readonly whenPaidLate: 'refund' | 'deliver';
  readonly allowPartial: boolean;
  /** The price the buyer saw; another price is refused rather than charged. */
  readonly expectedUnitPriceMinor?: number | undefined;
};

/**
 * Decides whether an order may be placed. Nothing is reserved: an unpaid order takes nobody's stock.
 * Refuses, in this order: `product-not-on-sale`, `merchant-not-admitted`, `price-changed`, `quantity-over-limit`,
 * `buyer-limit-reached`, `amount-over-limit`.
 */
export const placeOrder = (input: {
  orderId: string;
  requestHash: string;
  buyerId: string;
  request: OrderRequest;
  product: Product | undefined;
  policy: Policy;
  now: Instant;
}): Result<Order> => {
  const { product, request, now } = input;
  const version = product?.onSale;
  if (!product || !version)
    return refuse('product-not-on-sale', 'This product cannot be ordered now.', 'body.productId');
  if (product.sellerStanding !== 'admitted')
    return refuse('merchant-not-admitted', 'The seller of this product takes no orders now.', 'body.productId');
  const unitPriceMinor = priceFor(version, { accountId: input.buyerId, role: 'buyer' });
  if (request.expectedUnitPriceMinor !== undefined && request.expectedUnitPriceMinor !== unitPriceMinor)
    return refuse('price-changed', `The price is ${unitPriceMinor} now.`, 'body.expectedUnitPriceMinor');
  if (request.quantity > version.limits.maxPerOrder)
    return refuse('quantity-over-limit', `One order takes at most ${version.limits.maxPerOrder}.`, 'body.quantity');
  const { maxPerBuyer } = version.limits;
  if (maxPerBuyer !== undefined && request.quantity > maxPerBuyer)
    return refuse('buyer-limit-reached', `One buyer may buy ${maxPerBuyer} of this product in all.`, 'body.quantity');
  const amountMinor = unitPriceMinor * request.quantity;
  if (amountMinor > maxAmountMinor)
    return refuse('amount-over-limit', `One order comes to at most ${maxAmountMinor} fen.`, 'body.quantity');
  return accept({
    orderId: input.orderId,
    seq: 1,
    status: 'placed',
    requestHash: input.requestHash,
    buyerId: input.buyerId,
    merchantId: product.merchantId,
    merchantName: product.merchantName,
    merchantLabel: product.merchantLabel,
    productId: product.productId,
    productVersion: version.version,
    category: version.category,
    kind: version.kind,
    quantity: request.quantity,
    unitPriceMinor,
    amountMinor,
    maxPerBuyer,
    whenOutOfStock: request.whenOutOfStock,
    whenPaidLate: request.whenPaidLate,
    allowPartial: request.allowPartial,
    createdAt: now,
    expiresAt: addSeconds(now, input.policy.orders.unpaidExpirySeconds),
    refundedMinor: 0,
    boundQuantity: 0,
    chunks: 0,
    chunksReturned: 0,
  });
};
