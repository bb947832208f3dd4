import type { Order } from '../../core/orders/order.ts';
import type { OrderChange } from '../../core/orders/order-change.ts';
import type { Instant } from '../../core/shared/instant.ts';
import { accept, type Result } from '../../core/shared/result.ts';
import type { Caller } from '../http/request.ts';
import { RetryableError } from '../retryable-error.ts';
import { maxAttempts, type Spine } from '../spine.ts';
import { viewOrder, visibleTo } from './order-view.ts';

/** Reads, decides and commits a step that needs neither stock nor money from a wallet; again if the order moved on. */
export const changeOrder = async (
  spine: Pick<Spine, 'orders' | 'commit' | 'now'>,
  caller: Caller,
  orderId: string,
  decide: (order: Order, now: Instant) => Result<OrderChange | undefined>,
) => {
  for (let attempt = 1; attempt <= maxAttempts; attempt += 1) {
    const order = visibleTo(await spine.orders.get(orderId), caller);
    if (!order.ok) return order;
    const now = spine.now();
    const change = decide(order.value, now);
    if (!change.ok) return change;
    if (change.value === undefined) return accept(viewOrder(order.value, now));
    const outcome = await spine.commit(change.value, now);
    if (outcome === 'committed') return accept(viewOrder(change.value.to, now));
    if (outcome !== 'order-moved') throw new Error(`Order ${orderId} could not change: ${outcome}`);
  }
  throw new RetryableError(`Order ${orderId} moved on ${maxAttempts} times while it was being changed`);
};
