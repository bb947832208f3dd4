import * as z from 'zod/mini';
import type { Order } from '../../core/orders/order.ts';
import { channels } from '../../core/payments/channel.ts';
import { merchantLabels } from '../../core/policy/policy.ts';
import type { Instant } from '../../core/shared/instant.ts';
import { shardOf } from '../ids.ts';
import { dueShardName, dueShardOf } from './due.ts';
import type { Item, TableGateway } from './gateway.ts';

/** The orders of one merchant are listed from this many partitions, so that a large one does not heat a single key. */
const merchantShards = 4;
/** Pages of due records that one look at a shard reads. */
const maxDuePages = 20;

const orderSk = 'ORDER';
export const orderKey = (orderId: string) => ({ pk: orderId, sk: orderSk });

const instant = z.string();
const orderItem = z.object({
  pk: z.string(),
  rank: z.string(),
  seq: z.int(),
  status: z.enum(['placed', 'cancelled', 'captured', 'delivered', 'released', 'refunded']),
  requestHash: z.string(),
  buyerId: z.string(),
  merchantId: z.string(),
  merchantName: z.string(),
  merchantLabel: z.enum(merchantLabels),
  productId: z.string(),
  productVersion: z.int(),
  category: z.string(),
  kind: z.literal('card_key'),
  quantity: z.int(),
  unitPriceMinor: z.int(),
  amountMinor: z.int(),
  maxPerBuyer: z.optional(z.int()),
  whenOutOfStock: z.enum(['refuse', 'wait']),
  // Orders of before there were channels say nothing of late money.
  whenPaidLate: z._default(z.enum(['refund', 'deliver']), 'refund'),
  allowPartial: z.boolean(),
  expiresAt: instant,
  cancelledAt: z.optional(instant),
  policyVersion: z.optional(z.string()),
  capturedAt: z.optional(instant),
  paidAt: z.optional(instant),
  payment: z.optional(z.object({ paymentId: z.string(), channel: z.enum(channels), paidMinor: z.int() })),
  promiseAt: z.optional(instant),
  deliveredAt: z.optional(instant),
  releaseAt: z.optional(instant),
  confirmedAt: z.optional(instant),
  releasedAt: z.optional(instant),
  refundedAt: z.optional(instant),
  refundedMinor: z.int(),
  dueAt: z.optional(instant),
  boundQuantity: z.int(),
  keyIds: z.optional(z.array(z.string())),
  chunks: z.int(),
  chunksReturned: z.int(),
  firstRevealedAt: z.optional(instant),
  firstRevealedBy: z.optional(z.string()),
});

/** `rank` orders a list by time: the moment of placing and the id. */
const rankOf = (order: Pick<Order, 'createdAt' | 'orderId'>): string => `${order.createdAt}#${order.orderId}`;

export const toOrder = (item: Item): Order => {
  const { pk, rank, ...rest } = orderItem.parse(item);
  return { ...rest, orderId: pk, createdAt: rank.slice(0, rank.indexOf('#')) };
};

/** Whether an item of the orders table is an order, as against what belongs to one. */
export const isOrderItem = (item: Item): boolean => item['sk'] === orderSk;

export const fromOrder = (order: Order): Item => {
  const { orderId, createdAt: _, ...rest } = order;
  return {
    ...rest,
    ...orderKey(orderId),
    rank: rankOf(order),
    merchantShard: `${order.merchantId}#${shardOf(orderId, merchantShards)}`,
    dueShard: dueShardOf(orderId, order.dueAt),
  };
};

const chunkItem = z.object({
  keys: z.array(z.object({ keyId: z.string(), batchId: z.string(), sellUntilDay: z.string() })),
});
/** Chunk number `chunk` (from 1) of a large order. */
export const chunkKey = (orderId: string, chunk: number) => ({
  pk: orderId,
  sk: `CHUNK#${String(chunk).padStart(4, '0')}`,
});
/** The bound keys that a chunk record lists. */
export const toBoundKeys = (item: Item | undefined): readonly BoundKey[] =>
  item === undefined ? [] : chunkItem.parse(item).keys;
export type BoundKey = z.output<typeof chunkItem>['keys'][number];

