import { deliverKeys, deliverPart, offersWanted } from '../fulfilment/deliver-order.ts';
import { advance, type Order } from '../orders/order.ts';
import { noEffects, type OrderChange } from '../orders/order-change.ts';
import type { Policy } from '../policy/policy.ts';
import { addSeconds, earlier, type Instant } from '../shared/instant.ts';
import { assertNever } from '../shared/result.ts';
import type { Offer } from '../stock/offer.ts';
import { refundEscrow } from './refund-escrow.ts';
import { releaseEscrow } from './release-escrow.ts';

/** What an order needs at this moment. */
export type Duty =
  | { readonly kind: 'change'; readonly change: OrderChange }
  /** Look for stock once more; if there is none, look again at `recheck.dueAt`. */
  | { readonly kind: 'redeliver'; readonly recheck: OrderChange }
  /** Put the keys of a refunded order back on sale. */
  | { readonly kind: 'return-keys' }
  /** Nothing before `dueAt`. */
  | { readonly kind: 'wait'; readonly dueAt: Instant }
  | { readonly kind: 'settled' };

/**
 * The guarantee: what has to happen to an order now. It may be asked at any time and any number of times; it never
 * acts early, and an order that needs nothing stays as it is.
 *
 * @param offers what an order that allows partial delivery could still get at its promise
 */
export const keepPromise = (order: Order, policy: Policy | undefined, offers: readonly Offer[], now: Instant): Duty => {
  switch (order.status) {
    case 'placed':
    case 'cancelled':
    case 'released':
      return { kind: 'settled' };
    case 'captured':
      return dutyOfCaptured(order, pinned(order, policy), offers, now);
    case 'delivered':
      return due(order.releaseAt, now) ?? { kind: 'change', change: releaseEscrow(order, pinned(order, policy), now) };
    case 'refunded':
      return order.dueAt === undefined ? { kind: 'settled' } : { kind: 'return-keys' };
    default:
      return assertNever(order.status);
  }
};

const pinned = (order: Order, policy: Policy | undefined): Policy => {
  if (policy === undefined || policy.version !== order.policyVersion)
    throw new Error(`Order ${order.orderId} lives by the policy ${order.policyVersion}, not ${policy?.version}`);
  return policy;
};

const due = (at: Instant | undefined, now: Instant): Duty | undefined =>
  at !== undefined && at > now ? { kind: 'wait', dueAt: at } : undefined;

const dutyOfCaptured = (order: Order, policy: Policy, offers: readonly Offer[], now: Instant): Duty => {
  const { promiseAt = now, dueAt = now } = order;
  if (promiseAt <= now) {
    const reachable = order.boundQuantity + Math.min(offers.length, offersWanted(order));
    const change =
      order.allowPartial && reachable > 0 ? deliverAtPromise(order, policy, offers, now) : refundEscrow(order, now);
    return { kind: 'change', change };
  }
  if (dueAt > now) return { kind: 'wait', dueAt: promiseAt };
  const recheckAt = earlier(addSeconds(now, policy.redelivery.recheckEverySeconds), promiseAt);
  return {
    kind: 'redeliver',
    recheck: { ...noEffects, from: order, to: advance(order, { status: 'captured', dueAt: recheckAt }) },
  };
};

/** At its promise an order that allows it takes what is there: whole chunks while they last, and then its end. */
const deliverAtPromise = (order: Order, policy: Policy, offers: readonly Offer[], now: Instant): OrderChange =>
  offers.length >= offersWanted(order)
    ? deliverKeys(order, policy, offers, now)
    : deliverPart(order, policy, offers, now);

/**
 * What becomes of an order for which stock ran out while it was being delivered: one that waits, waits; one that
 * refuses to wait takes its part, the last `offers` included, or its money now.
 */
export const settleShortage = (
  order: Order,
  policy: Policy,
  offers: readonly Offer[],
  now: Instant,
): OrderChange | undefined => {
  if (order.status !== 'captured' || order.whenOutOfStock === 'wait') return undefined;
  const takesPart = order.allowPartial && order.boundQuantity + offers.length > 0;
  return takesPart ? deliverPart(order, policy, offers, now) : refundEscrow(order, now);
};
