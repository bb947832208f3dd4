import type {
  GetCommandInput,
  GetCommandOutput,
  QueryCommandInput,
  QueryCommandOutput,
  ScanCommandInput,
  ScanCommandOutput,
} from '@aws-sdk/lib-dynamodb';
import { consumed, indexUsage, isAsked, readUnits, tableUsage } from './capacity.ts';
import { holds } from './conditions.ts';
import { validationError } from './errors.ts';
import { type Expressions, readExpressions } from './expressions.ts';
import type { IndexView } from './index-view.ts';
import { readKeyCondition } from './key-condition.ts';
import { project } from './paths.ts';
import { keyNames, keyOf, readKey } from './schema.ts';
import { type Entry, isAtOrBefore, type Place } from './sorted-items.ts';
import type { Condition, Operand } from './syntax.ts';
import type { MemoryTable } from './table.ts';
import { copyItemIn, copyItemOut, type Item } from './values.ts';

/** DynamoDB reads at most this much for one page. */
const maxPageBytes = 1024 * 1024;

export const get = (table: MemoryTable, input: GetCommandInput): GetCommandOutput => {
  const place = table.placeOf(readKey(table.definition, input.Key));
  const { projection } = readExpressions(input);
  const stored = input.ConsistentRead ? table.get(place) : table.getEventually(place);
  const ask = input.ReturnConsumedCapacity;
  const units = () => tableUsage(readUnits(stored?.bytes ?? 0, input.ConsistentRead ?? false));
  return {
    $metadata: {},
    ...(stored === undefined ? {} : { Item: shown(stored.item, projection) }),
    ...(isAsked(ask) ? { ConsumedCapacity: consumed(ask, table.name, units()) } : {}),
  };
};

export const shown = (item: Item, projection: Expressions['projection']) =>
  copyItemOut(projection === undefined ? item : project(item, projection));

export const query = (table: MemoryTable, input: QueryCommandInput): QueryCommandOutput => {
  const expressions = readExpressions(input);
  const view = readView(table, input);
  const schema = view.index?.definition ?? table.definition;
  if (expressions.keyCondition === undefined) {
    throw validationError(
      'Either the KeyConditions or KeyConditionExpression parameter must be specified in the request.',
    );
  }
  const range = readKeyCondition(schema, expressions.keyCondition, expressions.values);
  if (expressions.filter !== undefined) refuseKeysInFilter(expressions.filter, keyNames(schema));
  const start = startOf(table, view, input.ExclusiveStartKey);
  if (start !== undefined && start.partition !== range.partition) {
    throw validationError('The provided starting key is outside query boundaries based on provided conditions');
  }
  const entries = table.source(view.index, view.consistent).partition(range.partition);
  return page(table, view, input, expressions, range.select(entries, start, input.ScanIndexForward ?? true));
};

export const scan = (table: MemoryTable, input: ScanCommandInput): ScanCommandOutput => {
  const expressions = readExpressions(input);
  const view = readView(table, input);
  const total = input.TotalSegments ?? 1;
  const segment = input.Segment ?? 0;
  if (segment < 0 || segment >= total) {
    throw validationError(
      `The Segment parameter is zero-based and must be less than parameter TotalSegments: Segment: ${segment} is not less than TotalSegments: ${total}`,
    );
  }
  const start = startOf(table, view, input.ExclusiveStartKey);
  const entries = table.source(view.index, view.consistent).scan(segment, total);
  const rest = start === undefined ? entries : entries.filter((entry) => !isAtOrBefore(entry, start));
  return page(table, view, input, expressions, rest);
};

type View = { readonly index: IndexView | undefined; readonly consistent: boolean };

const readView = (table: MemoryTable, input: QueryCommandInput | ScanCommandInput): View => {
  const index = input.IndexName === undefined ? undefined : table.index(input.IndexName);
  const consistent = input.ConsistentRead ?? false;
  if (index !== undefined && consistent) {
    throw validationError('Consistent reads are not supported on global secondary indexes');
  }
  if (input.Limit !== undefined && input.Limit < 1) throw validationError('Limit must be greater than or equal to 1');
  if (index !== undefined) checkProjected(index, input);
  if (input.Select === 'COUNT' && input.ProjectionExpression !== undefined) {
    throw validationError('Cannot specify the ProjectionExpression when choosing to get only the Count');
  }
  return { index, consistent };
};