const readingPrefix = 'READING#';
const readingItem = z.object({ sk: z.string(), apiKeyId: z.string(), offset: z.int() });
/** When and by which API key or order token keys of an order were read, from which position on. */
export type Reading = { readonly at: Instant; readonly apiKeyId: string; readonly offset: number };
const toReading = (item: Item): Reading => {
  const { sk, ...reading } = readingItem.parse(item);
  return { at: sk.split('#')[1] ?? '', ...reading };
};

const waitingSuffix = '#WAITING';
const waitingPartition = (productId: string): string => `${productId}${waitingSuffix}`;
export const waitingKey = (order: Pick<Order, 'productId' | 'capturedAt' | 'orderId'>) => ({
  pk: waitingPartition(order.productId),
  sk: `${order.capturedAt}#${order.orderId}`,
});
/** Whether an item of the orders table says that an order waits for stock of a product. */
export const isWaitingItem = (item: Item): boolean => String(item['pk']).endsWith(waitingSuffix);

/** The orders table without the changes that reach into other tables: those are `commitOrderChange`'s. */
export class OrdersTable {
  readonly #gateway: TableGateway;
  readonly #tableName: string;

  constructor(gateway: TableGateway, tableName: string) {
    this.#gateway = gateway;
    this.#tableName = tableName;
  }

  async get(orderId: string): Promise<Order | undefined> {
    const item = await this.#gateway.get({ TableName: this.#tableName, Key: orderKey(orderId) });
    return item && toOrder(item);
  }

