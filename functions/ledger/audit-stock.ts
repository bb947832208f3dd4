import { toKeyRecord, toOfferRecord } from '../../adapters/tables/audit-items.ts';
import { batchKey, fromBatch, isBatchItem, reportKey, toBatch, toRejections } from '../../adapters/tables/batches.ts';
import type { Item } from '../../adapters/tables/gateway.ts';
import { batchShardName, batchShards } from '../../adapters/tables/keys.ts';
import { isOfferItem, laneOf, offerKey } from '../../adapters/tables/offers.ts';
import { orderKey, toOrder } from '../../adapters/tables/orders.ts';
import { checkBatchDue } from '../../core/audit/due.ts';
import { checkImportReport } from '../../core/audit/import-report.ts';
import { checkKey } from '../../core/audit/key.ts';
import { checkOffer } from '../../core/audit/offer.ts';
import type { BatchView, KeyRecord, KeyView, OfferView } from '../../core/audit/records.ts';
import type { Order } from '../../core/orders/order.ts';
import { isChunked } from '../../core/orders/order.ts';
import type { Batch } from '../../core/stock/batch.ts';
import { type Lane, type Offer, reserveLane } from '../../core/stock/offer.ts';
import { sampleOwner } from '../../core/stock/sampling.ts';
import type { AskArchive } from './archived-claims.ts';
import { chunksOf, listsOf } from './audit-orders.ts';
import type { AuditReader, Found, Wanted } from './audit-reader.ts';
import type { Subject } from './audit-subject.ts';

/** Looks at one record that changes under each of them. */
const maxLooks = 5;

const lanesOf = (keyId: string): readonly Lane[] => [laneOf(keyId), reserveLane];
const offersOf = (key: KeyRecord): readonly (Wanted & { readonly lane: Lane })[] =>
  key.owner === undefined
    ? lanesOf(key.keyId).map((lane) => ({ table: 'stock', key: offerKey({ ...key, lane }), lane }))
    : [];
const batchOf = ({ batchId }: Pick<KeyRecord, 'batchId'>): Wanted => ({ table: 'stock', key: batchKey(batchId) });
/** A key that a tester used up belongs to no order. */
const isSample = ({ owner, batchId }: KeyRecord): boolean => owner === sampleOwner(batchId);
const ownerOf = (key: KeyRecord): readonly Wanted[] =>
  key.owner === undefined || isSample(key) ? [] : [{ table: 'orders', key: orderKey(key.owner) }];
const readOwner = (key: KeyRecord, found: Found): Order | undefined =>
  key.owner === undefined || isSample(key) ? undefined : found.read('orders', orderKey(key.owner), toOrder);
const listsOfOwner = (key: KeyRecord, found: Found): readonly Wanted[] => {
  const order = readOwner(key, found);
  return order && isChunked(order) ? chunksOf(order) : [];
};

const viewOfKey = (key: KeyRecord, found: Found): KeyView => {
  const order = readOwner(key, found);
  const lists = order && listsOf(order, found).some((list) => !list.returned && list.keyIds.includes(key.keyId));
  return {
    key,
    batch: found.read('stock', batchKey(key.batchId), toBatch),
    owner: order && { order, lists: lists === true },
    offeredIn: offersOf(key).flatMap((offer) => (found.get(offer.table, offer.key) ? [offer.lane] : [])),
  };
};

export const keySubject = (reader: AuditReader, isArchived: AskArchive): Subject<KeyRecord, KeyView> => ({
  kind: 'keys',
  promise: 1,
  is: () => true,
  parse: toKeyRecord,
  look: async (keys) => {
    const found = await reader.getMany(keys.flatMap((key) => [batchOf(key), ...ownerOf(key), ...offersOf(key)]));
    found.merge(await reader.getMany(keys.flatMap((key) => listsOfOwner(key, found))));
    return Promise.all(keys.map(async (key) => ({ ...viewOfKey(key, found), isArchived: await isArchived(key) })));
  },
  lookAgain: async (view) => {
    let { key } = view;
    let lists: readonly Wanted[] = [];
    for (let look = 1; look <= maxLooks; look += 1) {
      const own: Wanted = { table: 'keys', key: { pk: key.keyId } };
      const found = await reader.getTogether([own, batchOf(key), ...ownerOf(key), ...offersOf(key), ...lists]);
      const fresh = found.read('keys', own.key, toKeyRecord);
      if (!fresh) return 'gone';
      const freshLists = listsOfOwner(fresh, found);
      if (fresh.owner === key.owner && freshLists.length === lists.length)
        return { ...viewOfKey(fresh, found), isArchived: await isArchived(fresh) };
      key = fresh;
      lists = freshLists;
    }
    return 'moving';
  },
  check: checkKey,
});

