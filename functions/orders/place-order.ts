import { deriveId, hashRequest } from '../../adapters/ids.ts';
import type { CatalogTable } from '../../adapters/tables/catalog.ts';
import type { OrdersTable } from '../../adapters/tables/orders.ts';
import type { orderRoutes } from '../../contract/api/orders.ts';
import { placeOrder as decide } from '../../core/orders/place-order.ts';
import type { Policy } from '../../core/policy/policy.ts';
import type { Instant } from '../../core/shared/instant.ts';
import { accept, refuse } from '../../core/shared/result.ts';
import type { Handlers } from '../http/api.ts';
import { viewOrder } from './order-view.ts';

/** The id is derived from buyer and Idempotency-Key, so the order is its own idempotency record. */
export const placeOrder =
  (deps: {
    catalog: Pick<CatalogTable, 'getProduct'>;
    orders: OrdersTable;
    policy: Policy;
    now: () => Instant;
  }): Handlers<typeof orderRoutes>['placeOrder'] =>
  async ({ caller, idempotencyKey, body }) => {
    const now = deps.now();
    const orderId = deriveId('ord', caller.accountId, idempotencyKey);
    const requestHash = hashRequest(body);
    const product = await deps.catalog.getProduct(body.productId);
    const decided = decide({
      orderId,
      requestHash,
      buyerId: caller.accountId,
      request: body,
      product,
      policy: deps.policy,
      now,
    });
    // A product may have left the sale since the first arrival of this very request: the order it made still answers.
    if (!decided.ok) {
      const standing = await deps.orders.get(orderId);
      return standing?.requestHash === requestHash ? accept(viewOrder(standing, now)) : decided;
    }
    const outcome = await deps.orders.place(decided.value);
    if (outcome.placed) return accept(viewOrder(decided.value, now));
    return outcome.standing.requestHash === requestHash
      ? accept(viewOrder(outcome.standing, now))
      : refuse('idempotency-key-reused', 'This Idempotency-Key placed another order; use a fresh one for each order.');
  };
