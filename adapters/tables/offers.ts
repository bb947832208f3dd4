import * as z from 'zod/mini';
import type { Selling } from '../../contract/selling.ts';
import { dayOf, type Instant } from '../../core/shared/instant.ts';
import { type Lane, type Offer, publicLanes, reserveLane } from '../../core/stock/offer.ts';
import type { Surroundings } from '../clock.ts';
import { shardOf } from '../ids.ts';
import type { Item, TableGateway, TransactionItem } from './gateway.ts';

/** Offers read beyond those wanted while the earliest bucket is not known, to choose among. */
const spareOffers = 24;
/** How long a remembered bucket counts as the earliest; an import of keys that expire sooner is seen after that. */
const bucketMemoryMs = 60_000;
/** Buckets remembered at a time; the oldest memory goes first. */
const maxBucketMemories = 10_000;
/** Sorts after every key id. */
const afterAll = '~';
const idCharacters = '0123456789abcdefghjkmnpqrstvwxyz';

const lanePartition = (productId: string, lane: Lane): string => `${productId}#${lane}`;
/** The public lane in which a key is offered: always the same, so that an offer can be found from its key. */
export const laneOf = (keyId: string): Lane => publicLanes[shardOf(keyId, publicLanes.length)] ?? publicLanes[0];

export const offerKey = (offer: Pick<Offer, 'productId' | 'lane' | 'sellUntilDay' | 'keyId'>) => ({
  pk: lanePartition(offer.productId, offer.lane),
  sk: `${offer.sellUntilDay}#${offer.keyId}`,
});

const allLanes: readonly Lane[] = [reserveLane, ...publicLanes];

const offerItem = z.object({ sk: z.string(), batchId: z.string() });

const toOffer = (productId: string, lane: Lane, item: Item): Offer => {
  const { sk, batchId } = offerItem.parse(item);
  const cut = sk.indexOf('#');
  return { productId, lane, batchId, sellUntilDay: sk.slice(0, cut), keyId: sk.slice(cut + 1) };
};

/** Puts a key on offer. */
export const putOffer = (tableName: string, offer: Offer): TransactionItem => ({
  Put: { TableName: tableName, Item: { ...offerKey(offer), batchId: offer.batchId } },
});

/** Ends an offer, which must still stand. */
export const takeOffer = (tableName: string, offer: Offer): TransactionItem => ({
  Delete: { TableName: tableName, Key: offerKey(offer), ConditionExpression: 'attribute_exists(pk)' },
});

type OfKey = Pick<Offer, 'productId' | 'sellUntilDay' | 'keyId'>;

/** Every place where an offer of this key could stand. */
const placesOf = (offer: OfKey) => [
  offerKey({ ...offer, lane: laneOf(offer.keyId) }),
  offerKey({ ...offer, lane: reserveLane }),
];

/** Puts a key on offer to everybody, and ends the offer that may still lie in reserve: a key is on offer once. */
export const reoffer = (tableName: string, offer: Omit<Offer, 'lane'>): readonly TransactionItem[] => [
  putOffer(tableName, { ...offer, lane: laneOf(offer.keyId) }),
  { Delete: { TableName: tableName, Key: offerKey({ ...offer, lane: reserveLane }) } },
];

/** Ends whatever offer stands of a key; that none stands is no fault. */
export const endOffer = (tableName: string, offer: OfKey): readonly TransactionItem[] =>
  placesOf(offer).map((Key) => ({ Delete: { TableName: tableName, Key } }));

type Memory = { readonly day: string; readonly untilMs: number };

/**
 * Finds what may be sold now. Reads are strongly consistent: what another buyer took is not found. While selling is
 * closed nothing may be sold, so that nothing is found, whoever looks.
 */
export class OffersTable {
  readonly #gateway: TableGateway;
  readonly #tableName: string;
  readonly #surroundings: Surroundings;
  readonly #selling: Selling;
  readonly #earliestBuckets = new Map<string, Memory>();

