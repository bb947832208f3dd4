import { keyProjection, keyProjectionNames, readItem } from '../../adapters/tables/audit-items.ts';
import type { Item, TableGateway } from '../../adapters/tables/gateway.ts';
import type { ChangeTables } from '../../adapters/tables/order-changes.ts';

export type AuditedTable = keyof ChangeTables;
export type IndexPartition = { readonly index: string; readonly partitionKey: string; readonly partition: string };
export type Wanted = { readonly table: AuditedTable; readonly key: Item };

/** Items of one page of a scan: what an audit holds in memory at a time, together with what belongs to them. */
const pageSize = 200;
/** Parts of a table that are walked beside each other. */
const segments = 4;
/** Pages of one partition of an index; a page holds up to 1 MB. */
const maxIndexPages = 100_000;
const keysPerBatchGet = 100;

const projections: Partial<Record<AuditedTable, { projection: string; names: Readonly<Record<string, string>> }>> = {
  keys: { projection: keyProjection, names: keyProjectionNames },
};
const projectionOf = (table: AuditedTable) => {
  const own = projections[table];
  return own && { ProjectionExpression: own.projection, ExpressionAttributeNames: own.names };
};

const placeOf = (table: AuditedTable, { pk, sk = '' }: Item): string => JSON.stringify([table, pk, sk]);

/** Items that were read, by table and key. */
export class Found {
  readonly #items = new Map<string, Item>();

  add(table: AuditedTable, items: readonly Item[]): void {
    for (const item of items) this.#items.set(placeOf(table, item), item);
  }

  get(table: AuditedTable, key: Item): Item | undefined {
    return this.#items.get(placeOf(table, key));
  }

  /** A record by key; one that cannot be read counts as absent here, and the walk over its own table names it. */
  read<T>(table: AuditedTable, key: Item, parse: (item: Item) => T): T | undefined {
    const item = this.get(table, key);
    const read = item && readItem(item, parse);
    return read && 'value' in read ? read.value : undefined;
  }

  merge(other: Found): void {
    for (const [place, item] of other.#items) this.#items.set(place, item);
  }
}

/** How an audit reads tables: strongly consistent, page by page, and never a secret. */
export class AuditReader {
  readonly #gateway: TableGateway;
  readonly #tables: ChangeTables;
  readonly #hasTime: () => boolean;
  #isComplete = true;

  /** @param hasTime false once no further page shall be begun */
  constructor(gateway: TableGateway, tables: ChangeTables, hasTime: () => boolean) {
    this.#gateway = gateway;
    this.#tables = tables;
    this.#hasTime = hasTime;
  }

  /** Whether every walk so far came to its end. */
  get isComplete(): boolean {
    return this.#isComplete;
  }

  /** Shows every item of a table once, a page at a time; `filter` leaves out what is not asked for. */
  async walk(
    table: AuditedTable,
    onPage: (items: readonly Item[]) => Promise<void> | void,
    filter?: { readonly expression: string; readonly values?: Item },
  ): Promise<void> {
    const walkSegment = async (segment: number): Promise<void> => {
      let start: Item | undefined;
      do {
        if (!this.#hasTime()) {
          this.#isComplete = false;
          return;
        }
        const page = await this.#gateway.scan({
          TableName: this.#tables[table],
          ConsistentRead: true,
          Segment: segment,
          TotalSegments: segments,
          // A filter shows little of a page, so that larger pages do.
          ...(filter ? { FilterExpression: filter.expression } : { Limit: pageSize }),
          ...(filter?.values && { ExpressionAttributeValues: filter.values }),
          ...projectionOf(table),
          ...(start && { ExclusiveStartKey: start }),
        });
        await onPage(page.items);
        start = page.lastKey;
      } while (start !== undefined);
    };
    await Promise.all(Array.from({ length: segments }, (_, segment) => walkSegment(segment)));
  }

  /** Records by key, each as it stands, though not all at one moment. */
  async getMany(wanted: readonly Wanted[]): Promise<Found> {
    const found = new Found();
    const byTable = Map.groupBy(distinct(wanted), ({ table }) => table);
    for (const [table, ofTable] of byTable) {
      const own = projections[table];
      for (let from = 0; from < ofTable.length; from += keysPerBatchGet) {
        const keys = ofTable.slice(from, from + keysPerBatchGet).map(({ key }) => key);
        found.add(table, await this.#gateway.batchGet(this.#tables[table], keys, own?.projection, own?.names));
      }
    }
    return found;
  }

  /** At most 100 records as they stood at one moment. */
  async getTogether(wanted: readonly Wanted[]): Promise<Found> {
    const gets = distinct(wanted);
    const items = await this.#gateway.transactGet({
      TransactItems: gets.map(({ table, key }) => ({
        Get: { TableName: this.#tables[table], Key: key, ...projectionOf(table) },
      })),
    });
    const found = new Found();
    for (const [index, { table }] of gets.entries()) {
      const item = items[index];
      if (item) found.add(table, [item]);
    }
    return found;
  }

  /** The items of one partition of an index; the index may lag behind its table. */
  ofIndex(table: AuditedTable, index: IndexPartition, projection: string): AsyncGenerator<Item> {
    return this.#gateway.queryAll(
      { ...this.#indexQuery(table, index), ProjectionExpression: projection },
      maxIndexPages,
    );
  }

  /** How many items one partition of an index holds; it may lag behind its table. */
  async count(table: AuditedTable, index: IndexPartition): Promise<number> {
    let count = 0;
    let start: Item | undefined;
    do {
      const page = await this.#gateway.query({
        ...this.#indexQuery(table, index),
        Select: 'COUNT',
        ...(start && { ExclusiveStartKey: start }),
      });
      count += page.count;
      start = page.lastKey;
    } while (start !== undefined);
    return count;
  }

  /** One page of a partition of a table, by sort key after `after`. */
  async partition(table: AuditedTable, pk: string, after: string, limit: number): Promise<readonly Item[]> {
    const { items } = await this.#gateway.query({
      TableName: this.#tables[table],
      ConsistentRead: true,
      KeyConditionExpression: 'pk = :pk AND sk > :after',
      ExpressionAttributeValues: { ':pk': pk, ':after': after },
      Limit: limit,
    });
    return items;
  }

  #indexQuery(table: AuditedTable, { index, partitionKey, partition }: IndexPartition) {
    return {
      TableName: this.#tables[table],
      IndexName: index,
      KeyConditionExpression: `${partitionKey} = :partition`,
      ExpressionAttributeValues: { ':partition': partition },
    };
  }
}

const distinct = (wanted: readonly Wanted[]): readonly Wanted[] => [
  ...new Map(wanted.map((each) => [placeOf(each.table, each.key), each])).values(),
];
