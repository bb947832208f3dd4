import { randomToken } from '../../adapters/ids.ts';
import type { Opener } from '../../adapters/key-vault.ts';
import type { KeysTable } from '../../adapters/tables/keys.ts';
import type { OrdersTable } from '../../adapters/tables/orders.ts';
import { limits } from '../../contract/api/common.ts';
import type { revealRoutes } from '../../contract/api/reveal.ts';
import { isChunked, maxKeysInOneTransaction, type Order } from '../../core/orders/order.ts';
import type { Instant } from '../../core/shared/instant.ts';
import { accept, type Result, refuse } from '../../core/shared/result.ts';
import type { Handlers } from '../http/api.ts';
import type { Caller } from '../http/request.ts';
import { visibleTo } from '../orders/order-view.ts';

type Deps = {
  readonly orders: OrdersTable;
  readonly keys: KeysTable;
  readonly opener: Opener;
  readonly now: () => Instant;
};

/** Opens a buyer's keys. The reading is recorded before anything is opened, so none can go unrecorded. */
export const revealKeys =
  (deps: Deps): Handlers<typeof revealRoutes>['revealKeys'] =>
  async ({ caller, params, query }) => {
    const { offset } = query;
    const order = await recordReading(deps, caller, params.orderId, offset);
    if (!order.ok) return order;
    const total = order.value.boundQuantity;
    const keyIds = await keyIdsOf(deps.orders, order.value, offset);
    const stored = await deps.keys.getSealed(keyIds);
    const foreign = stored.find(({ owner }) => owner !== params.orderId);
    if (foreign) throw new Error(`Key ${foreign.keyId} is listed by ${params.orderId} and owned by ${foreign.owner}`);
    const keys = await Promise.all(
      stored.map(async (key) => ({ ...(await deps.opener.open(key)), expiresAt: key.expiresAt })),
    );
    const next = offset + keys.length;
    return accept({ orderId: params.orderId, offset, total, keys, ...(next < total && { nextOffset: next }) });
  };

/** The first reading is a mark on the order itself, in the same call that reads it; each further one is a record. */
const recordReading = async (deps: Deps, caller: Caller, orderId: string, offset: number): Promise<Result<Order>> => {
  const at = deps.now();
  const firstRead = await deps.orders.recordFirstReveal(orderId, caller.accountId, caller.apiKeyId, offset, at);
  if (firstRead) return accept(firstRead);
  const order = visibleTo(await deps.orders.get(orderId), caller);
  if (!order.ok) return order;
  if (order.value.deliveredAt === undefined)
    return refuse('order-state-unfit', `Only a delivered order can be revealed; this one is ${order.value.status}.`);
  const total = order.value.boundQuantity;
  if (offset >= total) return refuse('invalid-request', `This order has ${total} keys.`, 'query.offset');
  await deps.orders.recordReading({ orderId, readingId: randomToken(), apiKeyId: caller.apiKeyId, offset, at });
  return order;
};

/** The ids of one answer's keys; a large order lists them in chunk records, all full but the last. */
const keyIdsOf = async (orders: OrdersTable, order: Order, offset: number): Promise<readonly string[]> => {
  const until = offset + limits.keysPerReveal;
  if (!isChunked(order)) return (order.keyIds ?? []).slice(offset, until);
  const first = Math.floor(offset / maxKeysInOneTransaction) + 1;
  const last = Math.min(order.chunks, Math.ceil(until / maxKeysInOneTransaction));
  const numbers = Array.from({ length: last - first + 1 }, (_, index) => first + index);
  const chunks = await Promise.all(numbers.map((chunk) => orders.chunk(order.orderId, chunk)));
  const skipped = (first - 1) * maxKeysInOneTransaction;
  return chunks
    .flat()
    .map(({ keyId }) => keyId)
    .slice(offset - skipped, until - skipped);
};