  constructor(gateway: TableGateway, tableName: string, surroundings: Surroundings, selling: Selling = 'open') {
    this.#gateway = gateway;
    this.#tableName = tableName;
    this.#surroundings = surroundings;
    this.#selling = selling;
  }

  /**
   * Up to `wanted` offers of a product, soonest to expire first, from a random point so that buyers who search at the
   * same time seldom meet. Fewer come back only if there are no more.
   *
   * @param lanes `'public'` for buyers, `'all'` for orders that waited
   * @param racesLost how often the caller lost what he found: where each day has few keys, those who search alike meet
   *   again and again, so that after the second time later days are as good
   */
  async find(
    productId: string,
    wanted: number,
    lanes: 'public' | 'all',
    now: Instant,
    racesLost = 0,
  ): Promise<readonly Offer[]> {
    // A key whose offer is just moving out of reserve shows in both lanes; it counts once, where it was seen last.
    const offers = new Map<string, Offer>();
    for (const lane of this.#laneOrder(lanes)) {
      const missing = wanted - offers.size;
      const found =
        racesLost < 2
          ? await this.#findInLane(productId, lane, missing, now)
          : await this.#findAnyDay(productId, lane, missing, now);
      for (const offer of found) offers.set(offer.keyId, offer);
      if (offers.size >= wanted) break;
    }
    return [...offers.values()];
  }

  /** How many offers there are, counting no further than `upTo`. */
  async countUpTo(productId: string, upTo: number, lanes: 'public' | 'all', now: Instant): Promise<number> {
    let total = 0;
    for (const lane of this.#laneOrder(lanes)) {
      if (total >= upTo) break;
      total += await this.#count(productId, lane, `${dayOf(now)}#${afterAll}`, afterAll, upTo - total);
    }
    return total;
  }

  /** Offers of each sell-until day over all lanes. The table counts; only each day's first offer is read. */
  async countByDay(productId: string): Promise<ReadonlyMap<string, number>> {
    const counts = new Map<string, number>();
    for (const lane of allLanes) {
      for (let [first] = await this.#read(productId, lane, '0', afterAll, 1); first; ) {
        const day = first.sellUntilDay;
        counts.set(day, (counts.get(day) ?? 0) + (await this.#count(productId, lane, `${day}#`, `${day}#${afterAll}`)));
        [first] = await this.#read(productId, lane, `${day}#${afterAll}`, afterAll, 1);
      }
    }
    return counts;
  }

  /** One page of what lies in reserve. */
  async reserved(productId: string, limit: number): Promise<readonly Offer[]> {
    const { items } = await this.#gateway.query({
      ...this.#range(productId, reserveLane, '0', afterAll),
      Limit: limit,
    });
    return items.map((item) => toOffer(productId, reserveLane, item));
  }

  /** Ends offers whose keys turned out to be sold. */
  async withdraw(offers: readonly OfKey[]): Promise<void> {
    await this.#gateway.batchDelete(this.#tableName, offers.flatMap(placesOf));
  }

