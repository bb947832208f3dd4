import type { Instant } from '../shared/instant.ts';
import { accept, type Result, refuse } from '../shared/result.ts';
import { advance, hasExpired, type Order } from './order.ts';
import { noEffects, type OrderChange } from './order-change.ts';

/** Cancels an unpaid order; `undefined` where it is cancelled already. */
export const cancelOrder = (order: Order, now: Instant): Result<OrderChange | undefined> => {
  if (order.status === 'cancelled') return accept(undefined);
  if (order.status !== 'placed')
    return refuse('order-state-unfit', `Only an unpaid order can be cancelled; this one is ${order.status}.`);
  if (hasExpired(order, now)) return refuse('order-expired', `This order expired at ${order.expiresAt}.`);
  return accept({ ...noEffects, from: order, to: advance(order, { status: 'cancelled', cancelledAt: now }) });
};