export const offerSubject = (reader: AuditReader): Subject<Offer, OfferView> => {
  const wantedOf = (offer: Offer): readonly Wanted[] => [
    { table: 'stock', key: offerKey(offer) },
    { table: 'keys', key: { pk: offer.keyId } },
    batchOf(offer),
  ];
  const seenIn = (found: Found, offer: Offer): OfferView => ({
    offer,
    publicLane: laneOf(offer.keyId),
    key: found.read('keys', { pk: offer.keyId }, toKeyRecord),
    batch: found.read('stock', batchKey(offer.batchId), toBatch),
  });
  return {
    kind: 'offers',
    promise: 1,
    is: isOfferItem,
    parse: toOfferRecord,
    look: async (offers) => {
      const found = await reader.getMany(offers.flatMap(wantedOf).filter((wanted) => !isOfferItem(wanted.key)));
      return offers.map((offer) => seenIn(found, offer));
    },
    lookAgain: async ({ offer }) => {
      const found = await reader.getTogether(wantedOf(offer));
      return found.get('stock', offerKey(offer)) ? seenIn(found, offer) : 'gone';
    },
    check: checkOffer,
  };
};

type Indexed = { readonly batch: Batch; readonly dueIndexed: boolean };
const toIndexed = (item: Item): Indexed => {
  const batch = toBatch(item);
  return { batch, dueIndexed: fromBatch(batch)['dueShard'] === item['dueShard'] };
};

/** Keys that stand under a complete batch; others may still be growing, and nothing is said about their number. */
const countKeys = async (reader: AuditReader, batch: Batch): Promise<number> => {
  if (batch.completedAt === undefined) return 0;
  const shards = Array.from({ length: batchShards }, (_, shard) => batchShardName(batch.batchId, shard));
  const counts = await Promise.all(
    shards.map((partition) => reader.count('keys', { index: 'by-batch', partitionKey: 'batchShard', partition })),
  );
  return counts.reduce((sum, count) => sum + count, 0);
};

/** The same number from the table itself, which does not lag: no key is ever added to a complete batch or removed. */
const countKeysExactly = async (reader: AuditReader, batch: Batch): Promise<number> => {
  let keys = 0;
  const filter = { expression: 'batchId = :batch', values: { ':batch': batch.batchId } };
  const add = (items: readonly Item[]): void => {
    keys += items.length;
  };
  await reader.walk('keys', add, filter);
  return reader.isComplete ? keys : (batch.stored ?? 0);
};

export const batchSubject = (reader: AuditReader): Subject<Indexed, BatchView> => ({
  kind: 'batches',
  promise: 9,
  is: isBatchItem,
  parse: toIndexed,
  look: async (subjects) => {
    const found = await reader.getMany(
      subjects.map(({ batch }) => ({ table: 'stock', key: reportKey(batch.batchId) }) as const),
    );
    const views: BatchView[] = [];
    for (const subject of subjects)
      views.push({
        ...subject,
        rejections: found.read('stock', reportKey(subject.batch.batchId), toRejections) ?? [],
        keys: await countKeys(reader, subject.batch),
      });
    return views;
  },
  lookAgain: async ({ batch: { batchId } }) => {
    const found = await reader.getTogether([
      { table: 'stock', key: batchKey(batchId) },
      { table: 'stock', key: reportKey(batchId) },
    ]);
    const fresh = found.read('stock', batchKey(batchId), toIndexed);
    if (!fresh) return 'gone';
    const rejections = found.read('stock', reportKey(batchId), toRejections) ?? [];
    const indexed = await countKeys(reader, fresh.batch);
    const keys = indexed === (fresh.batch.stored ?? 0) ? indexed : await countKeysExactly(reader, fresh.batch);
    return { ...fresh, rejections, keys };
  },
  check: (view, now) => [...checkImportReport(view), ...checkBatchDue(view, now)],
});
