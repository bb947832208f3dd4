import type { ConsumedCapacity } from '@aws-sdk/client-dynamodb';
import { validationError } from './errors.ts';

/** Units that one command used on one table and its indexes. */
export type Usage = { readonly table: number; readonly indexes: ReadonlyMap<string, number> };

type Ask = string | undefined;

export const tableUsage = (units: number): Usage => ({ table: units, indexes: new Map() });
export const indexUsage = (index: string, units: number): Usage => ({ table: 0, indexes: new Map([[index, units]]) });

export const addUsage = (a: Usage | undefined, b: Usage): Usage => {
  if (a === undefined) return b;
  const indexes = new Map(a.indexes);
  for (const [name, units] of b.indexes) indexes.set(name, (indexes.get(name) ?? 0) + units);
  return { table: a.table + b.table, indexes };
};

/** One unit for each started 4 KB when strongly consistent, half of that when not. */
export const readUnits = (bytes: number, consistent: boolean): number =>
  Math.max(1, Math.ceil(bytes / 4096)) * (consistent ? 1 : 0.5);

export const isAsked = (ask: Ask): boolean => {
  if (ask === undefined || ask === 'NONE') return false;
  if (ask === 'TOTAL' || ask === 'INDEXES') return true;
  throw validationError(`1 validation error detected: Value '${ask}' at 'returnConsumedCapacity' is not known`);
};

/** Transactions tell read and write units apart, single commands do not. */
export const consumed = (
  ask: Ask,
  tableName: string,
  usage: Usage,
  unit?: 'ReadCapacityUnits' | 'WriteCapacityUnits',
): ConsumedCapacity => {
  const amount = (units: number) => ({ CapacityUnits: units, ...(unit === undefined ? {} : { [unit]: units }) });
  const indexes = [...usage.indexes].filter(([, units]) => units > 0);
  const total = indexes.reduce((sum, [, units]) => sum + units, usage.table);
  if (ask !== 'INDEXES') return { TableName: tableName, ...amount(total) };
  const byIndex = Object.fromEntries(indexes.map(([name, units]) => [name, amount(units)]));
  return {
    TableName: tableName,
    ...amount(total),
    Table: amount(usage.table),
    ...(indexes.length === 0 ? {} : { GlobalSecondaryIndexes: byIndex }),
  };
};
