import { type KeySchema, keyNames, type MemoryIndexDefinition } from './schema.ts';
import { type Place, SortedItems, StoredItem } from './sorted-items.ts';
import { unchanged } from './updates.ts';
import type { Item, Value } from './values.ts';

/** What one write did to one item of the table. */
export type Change = { readonly before: StoredItem | undefined; readonly after: StoredItem | undefined };

type IndexEntry = { readonly place: Place; readonly stored: StoredItem };

/** Changes that a view may fall behind before it applies the oldest unasked. */
const maxPending = 10_000;

/**
 * A copy of a table that follows it: a global secondary index, or the replica that eventually consistent reads see.
 * It may lag behind, but it never goes back and it keeps the order of the changes.
 */
export class IndexView {
  readonly definition: MemoryIndexDefinition;
  readonly keyNames: readonly string[];
  /** Names in the view, or undefined for all. */
  readonly projected: ReadonlySet<string> | undefined;
  readonly #table: KeySchema;
  readonly #items = new SortedItems();
  #pending: (Change & { readonly atMs: number })[] = [];

  constructor(table: KeySchema, definition: MemoryIndexDefinition) {
    this.#table = table;
    this.definition = definition;
    this.keyNames = [...new Set([...keyNames(definition), ...keyNames(table)])];
    this.projected = definition.project === 'all' ? undefined : new Set([...this.keyNames, ...definition.project]);
  }

  /** Follows at once. */
  apply(change: Change): void {
    const before = this.#entryOf(change.before);
    const after = this.#entryOf(change.after);
    if (before !== undefined && (after === undefined || !samePlace(before.place, after.place))) {
      this.#items.delete(before.place);
    }
    if (after !== undefined) this.#items.put(after.place, after.stored);
  }

  /** Follows when somebody reads and the lag allows it. */
  defer(change: Change, atMs: number): void {
    this.#pending.push({ ...change, atMs });
    if (this.#pending.length > maxPending) this.#catchUp(maxPending / 2);
  }

  /** What a reader sees from whom the newest changes are hidden, as many as `lag` says. */
  read(lag: (pending: number, writtenAfter: (atMs: number) => number) => number): SortedItems {
    const pending = this.#pending.length;
    if (pending > 0) this.#catchUp(Math.max(0, Math.min(pending, lag(pending, this.#writtenAfter))));
    return this.#items;
  }

  readonly #writtenAfter = (atMs: number): number => {
    const first = this.#pending.findIndex((change) => change.atMs > atMs);
    return first === -1 ? 0 : this.#pending.length - first;
  };

  /** Write units by the developer guide: none where the projection is untouched, two writes where the key moved. */
  writeUnits(change: Change): number {
    const before = this.#entryOf(change.before);
    const after = this.#entryOf(change.after);
    if (before !== undefined && after !== undefined && samePlace(before.place, after.place)) {
      if (unchanged(before.stored.item, after.stored.item)) return 0;
      return unitsOf(Math.max(before.stored.bytes, after.stored.bytes));
    }
    return unitsOf(before?.stored.bytes ?? 0) + unitsOf(after?.stored.bytes ?? 0);
  }

  placeOf(item: Item): Place | undefined {
    const partition = textAt(item, this.definition.partitionKey);
    const sort = this.definition.sortKey === undefined ? '' : textAt(item, this.definition.sortKey);
    if (partition === undefined || sort === undefined) return undefined;
    const tie = keyNames(this.#table).map((name) => textAt(item, name) ?? '');
    return { partition, sort, tie: tie.join('\0') };
  }

  #catchUp(hidden: number): void {
    const visible = this.#pending.length - hidden;
    for (const change of this.#pending.slice(0, visible)) this.apply(change);
    this.#pending = this.#pending.slice(visible);
  }

  #entryOf(stored: StoredItem | undefined): IndexEntry | undefined {
    if (stored === undefined) return undefined;
    const place = this.placeOf(stored.item);
    if (place === undefined) return undefined;
    return { place, stored: this.projected === undefined ? stored : new StoredItem(this.#project(stored.item)) };
  }

  #project(item: Item): Item {
    const projection: Record<string, Value> = {};
    for (const name of this.projected ?? []) {
      const value = Object.hasOwn(item, name) ? item[name] : undefined;
      if (value !== undefined) projection[name] = value;
    }
    return projection;
  }
}

/** One unit for each started KB. */
export const unitsOf = (bytes: number): number => Math.ceil(bytes / 1024);

const samePlace = (a: Place, b: Place): boolean => a.partition === b.partition && a.sort === b.sort && a.tie === b.tie;

const textAt = (item: Item, name: string): string | undefined => {
  const value = Object.hasOwn(item, name) ? item[name] : undefined;
  return typeof value === 'string' ? value : undefined;
};
