import type {
  BatchGetCommandInput,
  BatchGetCommandOutput,
  BatchWriteCommandInput,
  BatchWriteCommandOutput,
} from '@aws-sdk/lib-dynamodb';
import { addUsage, consumed, isAsked, readUnits, tableUsage, type Usage } from './capacity.ts';
import { validationError } from './errors.ts';
import { readExpressions } from './expressions.ts';
import { shown } from './reads.ts';
import { readKey } from './schema.ts';
import type { Place } from './sorted-items.ts';
import type { MemoryTable } from './table.ts';
import { type PreparedWrite, prepareDelete, preparePut, usageOf } from './writes.ts';

const maxGets = 100;
const maxWrites = 25;

type TableByName = (name: string | undefined) => MemoryTable;

export const batchGet = (tableOf: TableByName, input: BatchGetCommandInput): BatchGetCommandOutput => {
  const requests = Object.entries(input.RequestItems ?? {});
  const count = requests.reduce((sum, [, { Keys }]) => sum + (Keys?.length ?? 0), 0);
  if (count > maxGets) throw validationError('Too many items requested for the BatchGetItem call');
  if (requests.length === 0 || requests.some(([, { Keys }]) => (Keys?.length ?? 0) === 0)) {
    throw validationError('The list of keys in RequestItems for BatchGetItem is required');
  }
  const usages = new Map<string, Usage>();
  const responses = requests.map(([name, request]) => {
    const table = tableOf(name);
    const { projection } = readExpressions(request);
    const consistent = request.ConsistentRead ?? false;
    const places = (request.Keys ?? []).map((key) => table.placeOf(readKey(table.definition, key)));
    checkDistinct(places);
    const found = places.flatMap((place) => {
      const stored = consistent ? table.get(place) : table.getEventually(place);
      usages.set(name, addUsage(usages.get(name), tableUsage(readUnits(stored?.bytes ?? 0, consistent))));
      return stored === undefined ? [] : [shown(stored.item, projection)];
    });
    return [name, found] as const;
  });
  return {
    $metadata: {},
    Responses: Object.fromEntries(responses),
    UnprocessedKeys: {},
    ...capacityOf(input.ReturnConsumedCapacity, usages),
  };
};

/** Each write stands alone; the batch as a whole promises nothing. */
export const batchWrite = (
  tableOf: TableByName,
  input: BatchWriteCommandInput,
  now: number,
): BatchWriteCommandOutput => {
  const requests = Object.entries(input.RequestItems ?? {});
  const count = requests.reduce((sum, [, list]) => sum + list.length, 0);
  if (count > maxWrites) throw validationError('Too many items requested for the BatchWriteItem call');
  if (count === 0) throw validationError('The batch write request list for a table cannot be null or empty');
  const writes = requests.flatMap(([name, list]) => {
    const table = tableOf(name);
    const prepared = list.map((request): PreparedWrite => {
      if (request.PutRequest) return preparePut(table, request.PutRequest);
      return prepareDelete(table, request.DeleteRequest ?? {});
    });
    checkDistinct(prepared.map(({ place }) => place));
    return prepared;
  });
  const usages = new Map<string, Usage>();
  for (const { table, place, after } of writes) {
    const change = table.write(place, after(table.get(place)), now);
    if (!isAsked(input.ReturnConsumedCapacity)) continue;
    usages.set(table.name, addUsage(usages.get(table.name), usageOf(table, change)));
  }
  return { $metadata: {}, UnprocessedItems: {}, ...capacityOf(input.ReturnConsumedCapacity, usages) };
};

const checkDistinct = (places: readonly Place[]): void => {
  if (new Set(places.map(({ partition, sort }) => `${partition}\0${sort}`)).size === places.length) return;
  throw validationError('Provided list of item keys contains duplicates');
};

const capacityOf = (ask: string | undefined, usages: ReadonlyMap<string, Usage>) =>
  isAsked(ask) ? { ConsumedCapacity: [...usages].map(([table, usage]) => consumed(ask, table, usage)) } : {};
