import type { OrdersTable } from '../../adapters/tables/orders.ts';
import type { orderRoutes } from '../../contract/api/orders.ts';
import type { Instant } from '../../core/shared/instant.ts';
import { accept } from '../../core/shared/result.ts';
import type { Handlers } from '../http/api.ts';
import { viewOrder, visibleTo } from './order-view.ts';

export const readOrder =
  (deps: { orders: OrdersTable; now: () => Instant }): Handlers<typeof orderRoutes>['readOrder'] =>
  async ({ caller, params }) => {
    const order = visibleTo(await deps.orders.get(params.orderId), caller);
    return order.ok ? accept(viewOrder(order.value, deps.now())) : order;
  };
