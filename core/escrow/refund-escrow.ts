import { accounts, type Entry, makeEntry } from '../ledger/entry.ts';
import { advance, type Order } from '../orders/order.ts';
import type { OrderChange } from '../orders/order-change.ts';
import type { Instant } from '../shared/instant.ts';

/** Escrow → the wallet it was paid from. */
const refundEntry = (order: Order, amountMinor: number, now: Instant): Entry =>
  makeEntry({
    entryId: `order/${order.orderId}/refund`,
    kind: 'refund',
    postedAt: now,
    statementAccount: accounts.wallet(order.buyerId),
    legs: [
      { account: accounts.escrow(order.orderId), amountMinor: -amountMinor },
      { account: accounts.wallet(order.buyerId), amountMinor },
    ],
  });

const lessBought = (order: Order, quantity: number): Pick<OrderChange, 'bought'> =>
  order.maxPerBuyer === undefined ? {} : { bought: { delta: -quantity, max: order.maxPerBuyer } };

/** Refunds all of an order that was not delivered. Keys bound to it stay unread and go back on sale afterwards. */
export const refundEscrow = (order: Order, now: Instant): OrderChange => ({
  from: order,
  to: advance(order, {
    status: 'refunded',
    refundedAt: now,
    refundedMinor: order.amountMinor,
    dueAt: order.boundQuantity > 0 ? now : undefined,
  }),
  take: [],
  entries: [refundEntry(order, order.amountMinor, now)],
  wallet: { deltaMinor: order.amountMinor, atLeastMinor: 0 },
  waiting: 'leave',
  ...lessBought(order, order.quantity),
});

/** Adds to a delivery the refund of what it does not hold. */
export const refundRest = (delivery: OrderChange, now: Instant): OrderChange => {
  const missing = delivery.to.quantity - delivery.to.boundQuantity;
  const amountMinor = missing * delivery.to.unitPriceMinor;
  return {
    ...delivery,
    to: { ...delivery.to, refundedAt: now, refundedMinor: amountMinor },
    entries: [...delivery.entries, refundEntry(delivery.to, amountMinor, now)],
    wallet: { deltaMinor: amountMinor, atLeastMinor: 0 },
    ...lessBought(delivery.to, missing),
  };
};

/** One more chunk of a refunded order went back on sale; after the last one nothing remains to be done. */
export const chunkReturned = (order: Order): Order => {
  const chunksReturned = order.chunksReturned + 1;
  const dueAt = chunksReturned < order.chunks ? order.dueAt : undefined;
  return advance(order, { status: 'refunded', chunksReturned, dueAt });
};
