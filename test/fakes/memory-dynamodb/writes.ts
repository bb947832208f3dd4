import type {
  DeleteCommandInput,
  DeleteCommandOutput,
  PutCommandInput,
  PutCommandOutput,
  UpdateCommandInput,
  UpdateCommandOutput,
} from '@aws-sdk/lib-dynamodb';
import { consumed, isAsked, type Usage } from './capacity.ts';
import { holds } from './conditions.ts';
import { conditionFailed, validationError } from './errors.ts';
import { type ExpressionInput, type Expressions, readExpressions } from './expressions.ts';
import type { Change } from './index-view.ts';
import { project } from './paths.ts';
import { readKey, readMap } from './schema.ts';
import type { Place, StoredItem } from './sorted-items.ts';
import type { Path } from './syntax.ts';
import type { MemoryTable } from './table.ts';
import { applyUpdate } from './updates.ts';
import { copyItemOut, type Item } from './values.ts';

const metadata = {};
const tooLargeToPut = 'Item size has exceeded the maximum allowed size';
const tooLargeToUpdate = 'Item size to update has exceeded the maximum allowed size';

/** A write that passed every check which does not depend on what stands in the table. */
export type PreparedWrite = {
  readonly table: MemoryTable;
  readonly place: Place;
  readonly expressions: Expressions;
  readonly writes: boolean;
  readonly returnsFound: boolean;
  /** The item afterwards; may refuse because of what stands there before. */
  readonly after: (before: StoredItem | undefined) => StoredItem | undefined;
};

type FailureInput = ExpressionInput & { readonly ReturnValuesOnConditionCheckFailure?: string | undefined };

export const preparePut = (table: MemoryTable, input: FailureInput & { Item?: unknown }): PreparedWrite => {
  const item = readMap(input.Item, 'item');
  const place = table.placeOf(item);
  const stored = table.check(item, tooLargeToPut);
  return { ...common(table, place, input), writes: true, after: () => stored };
};

export const prepareDelete = (table: MemoryTable, input: FailureInput & { Key?: unknown }): PreparedWrite => {
  const place = table.placeOf(readKey(table.definition, input.Key));
  return { ...common(table, place, input), writes: true, after: () => undefined };
};

export const prepareUpdate = (table: MemoryTable, input: FailureInput & { Key?: unknown }): PreparedWrite => {
  const key = readKey(table.definition, input.Key);
  const prepared = common(table, table.placeOf(key), input);
  const actions = prepared.expressions.update ?? [];
  const touched = actions.find(({ path }) => table.keyNames.includes(String(path[0])));
  if (touched !== undefined) {
    throw validationError(
      `One or more parameter values were invalid: Cannot update attribute ${touched.path[0]}. This attribute is part of the key`,
    );
  }
  const after = (before: StoredItem | undefined) =>
    table.check(applyUpdate(actions, before?.item ?? key, prepared.expressions.values), tooLargeToUpdate);
  return { ...prepared, writes: true, after };
};

export const prepareCheck = (table: MemoryTable, input: FailureInput & { Key?: unknown }): PreparedWrite => {
  const place = table.placeOf(readKey(table.definition, input.Key));
  if (input.ConditionExpression === undefined) {
    throw validationError("Value null at 'conditionExpression' failed to satisfy constraint: Member must not be null");
  }
  return { ...common(table, place, input), writes: false, after: (before) => before };
};

const common = (table: MemoryTable, place: Place, input: FailureInput) => ({
  table,
  place,
  expressions: readExpressions(input),
  returnsFound: input.ReturnValuesOnConditionCheckFailure === 'ALL_OLD',
});

export const conditionHolds = (write: PreparedWrite, before: StoredItem | undefined): boolean => {
  const { condition, values } = write.expressions;
  return condition === undefined || holds(condition, before?.item, values);
};

/** Units of one write; a transaction pays double on the table, while its indexes follow as they always do. */
export const usageOf = (table: MemoryTable, change: Change, factor = 1): Usage => ({
  table: table.tableUnits(change) * factor,
  indexes: new Map(table.indexUnits(change)),
});

export const put = (table: MemoryTable, input: PutCommandInput, now: number): PutCommandOutput => {
  allowReturnValues(input.ReturnValues, ['NONE', 'ALL_OLD']);
  return outputOf(perform(preparePut(table, input), now), input, table);
};

export const deleteItem = (table: MemoryTable, input: DeleteCommandInput, now: number): DeleteCommandOutput => {
  allowReturnValues(input.ReturnValues, ['NONE', 'ALL_OLD']);
  return outputOf(perform(prepareDelete(table, input), now), input, table);
};

export const update = (table: MemoryTable, input: UpdateCommandInput, now: number): UpdateCommandOutput => {
  allowReturnValues(input.ReturnValues, ['NONE', 'ALL_OLD', 'ALL_NEW', 'UPDATED_OLD', 'UPDATED_NEW']);
  const write = prepareUpdate(table, input);
  return outputOf(perform(write, now), input, table, write.expressions.update?.map((action) => action.path) ?? []);
};

const perform = (write: PreparedWrite, now: number): Change => {
  const before = write.table.get(write.place);
  if (!conditionHolds(write, before)) throw conditionFailed(write.returnsFound ? before?.item : undefined);
  return write.table.write(write.place, write.after(before), now);
};

type OutputInput = { readonly ReturnValues?: string | undefined; readonly ReturnConsumedCapacity?: string | undefined };

const outputOf = (change: Change, input: OutputInput, table: MemoryTable, updated: readonly Path[] = []) => {
  const attributes = returned(change, input.ReturnValues, updated);
  return {
    $metadata: metadata,
    ...(attributes === undefined ? {} : { Attributes: copyItemOut(attributes) }),
    ...(isAsked(input.ReturnConsumedCapacity)
      ? { ConsumedCapacity: consumed(input.ReturnConsumedCapacity, table.name, usageOf(table, change)) }
      : {}),
  };
};

const returned = (change: Change, which: string | undefined, updated: readonly Path[]): Item | undefined => {
  if (which === undefined || which === 'NONE') return undefined;
  const item = which.endsWith('_OLD') ? change.before?.item : change.after?.item;
  if (item === undefined || which.startsWith('ALL')) return item;
  const attributes = project(item, updated.map(toListAsAWhole));
  return Object.keys(attributes).length === 0 ? undefined : attributes;
};

/** An updated list element is answered with its whole list, whose indexes mean something only together. */
const toListAsAWhole = (path: Path): Path => {
  const firstIndex = path.findIndex((segment) => typeof segment === 'number');
  return firstIndex < 0 ? path : path.slice(0, firstIndex);
};

const allowReturnValues = (which: string | undefined, allowed: readonly string[]): void => {
  if (which === undefined || allowed.includes(which)) return;
  throw validationError(`Return values set to invalid value: ${which} is none of ${allowed.join(', ')}`);
};
