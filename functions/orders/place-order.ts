import { deriveId, hashRequest } from '../../adapters/ids.ts';
import type { CatalogTable } from '../../adapters/tables/catalog.ts';
import type { OrdersTable } from '../../adapters/tables/orders.ts';
import type { orderRoutes } from '../../contract/api/orders.ts';
import type { Selling } from '../../contract/selling.ts';
import type { Order } from '../../core/orders/order.ts';
import { placeOrder as decide } from '../../core/orders/place-order.ts';
import type { Policy } from '../../core/policy/policy.ts';
import type { Instant } from '../../core/shared/instant.ts';
import { accept, refuse } from '../../core/shared/result.ts';
import type { Handlers } from '../http/api.ts';
import { sellingClosed } from '../http/selling-closed.ts';
import { viewOrder } from './order-view.ts';

/** The id is derived from buyer and Idempotency-Key, so the order is its own idempotency record. */
export const placeOrder =
  (deps: {
    catalog: Pick<CatalogTable, 'getProduct'>;
    orders: OrdersTable;
    policy: Policy;
    selling: Selling;
    now: () => Instant;
  }): Handlers<typeof orderRoutes>['placeOrder'] =>
  async ({ caller, idempotencyKey, body }) => {
    const now = deps.now();
    const orderId = deriveId('ord', caller.accountId, idempotencyKey);
    const requestHash = hashRequest(body);
    const product = await deps.catalog.getProduct(body.productId);
    const decided =
      deps.selling === 'closed'
        ? sellingClosed()
        : decide({
            orderId,
            requestHash,
            buyerId: caller.accountId,
            request: body,
            product,
            policy: deps.policy,
            now,
          });
    const standing = decided.ok ? await placeOrFind(deps.orders, decided.value) : await deps.orders.get(orderId);
    // A product may have left the sale since the first arrival of this very request: the order it made still answers.
    if (!standing) return decided.ok ? accept(viewOrder(decided.value, now)) : decided;
    return standing.requestHash === requestHash
      ? accept(viewOrder(standing, now))
      : refuse('idempotency-key-reused', 'This Idempotency-Key placed another order; use a fresh one for each order.');
  };

/** The order that stands under the id already; `undefined` where this one was placed. */
const placeOrFind = async (orders: OrdersTable, order: Order): Promise<Order | undefined> => {
  const outcome = await orders.place(order);
  return outcome.placed ? undefined : outcome.standing;
};
