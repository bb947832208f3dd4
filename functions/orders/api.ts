import { realSurroundings } from '../../adapters/clock.ts';
import { required, sellingState, tableNameOf } from '../../adapters/environment.ts';
import { catalogTable } from '../../adapters/tables/catalog.ts';
import { orderRoutes } from '../../contract/api/orders.ts';
import { environmentVariables } from '../../contract/environment.ts';
import { policyOf } from '../../policy/index.ts';
import { connectSpine } from '../connect.ts';
import { createApi } from '../http/api.ts';
import { cancelOrder } from './cancel-order.ts';
import { confirmOrder } from './confirm-order.ts';
import { listOrders } from './list-orders.ts';
import { placeOrder } from './place-order.ts';
import { readOrder } from './read-order.ts';

// Cancelling and confirming touch neither stock nor refunds.
const { gateway, spine } = connectSpine(['orders', 'ledger']);

export const handler = createApi(orderRoutes, {
  placeOrder: placeOrder({
    catalog: catalogTable(gateway, tableNameOf('catalog')),
    orders: spine.orders,
    policy: policyOf(required(environmentVariables.policyVersion)),
    selling: sellingState(),
    now: realSurroundings.now,
  }),
  listOrders: listOrders(spine),
  readOrder: readOrder(spine),
  cancelOrder: cancelOrder(spine),
  confirmOrder: confirmOrder(spine),
});
