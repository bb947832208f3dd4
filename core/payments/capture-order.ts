import { deliverKeys, deliverPart } from '../fulfilment/deliver-order.ts';
import { accounts, makeEntry } from '../ledger/entry.ts';
import { advance, hasExpired, isChunked, type Order, type OrderPayment } from '../orders/order.ts';
import type { OrderChange } from '../orders/order-change.ts';
import { type Policy, promiseSeconds } from '../policy/policy.ts';
import { addSeconds, earlier, type Instant } from '../shared/instant.ts';
import { accept, type Result, refuse } from '../shared/result.ts';
import type { Offer } from '../stock/offer.ts';

/** What of the product may be sold at this moment: the offers in hand, and how many there are at least. */
export type Supply = { readonly offers: readonly Offer[]; readonly count: number };

/**
 * Decides the payment of an order from its buyer's wallet: the money and, where they fit into one transaction, the
 * keys change hands together. `undefined` where it was captured before.
 * Refuses, in this order: `order-state-unfit`, `order-expired`, `out-of-stock` (nothing is taken then).
 */
export const captureFromWallet = (
  order: Order,
  policy: Policy,
  supply: Supply,
  now: Instant,
): Result<OrderChange | undefined> => {
  if (order.capturedAt !== undefined) return accept(undefined);
  if (order.status !== 'placed')
    return refuse('order-state-unfit', `Only an unpaid order can be paid; this one is ${order.status}.`);
  if (hasExpired(order, now))
    return refuse('order-expired', `This order expired at ${order.expiresAt}; place it again.`);
  const suffices = supply.count >= order.quantity;
  const partSuffices = order.allowPartial && supply.count > 0;
  if (!suffices && !partSuffices && order.whenOutOfStock === 'refuse')
    return refuse('out-of-stock', `Fewer than ${order.quantity} are in stock. Nothing was charged.`, 'quantity');

  const captured = capture(order, policy, now);
  if (isChunked(order)) return accept({ ...captured, waiting: 'join' });
  if (suffices) return accept(joinChanges(captured, deliverKeys(captured.to, policy, supply.offers, now)));
  if (order.whenOutOfStock === 'refuse')
    return accept(joinChanges(captured, deliverPart(captured.to, policy, supply.offers, now)));
  return accept({ ...captured, waiting: 'join' });
};

/** How an order is paid through a channel, and since when its promise runs. */
export type Funding = { readonly payment: OrderPayment; readonly paidAt: Instant };

/** Money → escrow, from the buyer's wallet or, with `funding`, from a channel. */
export const capture = (order: Order, policy: Policy, now: Instant, funding?: Funding): OrderChange => {
  const paidAt = funding?.paidAt ?? now;
  const promiseAt = addSeconds(paidAt, promiseSeconds(policy, order));
  const recheckAt = addSeconds(now, policy.redelivery.recheckEverySeconds);
  const wallet = accounts.wallet(order.buyerId);
  return {
    from: order,
    to: advance(order, {
      status: 'captured',
      policyVersion: policy.version,
      capturedAt: now,
      paidAt,
      payment: funding?.payment,
      promiseAt,
      dueAt: earlier(recheckAt, promiseAt),
    }),
    take: [],
    ...(order.maxPerBuyer !== undefined && { bought: { delta: order.quantity, max: order.maxPerBuyer } }),
    ...(!funding && { wallet: { deltaMinor: -order.amountMinor, atLeastMinor: order.amountMinor } }),
    entries: [
      makeEntry({
        entryId: `order/${order.orderId}/capture`,
        kind: 'capture',
        postedAt: now,
        ...(!funding && { statementAccount: wallet }),
        legs: [
          {
            account: funding ? accounts.channel(funding.payment.channel) : wallet,
            amountMinor: -order.amountMinor,
          },
          { account: accounts.escrow(order.orderId), amountMinor: order.amountMinor },
        ],
      }),
    ],
  };
};

/** Two steps of one order as one: what neither shows in between never stood in a table. */
export const joinChanges = (first: OrderChange, second: OrderChange): OrderChange => {
  const { waiting: _, ...rest } = second;
  const wallet = first.wallet && {
    deltaMinor: first.wallet.deltaMinor + (second.wallet?.deltaMinor ?? 0),
    atLeastMinor: first.wallet.atLeastMinor,
  };
  const bought = first.bought && {
    delta: first.bought.delta + (second.bought?.delta ?? 0),
    max: first.bought.max,
  };
  return {
    ...rest,
    from: first.from,
    to: { ...second.to, seq: first.from.seq + 1 },
    entries: [...first.entries, ...second.entries],
    ...(wallet && { wallet }),
    ...(bought && { bought }),
  };
};
