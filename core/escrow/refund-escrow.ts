import { accounts, makeEntry } from '../ledger/entry.ts';
import { advance, type Order } from '../orders/order.ts';
import type { OrderChange } from '../orders/order-change.ts';
import { commitRefund, orderRefundNumber } from '../payments/refund.ts';
import type { Instant } from '../shared/instant.ts';

/** Escrow → whence it came: the wallet at once, or a refund committed to the channel. */
const refundTo = (
  order: Order,
  amountMinor: number,
  now: Instant,
): Pick<OrderChange, 'entries' | 'wallet' | 'refunds'> => {
  const { payment, orderId, buyerId } = order;
  const wallet = accounts.wallet(buyerId);
  const entry = makeEntry({
    entryId: `order/${orderId}/refund`,
    kind: 'refund',
    postedAt: now,
    ...(!payment && { statementAccount: wallet }),
    legs: [
      { account: accounts.escrow(orderId), amountMinor: -amountMinor },
      { account: payment ? accounts.refunds(payment.paymentId) : wallet, amountMinor },
    ],
  });
  if (!payment) return { entries: [entry], wallet: { deltaMinor: amountMinor, atLeastMinor: 0 } };
  const refund = commitRefund({ ...payment, orderId, buyerId, reason: 'order', amountMinor }, orderRefundNumber, now);
  return { entries: [entry], refunds: [refund] };
};

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
  ...refundTo(order, order.amountMinor, now),
  waiting: 'leave',
  ...lessBought(order, order.quantity),
});

/** Adds to a delivery the refund of what it does not hold. */
export const refundRest = (delivery: OrderChange, now: Instant): OrderChange => {
  const missing = delivery.to.quantity - delivery.to.boundQuantity;
  const amountMinor = missing * delivery.to.unitPriceMinor;
  const refund = refundTo(delivery.to, amountMinor, now);
  return {
    ...delivery,
    ...refund,
    to: { ...delivery.to, refundedAt: now, refundedMinor: amountMinor },
    entries: [...delivery.entries, ...refund.entries],
    ...lessBought(delivery.to, missing),
  };
};

/** One more chunk of a refunded order went back on sale; after the last one nothing remains to be done. */
export const chunkReturned = (order: Order): Order => {
  const chunksReturned = order.chunksReturned + 1;
  const dueAt = chunksReturned < order.chunks ? order.dueAt : undefined;
  return advance(order, { status: 'refunded', chunksReturned, dueAt });
};
