import * as z from 'zod/mini';
import {
  guestScopes,
  keptAfterEndSeconds,
  type OrderToken,
  type OrderTokenRing,
} from '../../core/identity/order-token.ts';
import { addSeconds, earlier, type Instant } from '../../core/shared/instant.ts';
import type { Result } from '../../core/shared/result.ts';
import { decodeCursor, encodeCursor } from '../cursor.ts';
import type { Item, TableGateway, TransactionItem } from './gateway.ts';

const orderTokenItem = z.object({
  pk: z.string(),
  orderId: z.string(),
  buyerId: z.string(),
  scopes: z.array(z.enum(guestScopes)),
  guestLabel: z.exactOptional(z.string()),
  secretHash: z.string(),
  createdAt: z.string(),
  issuedBy: z.string(),
  expiresAt: z.string(),
  revokedAt: z.exactOptional(z.string()),
  requestHash: z.string(),
});

const tokenRingItem = z.object({
  pk: z.string(),
  tokens: z.record(z.string(), z.string()),
  revision: z.int(),
});

/** With the hash of the request that made it, to tell its replay from another request under the same Idempotency-Key. */
export type StoredOrderToken = OrderToken & { readonly requestHash: string };
type StoredRing = { readonly tokens: OrderTokenRing; readonly revision: number };

/**
 * The tokens of orders, in the identity table, where the authorizer finds a caller of either kind by one read. A token's
 * record and its order's ring leave the table by themselves once they have been over for long.
 */
export const orderTokensTable = (gateway: TableGateway, tableName: string) => {
  const get = async (orderTokenId: string): Promise<StoredOrderToken | undefined> =>
    parseToken(await gateway.get({ TableName: tableName, Key: { pk: orderTokenId } }));

  /** The tokens of an order that were not revoked; an order without a record has none. */
  const ringOf = async (orderId: string): Promise<StoredRing> => {
    const item = await gateway.get({ TableName: tableName, Key: { pk: orderId } });
    return item === undefined ? { tokens: {}, revision: 0 } : tokenRingItem.parse(item);
  };

  /**
   * Stores a new token and its order's ring with it, where the ring is still the one that was read.
   * `existing` answers a replay; `contended` asks the caller to read and decide again.
   */
  const issue = async (
    token: StoredOrderToken,
    read: StoredRing,
    tokens: OrderTokenRing,
  ): Promise<{ outcome: 'issued' | 'contended' } | { outcome: 'existing'; token: StoredOrderToken }> => {
    const committed = await gateway.transact([
      putNew(tableName, toItem(token)),
      putRing(tableName, token.orderId, tokens, read.revision),
    ]);
    if (committed.committed) return { outcome: 'issued' };
    const existing = parseToken(committed.failed.get(0));
    return existing ? { outcome: 'existing', token: existing } : { outcome: 'contended' };
  };

  /** Revokes a token, once: a later call finds it revoked and changes nothing. */
  const revoke = async (token: OrderToken, now: Instant): Promise<void> => {
    await gateway.transact([
      {
        Update: {
          TableName: tableName,
          Key: { pk: token.orderTokenId },
          UpdateExpression: 'SET revokedAt = :now, removeAtSeconds = :remove',
          ConditionExpression: 'attribute_exists(pk) AND attribute_not_exists(revokedAt)',
          ExpressionAttributeValues: { ':now': now, ':remove': removeAtSeconds(earlier(now, token.expiresAt)) },
        },
      },
      {
        Update: {
          TableName: tableName,
          Key: { pk: token.orderId },
          UpdateExpression: 'REMOVE tokens.#token ADD revision :one',
          ConditionExpression: 'attribute_exists(pk)',
          ExpressionAttributeNames: { '#token': token.orderTokenId },
          ExpressionAttributeValues: { ':one': 1 },
        },
      },
    ]);
  };

  /** The tokens of one order, newest first, or of all orders of a buyer. */
  const list = async (
    { buyerId, orderId }: { readonly buyerId: string; readonly orderId?: string },
    page: { readonly limit: number; readonly cursor?: string | undefined },
  ): Promise<Result<{ items: OrderToken[]; nextCursor?: string }>> => {
    const query = ['listOrderTokens', buyerId, orderId ?? ''];
    const prefix = orderId === undefined ? 'ord_' : `${orderId}#`;
    const keys = ['pk', 'buyerId', 'tokenRank'];
    const isOfOrder = (key: Readonly<Record<string, string>>) => key['tokenRank']?.startsWith(prefix) === true;
    const start = decodeCursor(query, page.cursor, { buyerId }, keys, isOfOrder);
    if (!start.ok) return start;
    const { items, lastKey } = await gateway.query({
      TableName: tableName,
      IndexName: 'order-tokens',
      KeyConditionExpression: 'buyerId = :buyer AND begins_with(tokenRank, :order)',
      ExpressionAttributeValues: { ':buyer': buyerId, ':order': prefix },
      ScanIndexForward: false,
      Limit: page.limit,
      ...start.value,
    });
    return {
      ok: true,
      value: { items: items.flatMap((item) => parseToken(item) ?? []), ...encodeCursor(query, lastKey) },
    };
  };

  return { get, ringOf, issue, revoke, list };
};

export type OrderTokensTable = ReturnType<typeof orderTokensTable>;

/** Seconds since the epoch: the form in which DynamoDB is told when an item may go. */
const removeAtSeconds = (endsAt: Instant): number =>
  Math.ceil(Date.parse(addSeconds(endsAt, keptAfterEndSeconds)) / 1_000);

const putNew = (tableName: string, Item: Item): TransactionItem => ({
  Put: { TableName: tableName, Item, ConditionExpression: 'attribute_not_exists(pk)' },
});

const putRing = (tableName: string, orderId: string, tokens: OrderTokenRing, revision: number): TransactionItem => {
  const lastEnd = Object.values(tokens).sort().at(-1) ?? '';
  return {
    Put: {
      TableName: tableName,
      Item: { pk: orderId, tokens, revision: revision + 1, removeAtSeconds: removeAtSeconds(lastEnd) },
      // A ring that left the table by itself begins anew.
      ConditionExpression: 'attribute_not_exists(pk) OR revision = :read',
      ExpressionAttributeValues: { ':read': revision },
    },
  };
};

const parseToken = (item: Item | undefined): StoredOrderToken | undefined => {
  if (item === undefined) return undefined;
  const { pk, ...token } = orderTokenItem.parse(item);
  return { orderTokenId: pk, ...token };
};

const toItem = ({ orderTokenId, ...token }: StoredOrderToken): Item => ({
  pk: orderTokenId,
  ...token,
  /** Orders the index by order and time. */
  tokenRank: `${token.orderId}#${token.createdAt}#${orderTokenId}`,
  removeAtSeconds: removeAtSeconds(token.expiresAt),
});
