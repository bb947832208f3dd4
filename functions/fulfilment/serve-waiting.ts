import { settleShortage } from '../../core/escrow/keep-promise.ts';
import { deliverKeys, offersWanted } from '../../core/fulfilment/deliver-order.ts';
import type { Order } from '../../core/orders/order.ts';
import type { OrderChange } from '../../core/orders/order-change.ts';
import type { Policy } from '../../core/policy/policy.ts';
import { addSeconds, type Instant } from '../../core/shared/instant.ts';
import { RetryableError } from '../retryable-error.ts';
import { maxAttempts, policyOfOrder, type Spine } from '../spine.ts';

/** Waiting orders that one call looks at; the caller is told where to go on if there are more. */
const maxOrdersPerCall = 200;
/** Seconds after which a call begins no further order; large ones take their time, and a function has only so much. */
const maxSecondsPerCall = 25;
const pageSize = 25;
/** An order of 1,000 keys takes 32 steps, and each may lose races. */
const maxStepsPerOrder = 32 * 4;

type Served =
  /** Delivered, refunded for want of stock, or past its promise: it waits for stock no longer. */
  | { readonly kind: 'done' }
  /** Stock does not suffice for it; so many keys are left for smaller orders behind it. */
  | { readonly kind: 'short'; readonly left: number };

/**
 * Serves the orders that wait for a product, first captured first; one that needs more than there is does not hold
 * up smaller ones behind it. May run at any time, twice, and beside another.
 *
 * @param from where an earlier call said to go on; the head of the line if absent
 */
export const serveWaiting =
  (spine: Spine) =>
  async (productId: string, from?: string): Promise<{ readonly goOnAfter?: string | undefined }> => {
    const until = addSeconds(spine.now(), maxSecondsPerCall);
    let after = from;
    for (let seen = 0; seen < maxOrdersPerCall; seen += pageSize) {
      const waiting = await spine.orders.waiting(productId, pageSize, after);
      for (const record of waiting) {
        const served = await serveOrder(spine, record.orderId);
        if (served.kind === 'done') await spine.orders.dropWaiting(productId, record.sk);
        else if (served.left === 0) return {};
        if (spine.now() >= until) return { goOnAfter: record.sk };
      }
      if (waiting.length < pageSize) return {};
      after = waiting.at(-1)?.sk;
    }
    return { goOnAfter: after };
  };

const serveOrder = async (spine: Spine, orderId: string): Promise<Served> => {
  let racesLost = 0;
  for (let step = 0; step < maxStepsPerOrder && racesLost < maxAttempts; step += 1) {
    const order = await spine.orders.get(orderId);
    const policy = order && policyOfOrder(spine, order);
    const now = spine.now();
    const overdue = order?.promiseAt !== undefined && order.promiseAt <= now;
    if (order?.status !== 'captured' || !policy || overdue) return { kind: 'done' };
    const next = await nextStep(spine, order, policy, racesLost, now);
    if ('left' in next) return { kind: 'short', left: next.left };
    const outcome = await spine.commit(next, now);
    if (outcome === 'committed' && next.to.status !== 'captured') return { kind: 'done' };
    if (outcome !== 'committed') racesLost += 1;
  }
  throw new RetryableError(`Order ${orderId} was not served: it lost ${racesLost} races`);
};

/** The change that brings an order nearer to its keys, or how much is left where there is too little for it. */
const nextStep = async (
  spine: Spine,
  order: Order,
  policy: Policy,
  racesLost: number,
  now: Instant,
): Promise<OrderChange | { readonly left: number }> => {
  const missing = order.quantity - order.boundQuantity;
  const wanted = offersWanted(order);
  // A large order takes nothing before there is enough for all of it, so that it cannot empty a shop it does not buy;
  // one that buys whatever there is, now, need not ask.
  const takesWhatIsThere = order.allowPartial && order.whenOutOfStock === 'refuse';
  const available =
    missing > wanted && !takesWhatIsThere
      ? await spine.offers.countUpTo(order.productId, missing, 'all', now)
      : missing;
  const offers = available < missing ? [] : await spine.offers.find(order.productId, wanted, 'all', now, racesLost);
  if (offers.length >= wanted) return deliverKeys(order, policy, offers, now);
  return (
    settleShortage(order, policy, offers, now) ?? { left: Math.max(offers.length, available < missing ? available : 0) }
  );
};