const checkProjected = (index: IndexView, input: QueryCommandInput | ScanCommandInput): void => {
  const { projected, definition } = index;
  if (projected === undefined) return;
  if (input.Select === 'ALL_ATTRIBUTES') {
    throw validationError(
      `One or more parameter values were invalid: Select type ALL_ATTRIBUTES is not supported for global secondary index ${definition.name} because its projection type is not ALL`,
    );
  }
  const { projection, filter } = readExpressions(input);
  const missing = (projection ?? []).map((path) => String(path[0])).filter((name) => !projected.has(name));
  if (missing.length > 0) {
    throw validationError(
      `One or more parameter values were invalid: Global secondary index ${definition.name} does not project [${missing.join(', ')}]`,
    );
  }
  const unfilterable = filter === undefined ? [] : attributesOf(filter).filter((name) => !projected.has(name));
  if (unfilterable.length > 0) {
    throw validationError(
      `One or more parameter values were invalid: Secondary index ${definition.name} does not project one or more filter attributes: [${unfilterable.join(', ')}]`,
    );
  }
};

const startOf = (table: MemoryTable, view: View, key: object | undefined): Place | undefined => {
  if (key === undefined) return undefined;
  const names = view.index?.keyNames ?? table.keyNames;
  const copy = copyItemIn(key);
  const fits = Object.keys(copy).length === names.length && names.every((name) => typeof copy[name] === 'string');
  const place = fits ? table.startPlace(view.index, view.consistent, copy) : undefined;
  if (place === undefined) throw validationError('The provided starting key is invalid');
  return place;
};

const page = (
  table: MemoryTable,
  view: View,
  input: QueryCommandInput | ScanCommandInput,
  { filter, projection, values }: Expressions,
  entries: Iterable<Entry>,
) => {
  const items: Item[] = [];
  const limit = input.Limit ?? Number.POSITIVE_INFINITY;
  let read = { count: 0, bytes: 0, last: undefined as Entry | undefined, more: false };
  for (const entry of entries) {
    read = { count: read.count + 1, bytes: read.bytes + entry.stored.bytes, last: entry, more: false };
    if (filter === undefined || holds(filter, entry.stored.item, values)) items.push(entry.stored.item);
    if (read.count >= limit || read.bytes > maxPageBytes) {
      read.more = true;
      break;
    }
  }
  const units = readUnits(read.bytes, view.consistent);
  const usage = view.index === undefined ? tableUsage(units) : indexUsage(view.index.definition.name, units);
  const ask = input.ReturnConsumedCapacity;
  const lastKey =
    read.last && read.more ? keyOf(view.index?.keyNames ?? table.keyNames, read.last.stored.item) : undefined;
  return {
    $metadata: {},
    ...(input.Select === 'COUNT' ? {} : { Items: items.map((item) => shown(item, projection)) }),
    Count: items.length,
    ScannedCount: read.count,
    ...(lastKey === undefined ? {} : { LastEvaluatedKey: copyItemOut(lastKey) }),
    ...(isAsked(ask) ? { ConsumedCapacity: consumed(ask, table.name, usage) } : {}),
  };
};

const refuseKeysInFilter = (filter: Condition, keys: readonly string[]): void => {
  const key = attributesOf(filter).find((name) => keys.includes(name));
  if (key === undefined) return;
  throw validationError(`Filter Expression can only contain non-primary key attributes: Primary key attribute: ${key}`);
};

/** The top-level attributes that a condition looks at. */
const attributesOf = (condition: Condition): string[] => {
  switch (condition.kind) {
    case 'and':
    case 'or':
      return [...attributesOf(condition.left), ...attributesOf(condition.right)];
    case 'not':
      return attributesOf(condition.inner);
    case 'compare':
      return [condition.left, condition.right].flatMap(attributeOf);
    case 'between':
      return [condition.operand, condition.low, condition.high].flatMap(attributeOf);
    case 'in':
      return [condition.operand, ...condition.options].flatMap(attributeOf);
    case 'call':
      return condition.operands.flatMap(attributeOf);
  }
};

const attributeOf = (operand: Operand): string[] => {
  if (operand.kind === 'path') return [String(operand.path[0])];
  return operand.kind === 'size' ? attributeOf(operand.of) : [];
};
