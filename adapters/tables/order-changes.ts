import { chunkReturned } from '../../core/escrow/refund-escrow.ts';
import { isChunked, type Order } from '../../core/orders/order.ts';
import type { OrderChange } from '../../core/orders/order-change.ts';
import type { Instant } from '../../core/shared/instant.ts';
import { assertNever } from '../../core/shared/result.ts';
import { mayOffer } from '../../core/stock/batch.ts';
import { isSellable, type Offer } from '../../core/stock/offer.ts';
import { type BatchesTable, checkBatchStatus } from './batches.ts';
import type { TableGateway, TransactionItem } from './gateway.ts';
import { bindKey, unbindKey } from './keys.ts';
import { moveWallet, putEntry } from './ledger.ts';
import { laneOf, putOffer, takeOffer } from './offers.ts';
import { type BoundKey, chunkKey, fromOrder, type OrdersTable, waitingKey } from './orders.ts';
import { putRefund, writePayment } from './payments.ts';

export type ChangeTables = {
  readonly orders: string;
  readonly stock: string;
  readonly keys: string;
  readonly ledger: string;
  readonly payments: string;
};

/**
 * Why a change was not written: the order, or the payment that captures it, has moved on; the wallet holds too little; the buyer would pass his limit;
 * some offers are gone; or keys on offer turned out to be sold (`staleOffers`, which must be withdrawn).
 */
export type ChangeOutcome =
  | { readonly outcome: 'committed' }
  | { readonly outcome: 'order-moved' | 'wallet-short' | 'limit-reached' | 'offers-gone' }
  | { readonly outcome: 'offers-stale'; readonly staleOffers: readonly Offer[] };

type Part = {
  readonly guards: 'order' | 'wallet' | 'limit' | 'booked' | 'offer' | 'key' | 'nothing';
  readonly item: TransactionItem;
  readonly offer?: Offer;
};

/** Writes a change of an order, with everything that belongs to it, in one transaction. */
export const commitOrderChange =
  (gateway: TableGateway, tables: ChangeTables) =>
  async (change: OrderChange, now: Instant): Promise<ChangeOutcome> => {
    const parts = partsOf(tables, change, now);
    const committed = await gateway.transact(parts.map(({ item }) => item));
    if (committed.committed) return { outcome: 'committed' };
    const failed = parts.filter((_, index) => committed.failed.has(index));
    const guards = new Set(failed.map(({ guards }) => guards));
    if (guards.has('order')) return { outcome: 'order-moved' };
    if (guards.has('booked'))
      throw new Error(
        `Order ${change.from.orderId} would be booked twice: ${change.entries.map((e) => e.entryId).join(', ')}`,
      );
    if (guards.has('wallet')) return { outcome: 'wallet-short' };
    if (guards.has('limit')) return { outcome: 'limit-reached' };
    if (guards.has('offer')) return { outcome: 'offers-gone' };
    return { outcome: 'offers-stale', staleOffers: failed.flatMap(({ offer }) => offer ?? []) };
  };

const partsOf = (tables: ChangeTables, change: OrderChange, now: Instant): readonly Part[] => [
  { guards: 'order', item: writeOrder(tables.orders, change.from, change.to) },
  ...(change.wallet
    ? [{ guards: 'wallet', item: moveWallet(tables.ledger, change.to.buyerId, change.wallet) } as const]
    : []),
  ...(change.bought ? [{ guards: 'limit', item: countBought(tables.orders, change.to, change.bought) } as const] : []),
  ...(change.payment ? [{ guards: 'order', item: writePayment(tables.payments, change.payment) } as const] : []),
  ...(change.refunds ?? []).map((refund) => ({ guards: 'booked', item: putRefund(tables.payments, refund) }) as const),
  ...change.entries.map((entry) => ({ guards: 'booked', item: putEntry(tables.ledger, entry) }) as const),
  ...(change.waiting
    ? [{ guards: 'nothing', item: moveWaiting(tables.orders, change.to, change.waiting) } as const]
    : []),
  ...(isChunked(change.to) && change.take.length > 0
    ? [{ guards: 'nothing', item: putChunk(tables.orders, change.to, change.take) } as const]
    : []),
  ...change.take.flatMap((offer) => [
    { guards: 'offer', item: takeOffer(tables.stock, offer), offer } as const,
    { guards: 'key', item: bindKey(tables.keys, offer.keyId, change.to.orderId, now), offer } as const,
  ]),
];

const writeOrder = (tableName: string, from: Order, to: Order): TransactionItem => ({
  Put: {
    TableName: tableName,
    Item: fromOrder(to),
    ConditionExpression: 'seq = :seq',
    ExpressionAttributeValues: { ':seq': from.seq },
  },
});

const countBought = (tableName: string, order: Order, bought: { delta: number; max: number }): TransactionItem => ({
  Update: {
    TableName: tableName,
    Key: { pk: `${order.productId}#BOUGHT`, sk: order.buyerId },
    UpdateExpression: 'ADD quantity :delta',
    ExpressionAttributeValues: {
      ':delta': bought.delta,
      ...(bought.delta > 0 && { ':most': bought.max - bought.delta }),
    },
    ...(bought.delta > 0 && {
      ConditionExpression: 'attribute_not_exists(quantity) OR quantity <= :most',
    }),
  },
});

const moveWaiting = (tableName: string, order: Order, move: 'join' | 'leave'): TransactionItem => {
  switch (move) {
    case 'join':
      return { Put: { TableName: tableName, Item: { ...waitingKey(order), orderId: order.orderId } } };
    case 'leave':
      return { Delete: { TableName: tableName, Key: waitingKey(order) } };
    default:
      return assertNever(move);
  }
};

const putChunk = (tableName: string, order: Order, take: readonly Offer[]): TransactionItem => ({
  Put: {
    TableName: tableName,
    Item: {
      ...chunkKey(order.orderId, order.chunks),
      keys: take.map(({ keyId, batchId, sellUntilDay }) => ({ keyId, batchId, sellUntilDay })),
    },
  },
});

/**
 * Puts the keys of the next chunk of a refunded order back on sale, save those whose batch is quarantined and those
 * that expired meanwhile. They were never readable. `undefined` where the order or a batch moved on: read it again.
 */
export const returnChunk =
  (gateway: TableGateway, tables: ChangeTables, orders: OrdersTable, batches: BatchesTable) =>
  async (order: Order, now: Instant): Promise<Order | undefined> => {
    const keys = await orders.chunk(order.orderId, order.chunksReturned + 1);
    const statuses = new Map<string, Awaited<ReturnType<BatchesTable['get']>>>();
    for (const batchId of new Set(keys.map((key) => key.batchId))) statuses.set(batchId, await batches.get(batchId));
    const offered = (key: BoundKey): boolean => {
      const batch = statuses.get(key.batchId);
      return batch !== undefined && mayOffer(batch) && isSellable(key, now);
    };
    const to = chunkReturned(order);
    const { committed } = await gateway.transact([
      writeOrder(tables.orders, order, to),
      ...[...statuses.values()].flatMap((batch) =>
        batch ? [checkBatchStatus(tables.stock, batch.batchId, batch.status)] : [],
      ),
      ...keys.map(({ keyId }) => unbindKey(tables.keys, keyId, order.orderId)),
      ...keys
        .filter(offered)
        .map((key) => putOffer(tables.stock, { ...key, productId: order.productId, lane: laneOf(key.keyId) })),
    ]);
    return committed ? to : undefined;
  };
