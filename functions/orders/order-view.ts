import type * as z from 'zod/mini';
import type { orderSchema } from '../../contract/api/orders.ts';
import { hasExpired, type Order } from '../../core/orders/order.ts';
import type { Instant } from '../../core/shared/instant.ts';
import { currency } from '../../core/shared/money.ts';
import { accept, type Result, refuse } from '../../core/shared/result.ts';
import type { Caller } from '../http/request.ts';

/** An order as the API shows it; the route's schema leaves out what is not for callers. */
export const viewOrder = (order: Order, now: Instant): z.input<typeof orderSchema> => ({
  ...order,
  status: hasExpired(order, now) ? 'expired' : order.status,
  currency,
  seller: { merchantId: order.merchantId, name: order.merchantName, label: order.merchantLabel },
  deliveredQuantity: order.deliveredAt === undefined ? 0 : order.boundQuantity,
});

/** Buyers and merchants see their own orders; a foreign one looks like one that does not exist. */
export const visibleTo = (order: Order | undefined, caller: Caller): Result<Order> => {
  const foreign =
    (caller.role === 'buyer' && order?.buyerId !== caller.accountId) ||
    (caller.role === 'merchant' && order?.merchantId !== caller.accountId);
  return order === undefined || foreign
    ? refuse('not-found', 'You have no such order.', 'path.orderId')
    : accept(order);
};