  /** Writes a new order, or answers with the one that stands under its id already. */
  async place(order: Order): Promise<{ readonly placed: true } | { readonly placed: false; readonly standing: Order }> {
    const outcome = await this.#gateway.put({
      TableName: this.#tableName,
      Item: fromOrder(order),
      ConditionExpression: 'attribute_not_exists(pk)',
    });
    if (outcome.written) return { placed: true };
    if (!outcome.found) throw new Error(`Order ${order.orderId} exists but could not be read`);
    return { placed: false, standing: toOrder(outcome.found) };
  }

  /** The bound keys of one chunk of a large order; empty if there is no such chunk. */
  async chunk(orderId: string, chunk: number): Promise<readonly BoundKey[]> {
    const item = await this.#gateway.get({ TableName: this.#tableName, Key: chunkKey(orderId, chunk) });
    return toBoundKeys(item);
  }

  /**
   * Records the first reading of a delivered order and answers with the order as it stands then; `undefined` where
   * there is no such order of this buyer, it is not delivered, it has no key at `offset`, or it was read before (`get`
   * tells which).
   */
  async recordFirstReveal(
    orderId: string,
    buyerId: string,
    apiKeyId: string,
    offset: number,
    now: Instant,
  ): Promise<Order | undefined> {
    const outcome = await this.#gateway.update({
      TableName: this.#tableName,
      Key: orderKey(orderId),
      UpdateExpression: 'SET firstRevealedAt = :now, firstRevealedBy = :reader, seq = seq + :one',
      ConditionExpression:
        'buyerId = :buyer AND #status IN (:delivered, :released) AND boundQuantity > :offset AND attribute_not_exists(firstRevealedAt)',
      ExpressionAttributeNames: { '#status': 'status' },
      ExpressionAttributeValues: {
        ':now': now,
        ':reader': apiKeyId,
        ':offset': offset,
        ':buyer': buyerId,
        ':delivered': 'delivered',
        ':released': 'released',
        ':one': 1,
      },
    });
    return outcome.written && outcome.item ? toOrder(outcome.item) : undefined;
  }

  /** Records a further reading, under an id of its own. */
  async recordReading(reading: {
    orderId: string;
    readingId: string;
    apiKeyId: string;
    offset: number;
    at: Instant;
  }): Promise<void> {
    await this.#gateway.put({
      TableName: this.#tableName,
      Item: {
        pk: reading.orderId,
        sk: `${readingPrefix}${reading.at}#${reading.readingId}`,
        apiKeyId: reading.apiKeyId,
        offset: reading.offset,
      },
    });
  }

  /** The readings of an order after its first, which stands on the order itself; earliest first. */
  async readings(orderId: string): Promise<readonly Reading[]> {
    const readings: Reading[] = [];
    const items = this.#gateway.queryAll({
      TableName: this.#tableName,
      KeyConditionExpression: 'pk = :order AND begins_with(sk, :readings)',
      ExpressionAttributeValues: { ':order': orderId, ':readings': readingPrefix },
    });
    for await (const item of items) readings.push(toReading(item));
    return readings;
  }

  /** Ids of the orders that wait for stock of a product, first captured first. Strongly consistent. */
  async waiting(productId: string, limit: number, after?: string): Promise<readonly { orderId: string; sk: string }[]> {
    const { items } = await this.#gateway.query({
      TableName: this.#tableName,
      ConsistentRead: true,
      KeyConditionExpression: 'pk = :pk AND sk > :after',
      ExpressionAttributeValues: { ':pk': waitingPartition(productId), ':after': after ?? '0' },
      Limit: limit,
    });
    return items.map((item) => z.object({ orderId: z.string(), sk: z.string() }).parse(item));
  }

  /** Ids of orders of one due shard that are past due, earliest first. From an index, so an order may lag or linger. */
  async due(shard: number, until: Instant, limit: number): Promise<readonly string[]> {
    const orderIds: string[] = [];
    const input = {
      TableName: this.#tableName,
      IndexName: 'due',
      KeyConditionExpression: 'dueShard = :shard AND dueAt <= :until',
      ExpressionAttributeValues: { ':shard': dueShardName(shard), ':until': until },
      Limit: limit,
    };
    let start: Item | undefined;
    for (let page = 0; page < maxDuePages && orderIds.length < limit; page += 1) {
      const { items, lastKey } = await this.#gateway.query({ ...input, ...(start && { ExclusiveStartKey: start }) });
      orderIds.push(...items.map((item) => z.object({ pk: z.string() }).parse(item).pk));
      if (lastKey === undefined) break;
      start = lastKey;
    }
    return orderIds.slice(0, limit);
  }

  /** Orders of a buyer or a merchant, newest first, older than `before` (a rank). `nextBefore` continues the list. */
  async list(
    whose: { readonly buyerId: string } | { readonly merchantId: string },
    limit: number,
    before: string | undefined,
  ): Promise<{ orders: readonly Order[]; nextBefore: string | undefined }> {
    const partitions =
      'buyerId' in whose
        ? [{ IndexName: 'by-buyer', partitionKey: 'buyerId', partition: whose.buyerId }]
        : Array.from({ length: merchantShards }, (_, shard) => ({
            IndexName: 'by-merchant',
            partitionKey: 'merchantShard',
            partition: `${whose.merchantId}#${shard}`,
          }));
    const pages = await Promise.all(
      partitions.map(({ IndexName, partitionKey, partition }) =>
        this.#gateway.query({
          TableName: this.#tableName,
          IndexName,
          KeyConditionExpression: `${partitionKey} = :partition AND #rank < :before`,
          ExpressionAttributeNames: { '#rank': 'rank' },
          ExpressionAttributeValues: { ':partition': partition, ':before': before ?? '9' },
          ScanIndexForward: false,
          Limit: limit + 1,
        }),
      ),
    );
    const listed = pages
      .flatMap(({ items }) => items.map((item) => z.object({ pk: z.string(), rank: z.string() }).parse(item)))
      .sort((a, b) => (a.rank < b.rank ? 1 : -1));
    const shown = listed.slice(0, limit);
    const orders = await this.#getMany(shown.map(({ pk }) => pk));
    return { orders, nextBefore: listed.length > limit ? shown.at(-1)?.rank : undefined };
  }

  async #getMany(orderIds: readonly string[]): Promise<readonly Order[]> {
    const found: Item[] = [];
    for (let from = 0; from < orderIds.length; from += 100)
      found.push(...(await this.#gateway.batchGet(this.#tableName, orderIds.slice(from, from + 100).map(orderKey))));
    const byId = new Map(found.map((item) => toOrder(item)).map((order) => [order.orderId, order]));
    return orderIds.flatMap((orderId) => byId.get(orderId) ?? []);
  }

  /** Takes a record out of the waiting line whose order no longer waits. */
  async dropWaiting(productId: string, sk: string): Promise<void> {
    await this.#gateway.delete({ TableName: this.#tableName, Key: { pk: waitingPartition(productId), sk } });
  }
}
