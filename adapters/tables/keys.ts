import * as z from 'zod/mini';
import type { Instant } from '../../core/shared/instant.ts';
import { publicLanes } from '../../core/stock/offer.ts';
import { shardOf } from '../ids.ts';
import type { Item, TableGateway, TransactionItem } from './gateway.ts';

/** Keys of one batch are listed from this many partitions. */
export const batchShards = publicLanes.length;

/** A key as it is stored, its secret sealed. */
export type StoredKey = {
  /** The fingerprint: a keyed hash of number and secret. */
  readonly keyId: string;
  readonly batchId: string;
  readonly productId: string;
  readonly merchantId: string;
  readonly sellUntilDay: string;
  readonly expiresAt?: Instant | undefined;
  readonly faceValueMinor?: number | undefined;
  readonly importedAt: Instant;
  /** The line of its import that it came from: a repeated import knows by it what it stored itself. */
  readonly line: number;
  /** Secret and number under the data key, bound to `keyId`. */
  readonly sealed: Uint8Array;
  /** The data key under the KMS key, bound to `batchId`. */
  readonly dataKey: Uint8Array;
};

const bytes = z.instanceof(Uint8Array);
const storedKeyItem = z.object({
  pk: z.string(),
  batchId: z.string(),
  productId: z.string(),
  merchantId: z.string(),
  sellUntilDay: z.string(),
  expiresAt: z.optional(z.string()),
  faceValueMinor: z.optional(z.int()),
  importedAt: z.string(),
  sealed: bytes,
  dataKey: bytes,
  owner: z.optional(z.string()),
});
const indexedKeyItem = z.object({ pk: z.string(), productId: z.string(), sellUntilDay: z.string() });
const originItem = z.object({ batchId: z.string(), line: z.optional(z.int()) });
/** The import, and its line, that a key came from; the archive of claims, which may bring a key back, knows no line. */
export type KeyOrigin = z.output<typeof originItem>;
export const toOrigin = (item: Item): KeyOrigin => originItem.parse(item);
export type IndexedKey = { readonly keyId: string; readonly productId: string; readonly sellUntilDay: string };

export const batchShardName = (batchId: string, shard: number): string => `${batchId}#${shard}`;

/** Stores a key unless it was ever stored before. */
export const putKey = (tableName: string, { keyId, ...key }: StoredKey): TransactionItem => ({
  Put: {
    TableName: tableName,
    Item: { ...key, pk: keyId, batchShard: batchShardName(key.batchId, shardOf(keyId, batchShards)) },
    ConditionExpression: 'attribute_not_exists(pk)',
  },
});

/** Binds a key to an order. The owner is written once: no condition but this one may ever allow it. */
export const bindKey = (tableName: string, keyId: string, orderId: string, now: Instant): TransactionItem => ({
  Update: {
    TableName: tableName,
    Key: { pk: keyId },
    UpdateExpression: 'SET #owner = :order, ownedAt = :now',
    ConditionExpression: 'attribute_exists(pk) AND attribute_not_exists(#owner)',
    ExpressionAttributeNames: { '#owner': 'owner' },
    ExpressionAttributeValues: { ':order': orderId, ':now': now },
  },
});

/**
 * Uses a key up for a sample. One that is the sample's already was read before a restore forgot the reading, and got its
 * owner back from the archive of claims.
 */
export const bindSampleKey = (tableName: string, keyId: string, owner: string, now: Instant): TransactionItem => ({
  Update: {
    TableName: tableName,
    Key: { pk: keyId },
    UpdateExpression: 'SET #owner = :owner, ownedAt = :now',
    ConditionExpression: 'attribute_exists(pk) AND (attribute_not_exists(#owner) OR #owner = :owner)',
    ExpressionAttributeNames: { '#owner': 'owner' },
    ExpressionAttributeValues: { ':owner': owner, ':now': now },
  },
});

/** Takes a key back from an order that failed before anybody could read it. */
export const unbindKey = (tableName: string, keyId: string, orderId: string): TransactionItem => ({
  Update: {
    TableName: tableName,
    Key: { pk: keyId },
    UpdateExpression: 'REMOVE #owner, ownedAt',
    ConditionExpression: '#owner = :order',
    ExpressionAttributeNames: { '#owner': 'owner' },
    ExpressionAttributeValues: { ':order': orderId },
  },
});

/** Holds if a key is unsold. */
export const checkUnsold = (tableName: string, keyId: string): TransactionItem => ({
  ConditionCheck: {
    TableName: tableName,
    Key: { pk: keyId },
    ConditionExpression: 'attribute_exists(pk) AND attribute_not_exists(#owner)',
    ExpressionAttributeNames: { '#owner': 'owner' },
  },
});

export class KeysTable {
  readonly #gateway: TableGateway;
  readonly #tableName: string;

  constructor(gateway: TableGateway, tableName: string) {
    this.#gateway = gateway;
    this.#tableName = tableName;
  }

  /** Sealed keys by id, in the order asked for. Throws if one is missing: keys are never deleted. */
  async getSealed(
    keyIds: readonly string[],
  ): Promise<readonly (Omit<StoredKey, 'line'> & { readonly owner?: string | undefined })[]> {
    const items = new Map<string, Item>();
    for (const item of await this.#batchGet(keyIds)) items.set(z.object({ pk: z.string() }).parse(item).pk, item);
    return keyIds.map((keyId) => {
      const { pk, ...key } = storedKeyItem.parse(items.get(keyId));
      return { keyId: pk, ...key };
    });
  }

  /** Where those keys came from that are stored already. */
  async originsOf(keyIds: readonly string[]): Promise<ReadonlyMap<string, KeyOrigin>> {
    const items = await this.#batchGet(keyIds, 'pk, batchId, line');
    return new Map(items.map((item) => [z.object({ pk: z.string() }).parse(item).pk, toOrigin(item)]));
  }

  /**
   * All keys of a batch, always in one order. From an index: a key stored a moment ago may not show yet.
   *
   * @param afterKeyId goes on after this one; from the first if absent
   */
  async *ofBatch(batchId: string, afterKeyId?: string): AsyncGenerator<IndexedKey> {
    const firstShard = afterKeyId === undefined ? 0 : shardOf(afterKeyId, batchShards);
    for (let shard = firstShard; shard < batchShards; shard += 1) {
      const after = shard === firstShard ? afterKeyId : undefined;
      const items = this.#gateway.queryAll({
        TableName: this.#tableName,
        IndexName: 'by-batch',
        KeyConditionExpression: `batchShard = :shard${after === undefined ? '' : ' AND pk > :after'}`,
        ExpressionAttributeValues: {
          ':shard': batchShardName(batchId, shard),
          ...(after !== undefined && { ':after': after }),
        },
      });
      for await (const item of items) {
        const { pk, ...rest } = indexedKeyItem.parse(item);
        yield { keyId: pk, ...rest };
      }
    }
  }

  async #batchGet(keyIds: readonly string[], projection?: string): Promise<readonly Item[]> {
    const items: Item[] = [];
    for (let from = 0; from < keyIds.length; from += 100) {
      const keys = keyIds.slice(from, from + 100).map((pk) => ({ pk }));
      items.push(...(await this.#gateway.batchGet(this.#tableName, keys, projection)));
    }
    return items;
  }
}
