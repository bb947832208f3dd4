import type { orderTokenRoutes } from '../../contract/api/order-tokens.ts';
import { accept } from '../../core/shared/result.ts';
import type { Handlers } from '../http/api.ts';
import { visibleTo } from '../orders/order-view.ts';
import type { OrderTokenDeps } from './deps.ts';
import { viewOrderToken } from './issued-order-token.ts';

/** The tokens of an order; the response schema leaves the hashes behind. */
export const listOrderTokens =
  ({
    orders,
    orderTokens,
  }: Pick<OrderTokenDeps, 'orders' | 'orderTokens'>): Handlers<typeof orderTokenRoutes>['listOrderTokens'] =>
  async ({ caller, params, query }) => {
    const order = visibleTo(await orders.get(params.orderId), caller);
    if (!order.ok) return order;
    const page = await orderTokens.list(order.value, query);
    return page.ok ? accept({ ...page.value, items: page.value.items.map(viewOrderToken) }) : page;
  };
