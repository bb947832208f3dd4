import { accounts, makeEntry } from '../ledger/entry.ts';
import { advance, type Order } from '../orders/order.ts';
import type { OrderChange } from '../orders/order-change.ts';
import { commissionBasisPoints, type Policy } from '../policy/policy.ts';
import type { Instant } from '../shared/instant.ts';
import { takeShare } from '../shared/money.ts';
import { accept, type Result, refuse } from '../shared/result.ts';

/** Escrow → merchant, less the commission of the order's policy. What was refunded before has left escrow already. */
export const releaseEscrow = (order: Order, policy: Policy, now: Instant, confirmedAt?: Instant): OrderChange => {
  const heldMinor = order.amountMinor - order.refundedMinor;
  const { shareMinor, restMinor } = takeShare(heldMinor, commissionBasisPoints(policy, order));
  return {
    from: order,
    to: advance(order, { status: 'released', releasedAt: now, confirmedAt, dueAt: undefined }),
    take: [],
    entries: [
      makeEntry({
        entryId: `order/${order.orderId}/release`,
        kind: 'release',
        postedAt: now,
        legs: [
          { account: accounts.escrow(order.orderId), amountMinor: -heldMinor },
          { account: accounts.payable(order.merchantId), amountMinor: restMinor },
          { account: accounts.commission, amountMinor: shareMinor },
        ],
      }),
    ],
  };
};

/** The buyer says all is well: the hold ends now. `undefined` where it has ended already. */
export const confirmOrder = (
  order: Order,
  policyOf: (version: string) => Policy,
  now: Instant,
): Result<OrderChange | undefined> => {
  if (order.status === 'released') return accept(undefined);
  if (order.status !== 'delivered' || order.policyVersion === undefined)
    return refuse('order-state-unfit', `Only a delivered order can be confirmed; this one is ${order.status}.`);
  return accept(releaseEscrow(order, policyOf(order.policyVersion), now, now));
};
