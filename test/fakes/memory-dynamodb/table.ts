import { ChangeStream } from './change-stream.ts';
import { validationError } from './errors.ts';
import { type Change, IndexView, unitsOf } from './index-view.ts';
import { checkIndexKeys, keyNames, type MemoryTableDefinition, placeOf } from './schema.ts';
import { type Place, SortedItems, StoredItem } from './sorted-items.ts';
import type { Item } from './values.ts';

/** How many of a view's newest changes a read does not see yet. */
export type ReadLag = (read: {
  table: string;
  /** Undefined for the table itself. */
  index: string | undefined;
  /** Changes that the view has not followed yet. */
  pending: number;
  /** How many of them were written after a moment. */
  writtenAfter: (atMs: number) => number;
}) => number;

const maxItemBytes = 400 * 1024;

/** One table: its items, the views that follow them and its stream. */
export class MemoryTable {
  readonly name: string;
  readonly definition: MemoryTableDefinition;
  readonly keyNames: readonly string[];
  readonly stream: ChangeStream | undefined;
  readonly #items = new SortedItems();
  readonly #indexes: readonly IndexView[];
  readonly #replica: IndexView | undefined;
  readonly #lag: ReadLag | undefined;

  constructor(definition: MemoryTableDefinition, lag: ReadLag | undefined) {
    this.name = definition.tableName;
    this.definition = definition;
    this.keyNames = keyNames(definition);
    this.stream = definition.stream ? new ChangeStream(this.keyNames, definition.stream) : undefined;
    this.#indexes = (definition.indexes ?? []).map((index) => new IndexView(definition, index));
    this.#lag = lag;
    this.#replica =
      lag === undefined ? undefined : new IndexView(definition, { ...definition, name: '', project: 'all' });
  }

  placeOf(item: Item): Place {
    return placeOf(this.definition, item);
  }

  get(place: Place): StoredItem | undefined {
    return this.#items.get(place);
  }

  /** What an eventually consistent read of one item sees. */
  getEventually(place: Place): StoredItem | undefined {
    if (this.#replica === undefined) return this.get(place);
    const tie = this.definition.sortKey === undefined ? place.partition : `${place.partition}\0${place.sort}`;
    return this.#readView(this.#replica, undefined).get({ ...place, tie });
  }

  index(name: string): IndexView {
    const index = this.#indexes.find((view) => view.definition.name === name);
    if (index !== undefined) return index;
    throw validationError(`The table does not have the specified index: ${name}`);
  }

  /** The items that a query or scan runs over. */
  source(index: IndexView | undefined, consistent: boolean): SortedItems {
    if (index !== undefined) return this.#readView(index, index.definition.name);
    return consistent || this.#replica === undefined ? this.#items : this.#readView(this.#replica, undefined);
  }

  /** The place at which a query or scan of this source continues. */
  startPlace(index: IndexView | undefined, consistent: boolean, key: Item): Place | undefined {
    if (index !== undefined) return index.placeOf(key);
    return consistent || this.#replica === undefined ? this.placeOf(key) : this.#replica.placeOf(key);
  }

  /** Refuses an item that may not stand here; the place it would take otherwise. */
  check(item: Item, tooLarge: string): StoredItem {
    checkIndexKeys(this.definition.indexes ?? [], item);
    const stored = new StoredItem(item);
    if (stored.bytes > maxItemBytes) throw validationError(tooLarge);
    return stored;
  }

  /** Writes unconditionally; every check is behind us. */
  write(place: Place, after: StoredItem | undefined, atMs: number): Change {
    const change = { before: this.#items.get(place), after };
    if (after === undefined) this.#items.delete(place);
    else this.#items.put(place, after);
    for (const index of this.#indexes) {
      if (this.#lag === undefined) index.apply(change);
      else index.defer(change, atMs);
    }
    this.#replica?.defer(change, atMs);
    this.stream?.note(change.before, after, atMs);
    return change;
  }

  /** Write units of the table alone: by the larger of the two images, at least one. */
  tableUnits(change: Change): number {
    return Math.max(1, unitsOf(Math.max(change.before?.bytes ?? 0, change.after?.bytes ?? 0)));
  }

  indexUnits(change: Change): [index: string, units: number][] {
    return this.#indexes.map((index) => [index.definition.name, index.writeUnits(change)]);
  }

  #readView(view: IndexView, index: string | undefined): SortedItems {
    return view.read((pending, writtenAfter) => this.#lag?.({ table: this.name, index, pending, writtenAfter }) ?? 0);
  }
}
