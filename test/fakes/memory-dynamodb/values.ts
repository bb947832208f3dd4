/**
 * Attribute values as the tables hold them: plain JavaScript in the one form in which the document client would hand
 * them back, so that equality and order need no conversion. Held values are never changed; every way in or out copies.
 */

export type Value =
  | string
  | number
  | bigint
  | boolean
  | null
  | Uint8Array
  | ReadonlySet<string | number | bigint | Uint8Array>
  | readonly Value[]
  | { readonly [name: string]: Value };

export type Item = { readonly [name: string]: Value };

export type TypeName = 'S' | 'N' | 'B' | 'BOOL' | 'NULL' | 'L' | 'M' | 'SS' | 'NS' | 'BS';

export const isList = (value: Value | undefined): value is readonly Value[] => Array.isArray(value);
export const isSet = (value: Value | undefined): value is ReadonlySet<string | number | bigint | Uint8Array> =>
  value instanceof Set;
export const isNumber = (value: Value | undefined): value is number | bigint =>
  typeof value === 'number' || typeof value === 'bigint';
export const isMap = (value: Value | undefined): value is Item =>
  typeof value === 'object' && value !== null && !isList(value) && !isSet(value) && !(value instanceof Uint8Array);

export const typeOf = (value: Value): TypeName => {
  if (typeof value === 'string') return 'S';
  if (isNumber(value)) return 'N';
  if (typeof value === 'boolean') return 'BOOL';
  if (value === null) return 'NULL';
  if (isList(value)) return 'L';
  if (value instanceof Uint8Array) return 'B';
  if (!isSet(value)) return 'M';
  const [first] = value;
  return typeof first === 'string' ? 'SS' : isNumber(first) ? 'NS' : 'BS';
};

/** Copies what a caller passes, as the marshaller with `removeUndefinedValues` would, and refuses what it refuses. */
const copyIn = (value: unknown): Value => {
  if (typeof value === 'string' || typeof value === 'boolean' || value === null) return value;
  if (typeof value === 'number') return normalNumber(value);
  if (typeof value === 'bigint') return normalInteger(value);
  if (Array.isArray(value)) return value.filter(isStorable).map(copyIn);
  if (value instanceof Set) return copySetIn(value);
  if (ArrayBuffer.isView(value)) return new Uint8Array(value.buffer, value.byteOffset, value.byteLength).slice();
  if (value instanceof ArrayBuffer) return new Uint8Array(value.slice(0));
  if (value instanceof Map) return copyItemIn(Object.fromEntries(value));
  if (typeof value === 'object' && isPlain(value)) return copyItemIn(value);
  throw new Error(`Unsupported type passed: ${value}. Pass options.convertClassInstanceToMap=true to marshall it.`);
};

export const copyItemIn = (item: object): Item => {
  const copy: Record<string, Value> = {};
  for (const [name, value] of Object.entries(item)) {
    if (isStorable(value)) copy[name] = copyIn(value);
  }
  return copy;
};

/** What callers get is theirs to change. */
const copyOut = (value: Value): Value => {
  if (typeof value !== 'object' || value === null) return value;
  if (isList(value)) return value.map(copyOut);
  if (value instanceof Uint8Array) return value.slice();
  if (isSet(value))
    return new Set([...value].map((member) => (member instanceof Uint8Array ? member.slice() : member)));
  return copyItemOut(value);
};

export const copyItemOut = (item: Item): Record<string, Value> => {
  const copy: Record<string, Value> = {};
  for (const name in item) {
    const value = item[name];
    if (value !== undefined) copy[name] = copyOut(value);
  }
  return copy;
};

const isStorable = (value: unknown): boolean => value !== undefined && typeof value !== 'function';

const isPlain = (value: object): boolean => {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
};

const normalNumber = (value: number): number => {
  if (!Number.isFinite(value)) throw new Error(`Special numeric value ${value} is not allowed`);
  if (Math.abs(value) > Number.MAX_SAFE_INTEGER) {
    throw new Error(`Number ${value} is beyond Number.MAX_SAFE_INTEGER. Use NumberValue from @aws-sdk/lib-dynamodb.`);
  }
  return value === 0 ? 0 : value;
};

