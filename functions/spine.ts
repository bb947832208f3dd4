import type { Surroundings } from '../adapters/clock.ts';
import { BatchesTable } from '../adapters/tables/batches.ts';
import type { TableGateway } from '../adapters/tables/gateway.ts';
import { OffersTable } from '../adapters/tables/offers.ts';
import {
  type ChangeOutcome,
  type ChangeTables,
  commitOrderChange,
  returnChunk,
} from '../adapters/tables/order-changes.ts';
import { OrdersTable } from '../adapters/tables/orders.ts';
import { PaymentsTable } from '../adapters/tables/payments.ts';
import type { Selling } from '../contract/selling.ts';
import type { Order } from '../core/orders/order.ts';
import type { OrderChange } from '../core/orders/order-change.ts';
import type { Policy } from '../core/policy/policy.ts';
import type { Instant } from '../core/shared/instant.ts';

/** What every function that moves an order on works with. */
export type Spine = {
  readonly orders: OrdersTable;
  readonly offers: OffersTable;
  readonly batches: BatchesTable;
  readonly payments: PaymentsTable;
  /** Writes a change; offers whose key turned out to be sold are withdrawn on the way. */
  readonly commit: (change: OrderChange, now: Instant) => Promise<Exclude<ChangeOutcome['outcome'], 'offers-stale'>>;
  readonly returnChunk: (order: Order, now: Instant) => Promise<Order | undefined>;
  readonly policyOf: (version: string) => Policy;
  readonly selling: Selling;
  readonly now: () => Instant;
};

/**
 * Attempts to move one order on before the caller's own retry takes over. Each attempt is lost to another that
 * succeeded, so what is bounded here is bad luck, not waiting.
 */
export const maxAttempts = 25;

export const buildSpine = (
  gateway: TableGateway,
  tables: ChangeTables,
  policyOf: (version: string) => Policy,
  surroundings: Surroundings,
  selling: Selling = 'open',
): Spine => {
  const orders = new OrdersTable(gateway, tables.orders);
  const offers = new OffersTable(gateway, tables.stock, surroundings, selling);
  const batches = new BatchesTable(gateway, tables.stock);
  const write = commitOrderChange(gateway, tables);
  return {
    orders,
    offers,
    batches,
    payments: new PaymentsTable(gateway, tables),
    policyOf,
    selling,
    now: surroundings.now,
    returnChunk: returnChunk(gateway, tables, orders, batches),
    commit: async (change, now) => {
      const result = await write(change, now);
      if (result.outcome !== 'offers-stale') return result.outcome;
      await offers.withdraw(result.staleOffers);
      return 'offers-gone';
    },
  };
};

/** The policy an order was captured under; none before. */
export const policyOfOrder = (spine: Pick<Spine, 'policyOf'>, order: Order): Policy | undefined =>
  order.policyVersion === undefined ? undefined : spine.policyOf(order.policyVersion);