  #laneOrder(lanes: 'public' | 'all'): readonly Lane[] {
    if (this.#selling === 'closed') return [];
    const start = Math.floor(this.#surroundings.random() * publicLanes.length);
    const rotated = [...publicLanes.slice(start), ...publicLanes.slice(0, start)];
    return lanes === 'all' ? [reserveLane, ...rotated] : rotated;
  }

  async #findInLane(productId: string, lane: Lane, wanted: number, now: Instant): Promise<readonly Offer[]> {
    const partition = lanePartition(productId, lane);
    const floor = `${dayOf(now)}#${afterAll}`;
    const day = this.#rememberedBucket(partition, now);
    if (day === undefined) return this.#findCold(productId, lane, wanted, now);
    const point = `${day}#${this.#randomCharacters()}`;
    const end = `${day}#${afterAll}`;
    const after = await this.#read(productId, lane, point, end, wanted);
    if (after.length >= wanted) return after;
    const before = await this.#read(productId, lane, floor, point, wanted - after.length);
    const earliest = [...before, ...after];
    if (earliest.length >= wanted) return earliest;
    // The bucket does not suffice any more: the next search learns which one is the earliest then.
    this.#earliestBuckets.delete(partition);
    return [...earliest, ...(await this.#read(productId, lane, end, afterAll, wanted - earliest.length))];
  }

  /** Learns the earliest bucket, and chooses among its first offers rather than taking the very first. */
  async #findCold(productId: string, lane: Lane, wanted: number, now: Instant): Promise<readonly Offer[]> {
    const offers = await this.#read(productId, lane, `${dayOf(now)}#${afterAll}`, afterAll, wanted + spareOffers);
    const [first] = offers;
    if (!first) return [];
    this.#remember(lanePartition(productId, lane), first.sellUntilDay, now);
    const spare = offers.filter(({ sellUntilDay }) => sellUntilDay === first.sellUntilDay).length - wanted;
    const skip = spare > 0 ? Math.floor(this.#surroundings.random() * (spare + 1)) : 0;
    return offers.slice(skip, skip + wanted);
  }

  /** Chooses among the first offers whatever their day. */
  async #findAnyDay(productId: string, lane: Lane, wanted: number, now: Instant): Promise<readonly Offer[]> {
    const offers = await this.#read(productId, lane, `${dayOf(now)}#${afterAll}`, afterAll, wanted + spareOffers);
    const spare = Math.max(0, offers.length - wanted);
    const skip = Math.floor(this.#surroundings.random() * (spare + 1));
    return offers.slice(skip, skip + wanted);
  }

  /** Counts in the table, page by page, and no further than `upTo`. */
  async #count(
    productId: string,
    lane: Lane,
    after: string,
    until: string,
    upTo = Number.POSITIVE_INFINITY,
  ): Promise<number> {
    let total = 0;
    let lastKey: Item | undefined;
    do {
      const page = await this.#gateway.query({
        ...this.#range(productId, lane, after, until),
        Select: 'COUNT',
        ...(Number.isFinite(upTo) && { Limit: upTo - total }),
        ...(lastKey && { ExclusiveStartKey: lastKey }),
      });
      total += page.count;
      lastKey = page.lastKey;
    } while (lastKey && total < upTo);
    return total;
  }

  async #read(productId: string, lane: Lane, after: string, until: string, limit: number): Promise<readonly Offer[]> {
    const { items } = await this.#gateway.query({ ...this.#range(productId, lane, after, until), Limit: limit });
    return items.map((item) => toOffer(productId, lane, item));
  }

  #range(productId: string, lane: Lane, after: string, until: string) {
    return {
      TableName: this.#tableName,
      ConsistentRead: true,
      KeyConditionExpression: 'pk = :pk AND sk BETWEEN :after AND :until',
      ExpressionAttributeValues: { ':pk': lanePartition(productId, lane), ':after': after, ':until': until },
    };
  }

  #rememberedBucket(partition: string, now: Instant): string | undefined {
    const memory = this.#earliestBuckets.get(partition);
    return memory && memory.untilMs > Date.parse(now) && memory.day > dayOf(now) ? memory.day : undefined;
  }

  #remember(partition: string, day: string, now: Instant): void {
    const oldest = this.#earliestBuckets.keys().next();
    if (this.#earliestBuckets.size >= maxBucketMemories && !oldest.done) this.#earliestBuckets.delete(oldest.value);
    this.#earliestBuckets.set(partition, { day, untilMs: Date.parse(now) + bucketMemoryMs });
  }

  #randomCharacters(): string {
    return Array.from({ length: 6 }, () => idCharacters.charAt(Math.floor(this.#surroundings.random() * 32))).join('');
  }
}

const laneNames: ReadonlySet<string> = new Set(allLanes);

/** Whether an item of the stock table is an offer, as against a batch, a report or a count. */
export const isOfferItem = (item: Item): boolean => {
  const { pk } = z.object({ pk: z.string() }).parse(item);
  return laneNames.has(pk.slice(pk.indexOf('#') + 1));
};

/** The product of an offer item. */
export const productOfOffer = (item: Item): string => {
  const { pk } = z.object({ pk: z.string() }).parse(item);
  return pk.slice(0, pk.indexOf('#'));
};
