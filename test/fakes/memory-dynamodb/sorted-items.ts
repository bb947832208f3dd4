import { compareText, type Item, itemSize } from './values.ts';

/** An item at rest. It is never changed, only replaced. */
export class StoredItem {
  readonly item: Item;
  #bytes: number | undefined;

  constructor(item: Item) {
    this.item = item;
  }

  /** Counted on first use: most writes never ask. */
  get bytes(): number {
    this.#bytes ??= itemSize(this.item);
    return this.#bytes;
  }
}

/** Where an item stands: its partition, its sort key, and for indexes the primary key that makes it distinct. */
export type Place = { readonly partition: string; readonly sort: string; readonly tie: string };

export type Entry = Place & { readonly stored: StoredItem };

const nothing: readonly Entry[] = [];

/** Items by partition, each partition in order. */
export class SortedItems {
  readonly #partitions = new Map<string, Entry[]>();
  #scanOrder: Entry[][] | undefined;

  get(place: Place): StoredItem | undefined {
    const entries = this.#partitions.get(place.partition);
    const entry = entries?.[lowerBound(entries, place)];
    return entry !== undefined && comparePlaces(entry, place) === 0 ? entry.stored : undefined;
  }

  put(place: Place, stored: StoredItem): void {
    const entry = { partition: place.partition, sort: place.sort, tie: place.tie, stored };
    const entries = this.#partitions.get(place.partition);
    if (entries === undefined) {
      this.#partitions.set(place.partition, [entry]);
      this.#scanOrder = undefined;
      return;
    }
    const position = lowerBound(entries, place);
    const present = entries[position];
    if (present !== undefined && comparePlaces(present, place) === 0) entries[position] = entry;
    else entries.splice(position, 0, entry);
  }

  delete(place: Place): void {
    const entries = this.#partitions.get(place.partition);
    if (entries === undefined) return;
    const position = lowerBound(entries, place);
    const present = entries[position];
    if (present === undefined || comparePlaces(present, place) !== 0) return;
    entries.splice(position, 1);
    if (entries.length > 0) return;
    this.#partitions.delete(place.partition);
    this.#scanOrder = undefined;
  }

  partition(partition: string): readonly Entry[] {
    return this.#partitions.get(partition) ?? nothing;
  }

  /** Partitions in the order of a hash of their key: like the real order it is stable and tells nothing. */
  *scan(segment: number, totalSegments: number): Generator<Entry> {
    this.#scanOrder ??= [...this.#partitions.values()].toSorted((a, b) => scanRank(a, b));
    for (const entries of this.#scanOrder) {
      const hash = hashOf(entries[0]?.partition ?? '');
      if (Math.floor((hash * totalSegments) / 2 ** 32) === segment) yield* entries;
    }
  }
}

/** Whether a scan that stopped at `place` has passed the entry already. */
export const isAtOrBefore = (entry: Place, place: Place): boolean => {
  if (entry.partition === place.partition) return comparePlaces(entry, place) <= 0;
  return comparePartitions(entry.partition, place.partition) < 0;
};

export const comparePlaces = (a: Place, b: Place): number => compareText(a.sort, b.sort) || compareText(a.tie, b.tie);

const scanRank = (a: readonly Entry[], b: readonly Entry[]): number =>
  comparePartitions(a[0]?.partition ?? '', b[0]?.partition ?? '');

const comparePartitions = (a: string, b: string): number => hashOf(a) - hashOf(b) || compareText(a, b);

/** FNV-1a on 32 bits. */
const hashOf = (text: string): number => {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  return hash >>> 0;
};

/** The first position whose entry is not before the place. */
export const lowerBound = (entries: readonly Entry[], place: Place): number => {
  let low = 0;
  let high = entries.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const entry = entries[middle];
    if (entry !== undefined && comparePlaces(entry, place) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
};
