import { toEntryRecord, toKeyRecord, toWaitingRecord } from '../../adapters/tables/audit-items.ts';
import type { Item } from '../../adapters/tables/gateway.ts';
import { entryKey } from '../../adapters/tables/ledger.ts';
import {
  chunkKey,
  fromOrder,
  isOrderItem,
  isWaitingItem,
  orderKey,
  toBoundKeys,
  toOrder,
  waitingKey,
} from '../../adapters/tables/orders.ts';
import { checkOrderDue, checkWaiting } from '../../core/audit/due.ts';
import { checkOrderKeys } from '../../core/audit/order-keys.ts';
import { checkOrderMoney } from '../../core/audit/order-money.ts';
import { checkOrderPromise } from '../../core/audit/order-promise.ts';
import { type OrderEntryKind, type OrderView, orderEntryKinds, type WaitingView } from '../../core/audit/records.ts';
import { isChunked, maxKeysInOneTransaction, type Order } from '../../core/orders/order.ts';
import type { AuditReader, Found, Wanted } from './audit-reader.ts';
import type { Subject } from './audit-subject.ts';

/** Looks at one order that changes under each of them. */
const maxLooks = 5;

/** An order, and whether the index of due records shows it exactly if it is due. */
type Indexed = { readonly order: Order; readonly dueIndexed: boolean };
const toIndexed = (item: Item): Indexed => {
  const order = toOrder(item);
  return { order, dueIndexed: fromOrder(order)['dueShard'] === item['dueShard'] };
};

const entryIdOf = (order: Order, kind: OrderEntryKind): string => `order/${order.orderId}/${kind}`;
const entriesOf = (order: Order): readonly Wanted[] =>
  orderEntryKinds.map((kind) => ({ table: 'ledger', key: entryKey(entryIdOf(order, kind)) }));
const waitingOf = (order: Order): readonly Wanted[] =>
  order.capturedAt === undefined ? [] : [{ table: 'orders', key: waitingKey(order) }];
/** The records that list the keys of a large order. */
export const chunksOf = (order: Order): readonly Wanted[] =>
  Array.from({ length: order.chunks }, (_, index) => ({
    table: 'orders',
    key: chunkKey(order.orderId, index + 1),
  }));
const keysOf = (keyIds: readonly string[]): readonly Wanted[] =>
  keyIds.map((keyId) => ({ table: 'keys', key: { pk: keyId } }));

/** The keys an order lists, by chunk; a small order has one list of its own, which counts as chunk 1. */
export const listsOf = (order: Order, found: Found): readonly { keyIds: readonly string[]; returned: boolean }[] =>
  isChunked(order)
    ? chunksOf(order).map(({ table, key }, index) => ({
        keyIds: (found.read(table, key, toBoundKeys) ?? []).map(({ keyId }) => keyId),
        returned: index < order.chunksReturned,
      }))
    : [{ keyIds: order.keyIds ?? [], returned: false }];

const viewOf = ({ order, dueIndexed }: Indexed, found: Found): OrderView => ({
  order,
  dueIndexed,
  listed: listsOf(order, found).flatMap(({ keyIds, returned }) =>
    keyIds.map((keyId) => ({ keyId, returned, key: found.read('keys', { pk: keyId }, toKeyRecord) })),
  ),
  entries: Object.fromEntries(
    orderEntryKinds.flatMap((kind) => {
      const entry = found.read('ledger', entryKey(entryIdOf(order, kind)), toEntryRecord);
      return entry ? [[kind, entry]] : [];
    }),
  ),
  waits: waitingOf(order).some(({ table, key }) => found.get(table, key) !== undefined),
});

export const orderSubject = (reader: AuditReader): Subject<Indexed, OrderView> => ({
  kind: 'orders',
  promise: 2,
  is: isOrderItem,
  parse: toIndexed,
  look: async (subjects) => {
    const orders = subjects.map(({ order }) => order);
    const found = await reader.getMany(
      orders.flatMap((order) => [...entriesOf(order), ...waitingOf(order), ...chunksOf(order)]),
    );
    const keyIds = orders.flatMap((order) => listsOf(order, found).flatMap((list) => list.keyIds));
    found.merge(await reader.getMany(keysOf(keyIds)));
    return subjects.map((subject) => viewOf(subject, found));
  },
  lookAgain: async (view) => {
    let known = view.order;
    for (let look = 1; look <= maxLooks; look += 1) {
      const seen = await lookTogether(reader, known);
      if (seen === 'gone') return 'gone';
      if (seen.found) return viewOf(seen.indexed, seen.found);
      known = seen.indexed.order;
    }
    return 'moving';
  },
  check: (view, now) => [
    ...checkOrderKeys(view),
    ...checkOrderPromise(view.order, now),
    ...checkOrderMoney(view),
    ...checkOrderDue(view, now),
  ],
});

/**
 * Reads an order and what belongs to it as of one moment; without `found` if the order has moved on since `known`.
 * The chunks of a large order are read one transaction each: whatever touches its keys raises the order's number, so
 * reads that all met the same number saw one state.
 */
const lookTogether = async (
  reader: AuditReader,
  known: Order,
): Promise<'gone' | { readonly indexed: Indexed; readonly found?: Found }> => {
  const own: Wanted = { table: 'orders', key: orderKey(known.orderId) };
  const read = async (wanted: readonly Wanted[]) => {
    const found = await reader.getTogether([own, ...wanted]);
    return { found, indexed: found.read(own.table, own.key, toIndexed) };
  };
  const { found, indexed } = await read([
    ...entriesOf(known),
    ...waitingOf(known),
    ...chunksOf(known),
    ...keysOf(isChunked(known) ? [] : (known.keyIds ?? []).slice(0, maxKeysInOneTransaction)),
  ]);
  if (!indexed) return 'gone';
  if (indexed.order.seq !== known.seq) return { indexed };
  if (!isChunked(known)) return { indexed, found };
  for (const { keyIds } of listsOf(known, found)) {
    const part = await read(keysOf(keyIds.slice(0, maxKeysInOneTransaction)));
    if (!part.indexed) return 'gone';
    if (part.indexed.order.seq !== known.seq) return { indexed: part.indexed };
    found.merge(part.found);
  }
  return { indexed, found };
};

type Waiting = { readonly key: Item; readonly orderId: string; readonly productId: string };
type SeenWaiting = WaitingView & { readonly key: Item };

export const waitingSubject = (reader: AuditReader): Subject<Waiting, SeenWaiting> => {
  const wantedOf = (waiting: Waiting): readonly Wanted[] => [
    { table: 'orders', key: orderKey(waiting.orderId) },
    { table: 'orders', key: waiting.key },
  ];
  const seenIn = (found: Found, waiting: Waiting): SeenWaiting => ({
    ...waiting,
    order: found.read('orders', orderKey(waiting.orderId), toOrder),
  });
  return {
    kind: 'waiting',
    promise: 5,
    is: isWaitingItem,
    parse: (item) => ({ ...toWaitingRecord(item), key: { pk: item['pk'], sk: item['sk'] } }),
    look: async (subjects) => {
      const found = await reader.getMany(subjects.flatMap(wantedOf));
      return subjects.map((waiting) => seenIn(found, waiting));
    },
    lookAgain: async (view) => {
      const found = await reader.getTogether(wantedOf(view));
      return found.get('orders', view.key) ? seenIn(found, view) : 'gone';
    },
    check: checkWaiting,
  };
};
