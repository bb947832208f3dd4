import type { Values } from './conditions.ts';
import { validationError } from './errors.ts';
import type { KeySchema } from './schema.ts';
import { comparePlaces, type Entry, lowerBound, type Place } from './sorted-items.ts';
import type { Comparator, Condition, Operand } from './syntax.ts';
import { compareText, type Value } from './values.ts';

/** The part of one partition that a query reads, in the order in which it reads it. */
export type KeyRange = {
  readonly partition: string;
  readonly select: (entries: readonly Entry[], start: Place | undefined, forward: boolean) => Iterable<Entry>;
};

type SortTest =
  | { readonly kind: Exclude<Comparator, '<>'>; readonly bound: string }
  | { readonly kind: 'begins_with'; readonly bound: string }
  | { readonly kind: 'between'; readonly low: string; readonly high: string };

type KeyTest = { readonly name: string; readonly test: SortTest };

/** Reads `pk = :p` and at most one condition on the sort key, in either order. */
export const readKeyCondition = (schema: KeySchema, condition: Condition, values: Values): KeyRange => {
  const tests = conjuncts(condition).map((part) => readTest(part, values));
  const partitionTest = tests.find(({ name }) => name === schema.partitionKey);
  if (partitionTest === undefined) throw missed(schema.partitionKey);
  if (partitionTest.test.kind !== '=') throw validationError('Query key condition not supported');
  const others = tests.filter((test) => test !== partitionTest);
  if (others.length > 1 || others.some(({ name }) => name === schema.partitionKey)) {
    throw validationError('KeyConditionExpressions must only contain one condition per key');
  }
  const sortTest = others[0];
  if (sortTest !== undefined && sortTest.name !== schema.sortKey) throw missed(schema.sortKey ?? sortTest.name);
  if (partitionTest.test.bound === '') {
    throw validationError(
      `One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty string value. Key: ${schema.partitionKey}`,
    );
  }
  return { partition: partitionTest.test.bound, select: (...args) => select(sortTest?.test, ...args) };
};

const missed = (name: string) => validationError(`Query condition missed key schema element: ${name}`);

const conjuncts = (condition: Condition): Condition[] =>
  condition.kind === 'and' ? [...conjuncts(condition.left), ...conjuncts(condition.right)] : [condition];

const mirrored = { '=': '=', '<': '>', '<=': '>=', '>': '<', '>=': '<=' } as const;

const readTest = (condition: Condition, values: Values): KeyTest => {
  if (condition.kind === 'compare' && condition.operator !== '<>') {
    const { left, right, operator } = condition;
    if (left.kind === 'path') return { name: nameOf(left), test: { kind: operator, bound: textOf(right, values) } };
    return { name: nameOf(right), test: { kind: mirrored[operator], bound: textOf(left, values) } };
  }
  if (condition.kind === 'between') {
    const { low, high } = condition;
    const test = { kind: 'between', low: textOf(low, values), high: textOf(high, values) } as const;
    return { name: nameOf(condition.operand), test };
  }
  const [subject, start] = condition.kind === 'call' ? condition.operands : [];
  if (condition.kind === 'call' && condition.name === 'begins_with' && subject !== undefined && start !== undefined) {
    return { name: nameOf(subject), test: { kind: 'begins_with', bound: textOf(start, values) } };
  }
  const operator = condition.kind === 'compare' ? condition.operator : condition.kind;
  throw validationError(`Invalid operator used in KeyConditionExpression: ${operator.toUpperCase()}`);
};

const nameOf = (operand: Operand): string => {
  if (operand.kind === 'path' && operand.path.length === 1) return String(operand.path[0]);
  throw validationError('KeyConditionExpressions cannot contain nested operations');
};

const textOf = (operand: Operand, values: Values): string => {
  const value: Value | undefined = operand.kind === 'value' ? values[operand.name] : undefined;
  if (typeof value === 'string') return value;
  throw validationError(
    'One or more parameter values were invalid: Condition parameter type does not match schema type',
  );
};

function* select(
  test: SortTest | undefined,
  entries: readonly Entry[],
  start: Place | undefined,
  forward: boolean,
): Generator<Entry> {
  let position = forward ? 0 : entries.length - 1;
  if (start !== undefined) position = positionAfter(entries, start, forward);
  else if (test !== undefined) position = firstPosition(test, entries, forward);
  for (; position >= 0 && position < entries.length; position += forward ? 1 : -1) {
    const entry = entries[position];
    if (entry === undefined) return;
    if (test === undefined || passes(test, entry.sort)) yield entry;
    else if (isBeyond(test, entry.sort, forward)) return;
  }
}

const positionAfter = (entries: readonly Entry[], start: Place, forward: boolean): number => {
  const position = lowerBound(entries, start);
  const entry = entries[position];
  if (!forward) return position - 1;
  return entry !== undefined && comparePlaces(entry, start) === 0 ? position + 1 : position;
};

/** A bound to jump to, so that a narrow query of a long partition stays cheap. */
const firstPosition = (test: SortTest, entries: readonly Entry[], forward: boolean): number => {
  const low = test.kind === 'between' ? test.low : test.kind === '<' || test.kind === '<=' ? undefined : test.bound;
  if (forward) return low === undefined ? 0 : lowerBound(entries, { partition: '', sort: low, tie: '' });
  const high = test.kind === 'between' ? test.high : test.kind === '<' || test.kind === '<=' ? test.bound : undefined;
  if (high === undefined) return entries.length - 1;
  return Math.min(entries.length, lowerBound(entries, { partition: '', sort: `${high}\0`, tie: '' })) - 1;
};

const passes = (test: SortTest, sort: string): boolean => {
  switch (test.kind) {
    case '=':
      return sort === test.bound;
    case '<':
      return compareText(sort, test.bound) < 0;
    case '<=':
      return compareText(sort, test.bound) <= 0;
    case '>':
      return compareText(sort, test.bound) > 0;
    case '>=':
      return compareText(sort, test.bound) >= 0;
    case 'begins_with':
      return sort.startsWith(test.bound);
    case 'between':
      return compareText(sort, test.low) >= 0 && compareText(sort, test.high) <= 0;
  }
};

/** Whether no later entry in this direction can pass either. */
const isBeyond = (test: SortTest, sort: string, forward: boolean): boolean => {
  const low = test.kind === 'between' ? test.low : test.bound;
  const high = test.kind === 'between' ? test.high : test.bound;
  if (!forward) return compareText(sort, low) < 0;
  return !sort.startsWith(low) && compareText(sort, high) > 0;
};
