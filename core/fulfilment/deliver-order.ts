import { refundRest } from '../escrow/refund-escrow.ts';
import { advance, isChunked, maxKeysInOneTransaction, type Order } from '../orders/order.ts';
import type { OrderChange } from '../orders/order-change.ts';
import { holdSeconds, type Policy } from '../policy/policy.ts';
import { addSeconds, type Instant } from '../shared/instant.ts';
import type { Offer } from '../stock/offer.ts';

/** How many offers the next step of an order needs: all of a small one, the next chunk of a large one. */
export const offersWanted = (order: Order): number =>
  Math.min(order.quantity - order.boundQuantity, maxKeysInOneTransaction);

/** Marks an order delivered with the keys it holds after `take`, and starts its hold. */
const delivered = (order: Order, policy: Policy, take: readonly Offer[], now: Instant): Order => {
  const releaseAt = addSeconds(now, holdSeconds(policy, order));
  return advance(order, { ...bound(order, take), status: 'delivered', deliveredAt: now, releaseAt, dueAt: releaseAt });
};

const bound = (order: Order, take: readonly Offer[]): Partial<Order> => ({
  boundQuantity: order.boundQuantity + take.length,
  ...(isChunked(order)
    ? { chunks: order.chunks + (take.length > 0 ? 1 : 0) }
    : { keyIds: take.map(({ keyId }) => keyId) }),
});

/**
 * Binds offers to an order. The last ones deliver it; before that, a larger order takes them a chunk at a time and
 * none can be read yet. The caller has at least `offersWanted` offers.
 */
export const deliverKeys = (order: Order, policy: Policy, offers: readonly Offer[], now: Instant): OrderChange => {
  const take = offers.slice(0, offersWanted(order));
  const complete = order.boundQuantity + take.length === order.quantity;
  return complete
    ? { from: order, to: delivered(order, policy, take, now), take, entries: [], waiting: 'leave' }
    : { from: order, to: advance(order, { ...bound(order, take), status: order.status }), take, entries: [] };
};

/** Delivers what an order that allows it has got, and refunds the rest in the same transaction. */
export const deliverPart = (order: Order, policy: Policy, offers: readonly Offer[], now: Instant): OrderChange => {
  const take = offers.slice(0, offersWanted(order));
  return refundRest({ from: order, to: delivered(order, policy, take, now), take, entries: [], waiting: 'leave' }, now);
};
