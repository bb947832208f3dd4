import { validationError } from './errors.ts';
import type { Place } from './sorted-items.ts';
import { copyItemIn, type Item, isMap, typeOf } from './values.ts';

/** All keys are strings. */
export type MemoryIndexDefinition = {
  readonly name: string;
  readonly partitionKey: string;
  readonly sortKey?: string | undefined;
  /** Attributes projected beside the keys; empty means keys only, `'all'` the whole item. */
  readonly project: readonly string[] | 'all';
};

export type MemoryTableDefinition = {
  readonly tableName: string;
  readonly partitionKey: string;
  readonly sortKey?: string | undefined;
  readonly indexes?: readonly MemoryIndexDefinition[] | undefined;
  readonly stream?: boolean | 'new-image' | undefined;
};

export type KeySchema = { readonly partitionKey: string; readonly sortKey?: string | undefined };

export const keyNames = (schema: KeySchema): string[] =>
  schema.sortKey === undefined ? [schema.partitionKey] : [schema.partitionKey, schema.sortKey];

/** DynamoDB's limit on partition and sort key, in bytes. */
const maxPartitionKeyBytes = 2048;
const maxSortKeyBytes = 1024;

/** The place that a whole item takes in its table. */
export const placeOf = (schema: KeySchema, item: Item): Place => ({
  partition: keyText(schema.partitionKey, item, maxPartitionKeyBytes),
  sort: schema.sortKey === undefined ? '' : keyText(schema.sortKey, item, maxSortKeyBytes),
  tie: '',
});

const keyText = (name: string, item: Item, maxBytes: number): string => {
  const value = Object.hasOwn(item, name) ? item[name] : undefined;
  if (value === undefined) {
    throw validationError(`One or more parameter values were invalid: Missing the key ${name} in the item`);
  }
  if (typeof value !== 'string') {
    throw validationError(
      `One or more parameter values were invalid: Type mismatch for key ${name} expected: S actual: ${typeOf(value)}`,
    );
  }
  if (value === '') {
    throw validationError(
      `One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty string value. Key: ${name}`,
    );
  }
  if (value.length * 3 > maxBytes && Buffer.byteLength(value) > maxBytes) {
    throw validationError(`One or more parameter values were invalid: Size of key ${name} exceeds ${maxBytes} bytes`);
  }
  return value;
};

/** A `Key` parameter holds the key attributes and nothing else. */
export const readKey = (schema: KeySchema, key: unknown): Item => {
  const copy = readMap(key, 'Key');
  const names = keyNames(schema);
  const fits =
    Object.keys(copy).length === names.length &&
    names.every((name) => Object.hasOwn(copy, name) && typeof copy[name] === 'string');
  if (!fits) throw validationError('The provided key element does not match the schema');
  return copy;
};

export const readMap = (value: unknown, field: string): Item => {
  if (typeof value !== 'object' || value === null) {
    throw validationError(
      `1 validation error detected: Value null at '${field}' failed to satisfy constraint: Member must not be null`,
    );
  }
  const copy = copyItemIn(value);
  if (!isMap(copy)) throw validationError(`${field} is not a map`);
  return copy;
};

/** The key attributes of an item, in the form of LastEvaluatedKey and of a stream record's Keys. */
export const keyOf = (names: readonly string[], item: Item): Item => {
  const key: Record<string, Item[string]> = {};
  for (const name of names) {
    const value = item[name];
    if (value !== undefined) key[name] = value;
  }
  return key;
};

/** An index key may be absent, which leaves the item out of the index; present, it is a string with content. */
export const checkIndexKeys = (indexes: readonly MemoryIndexDefinition[], item: Item): void => {
  for (const index of indexes) {
    for (const name of keyNames(index)) {
      const value = Object.hasOwn(item, name) ? item[name] : undefined;
      if (value === undefined) continue;
      if (typeof value !== 'string') {
        throw validationError(
          `One or more parameter values were invalid: Type mismatch for Index Key ${name} Expected: S Actual: ${typeOf(value)} IndexName: ${index.name}`,
        );
      }
      if (value === '') {
        throw validationError(
          `One or more parameter values are not valid. A value specified for a secondary index key is not supported. The AttributeValue for a key attribute cannot contain an empty string value. IndexName: ${index.name}, IndexKey: ${name}`,
        );
      }
    }
  }
};