const normalInteger = (value: bigint): number | bigint => {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
};

const copySetIn = (set: ReadonlySet<unknown>): Value => {
  const members = [...set].filter((member) => member !== undefined).map(copyIn);
  const [first] = members;
  if (first === undefined) throw new Error('Pass a non-empty set, or options.convertEmptyValues=true.');
  const type = typeOf(first);
  const copies = new Set<string | number | bigint | Uint8Array>();
  for (const member of members) {
    if (typeOf(member) !== type) throw new Error('A set holds members of one type');
    if (typeof member === 'string' || isNumber(member) || member instanceof Uint8Array) copies.add(member);
    else throw new Error('Only Number Set (NS), Binary Set (BS) or String Set (SS) are allowed.');
  }
  return copies;
};

export const setHas = (set: ReadonlySet<Value>, member: Value): boolean =>
  member instanceof Uint8Array ? [...set].some((other) => equal(other, member)) : set.has(member);

export const equal = (a: Value, b: Value): boolean => {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (a instanceof Uint8Array || b instanceof Uint8Array) {
    return a instanceof Uint8Array && b instanceof Uint8Array && Buffer.compare(a, b) === 0;
  }
  if (isSet(a) || isSet(b)) {
    return isSet(a) && isSet(b) && a.size === b.size && [...a].every((member) => setHas(b, member));
  }
  if (isList(a) || isList(b)) {
    return isList(a) && isList(b) && a.length === b.length && a.every((value, index) => sameAt(value, b[index]));
  }
  const names = Object.keys(a);
  return (
    names.length === Object.keys(b).length &&
    names.every((name) => {
      const value = a[name];
      return value !== undefined && sameAt(value, b[name]);
    })
  );
};

const sameAt = (value: Value, other: Value | undefined): boolean => other !== undefined && equal(value, other);

/** Negative, zero or positive; undefined where DynamoDB knows no order between the two. */
export const compare = (a: Value, b: Value): number | undefined => {
  if (typeof a === 'string' && typeof b === 'string') return compareText(a, b);
  if (isNumber(a) && isNumber(b)) return a < b ? -1 : a > b ? 1 : 0;
  if (a instanceof Uint8Array && b instanceof Uint8Array) return Buffer.compare(a, b);
  return undefined;
};

/**
 * DynamoDB orders strings by their UTF-8 bytes, JavaScript by UTF-16 units; they differ only where a surrogate meets
 * a unit above the surrogates.
 */
export const compareText = (a: string, b: string): number => {
  if (a === b) return 0;
  const length = Math.min(a.length, b.length);
  for (let index = 0; index < length; index += 1) {
    const left = a.charCodeAt(index);
    const right = b.charCodeAt(index);
    if (left === right) continue;
    return codePointRank(left) - codePointRank(right);
  }
  return a.length - b.length;
};

const codePointRank = (unit: number): number => (unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit);

/** Bytes an item counts for, by the rules of the developer guide's page on item sizes. */
export const itemSize = (item: Item): number => {
  let size = 0;
  for (const name in item) {
    const value = item[name];
    if (value !== undefined) size += textSize(name) + valueSize(value);
  }
  return size;
};

const textSize = (text: string): number => Buffer.byteLength(text, 'utf8');

const valueSize = (value: Value): number => {
  if (typeof value === 'string') return textSize(value);
  if (isNumber(value)) return numberSize(value);
  if (typeof value === 'boolean' || value === null) return 1;
  if (value instanceof Uint8Array) return value.byteLength;
  if (isSet(value)) return [...value].reduce<number>((sum, member) => sum + valueSize(member), 0);
  if (isList(value)) return value.reduce<number>((sum, member) => sum + 1 + valueSize(member), 3);
  return 3 + Object.keys(value).length + itemSize(value);
};

const numberSize = (value: number | bigint): number => {
  const digits = String(value)
    .replace(/^-|\.|e.*$/g, '')
    .replace(/^0+|0+$/g, '').length;
  return Math.ceil(digits / 2) + 1 + (value < 0 ? 1 : 0);
};
