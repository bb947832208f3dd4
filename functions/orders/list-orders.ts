import { decodeRank, encodeRank } from '../../adapters/cursor.ts';
import type { OrdersTable } from '../../adapters/tables/orders.ts';
import type { orderRoutes } from '../../contract/api/orders.ts';
import type { Instant } from '../../core/shared/instant.ts';
import { accept } from '../../core/shared/result.ts';
import type { Handlers } from '../http/api.ts';
import { viewOrder } from './order-view.ts';

/** Own orders, newest first. */
export const listOrders =
  (deps: { orders: OrdersTable; now: () => Instant }): Handlers<typeof orderRoutes>['listOrders'] =>
  async ({ caller, query }) => {
    const scope = { operation: 'listOrders', accountId: caller.accountId };
    const before = decodeRank(scope, query.cursor);
    if (!before.ok) return before;
    const whose = caller.role === 'merchant' ? { merchantId: caller.accountId } : { buyerId: caller.accountId };
    const { orders, nextBefore } = await deps.orders.list(whose, query.limit, before.value);
    const now = deps.now();
    return accept({ items: orders.map((order) => viewOrder(order, now)), ...encodeRank(scope, nextBefore) });
  };
