import type { Order } from '../orders/order.ts';
import type { Instant } from '../shared/instant.ts';
import { type Finding, findingsOn, isLate } from './finding.ts';

/** Whether an order is past its promise, and so far past it that nothing can be on its way any more. */
export const isPastPromise = ({ status, promiseAt }: Pick<Order, 'status' | 'promiseAt'>, now: Instant): boolean =>
  status === 'captured' && promiseAt !== undefined && isLate(promiseAt, now);

/** Promise 2: by its promise a captured order is delivered or refunded, never both, and the parts make the whole. */
export const checkOrderPromise = (order: Order, now: Instant): readonly Finding[] => {
  const find = findingsOn(2, `order ${order.orderId}`);
  const wasCaptured = order.status !== 'placed' && order.status !== 'cancelled';
  const stamps = [order.capturedAt, order.promiseAt, order.policyVersion];
  if (stamps.some((stamp) => (stamp !== undefined) !== wasCaptured))
    return [find('promise-unfit', `It is ${order.status} and has the promise ${order.promiseAt}.`)];
  if (isPastPromise(order, now))
    return [find('promise-overdue', `It was promised by ${order.promiseAt}; it is neither delivered nor refunded.`)];
  const isDelivered = order.status === 'delivered' || order.status === 'released';
  const wasDelivered = isDelivered || order.deliveredAt !== undefined;
  if (wasDelivered && (order.status === 'refunded' || order.refundedMinor >= order.amountMinor))
    return [find('delivered-and-refunded', `It was delivered at ${order.deliveredAt} and refunded in full.`)];
  return addsUp(order, isDelivered)
    ? []
    : [
        find(
          'quantities-unfit',
          `It is ${order.status}, for ${order.quantity} at ${order.unitPriceMinor}; it holds ${order.boundQuantity} keys and ${order.refundedMinor} were refunded.`,
        ),
      ];
};

const addsUp = (order: Order, isDelivered: boolean): boolean => {
  const { quantity, unitPriceMinor, amountMinor, boundQuantity, refundedMinor } = order;
  if (amountMinor !== quantity * unitPriceMinor) return false;
  if (isDelivered) return boundQuantity * unitPriceMinor + refundedMinor === amountMinor;
  if (order.status === 'refunded') return refundedMinor === amountMinor;
  const mayHold = order.status === 'captured' ? quantity - 1 : 0;
  return refundedMinor === 0 && boundQuantity >= 0 && boundQuantity <= mayHold;
};
