import type { Values } from './conditions.ts';
import { unsupported, validationError } from './errors.ts';
import { readPath } from './paths.ts';
import type { Path, SetOperand, UpdateAction } from './syntax.ts';
import { expressionError } from './tokens.ts';
import { equal, type Item, isList, isMap, isNumber, isSet, setHas, typeOf, type Value } from './values.ts';

/** The item after the update. All operands are read from the item as it stood before. */
export const applyUpdate = (actions: readonly UpdateAction[], before: Item, values: Values): Item => {
  const writes = actions.map((action) => ({ action, value: newValue(action, before, values) }));
  let item = before;
  for (const { action, value } of writes) {
    if (value !== undefined) item = write(item, action.path, value);
  }
  // Elements leave from the end, so that each index still means what it meant in the item before.
  const removals = writes.filter(({ action, value }) => value === undefined && leaves(action, before, values));
  for (const { action } of removals.toSorted(byLastIndexDescending)) item = remove(item, action.path);
  return item;
};

const leaves = (action: UpdateAction, before: Item, values: Values): boolean => {
  if (action.kind === 'REMOVE') return true;
  if (action.kind !== 'DELETE') return false;
  const present = readPath(before, action.path);
  return isSet(present) && withoutMembers(present, givenValue(action.value, values)) === undefined;
};

const byLastIndexDescending = (a: { action: UpdateAction }, b: { action: UpdateAction }): number => {
  const left = a.action.path.at(-1);
  const right = b.action.path.at(-1);
  return typeof left === 'number' && typeof right === 'number' ? right - left : 0;
};

const newValue = (action: UpdateAction, before: Item, values: Values): Value | undefined => {
  switch (action.kind) {
    case 'SET':
      return evaluate(action.operand, before, values);
    case 'REMOVE':
      return undefined;
    case 'ADD':
      return added(readPath(before, action.path), givenValue(action.value, values));
    case 'DELETE': {
      const present = readPath(before, action.path);
      return present === undefined ? undefined : withoutMembers(present, givenValue(action.value, values));
    }
  }
};

const givenValue = (name: string, values: Values): Value => {
  const value = values[name];
  if (value === undefined) throw new Error(`The value ${name} was not checked`);
  return value;
};

const evaluate = (operand: SetOperand, item: Item, values: Values): Value => {
  switch (operand.kind) {
    case 'value':
      return givenValue(operand.name, values);
    case 'path': {
      const value = readPath(item, operand.path);
      if (value !== undefined) return value;
      throw validationError('The provided expression refers to an attribute that does not exist in the item');
    }
    case 'if_not_exists': {
      const present = readPath(item, operand.path);
      return present === undefined ? evaluate(operand.otherwise, item, values) : present;
    }
    case 'list_append': {
      const left = evaluate(operand.left, item, values);
      const right = evaluate(operand.right, item, values);
      if (!isList(left) || !isList(right)) throw wrongDataType();
      return [...left, ...right];
    }
    case '+':
      return sum(evaluate(operand.left, item, values), evaluate(operand.right, item, values), 1);
    case '-':
      return sum(evaluate(operand.left, item, values), evaluate(operand.right, item, values), -1);
  }
};

const wrongDataType = () => validationError('An operand in the update expression has an incorrect data type');

/** DynamoDB adds decimals exactly; JavaScript does not, and money here is never a fraction. */
const sum = (left: Value, right: Value, sign: 1 | -1): Value => {
  if (!isNumber(left) || !isNumber(right)) throw wrongDataType();
  if (typeof left === 'number' && typeof right === 'number') {
    if (!Number.isInteger(left) || !Number.isInteger(right)) throw unsupported('arithmetic on fractions');
    const total = left + sign * right;
    if (Number.isSafeInteger(total)) return total;
  }
  const total = BigInt(left) + BigInt(sign) * BigInt(right);
  return Number.isSafeInteger(Number(total)) ? Number(total) : total;
};

const added = (present: Value | undefined, value: Value): Value => {
  if (present === undefined) return value;
  if (isNumber(value)) return sum(present, value, 1);
  if (!isSet(value) || !isSet(present) || typeOf(present) !== typeOf(value)) throw wrongDataType();
  return new Set([...present, ...[...value].filter((member) => !setHas(present, member))]);
};

const withoutMembers = (present: Value, leaving: Value): Value | undefined => {
  if (!isSet(leaving) || !isSet(present) || typeOf(present) !== typeOf(leaving)) throw wrongDataType();
  const rest = new Set([...present].filter((member) => !setHas(leaving, member)));
  return rest.size === 0 ? undefined : rest;
};

const invalidPath = () => validationError('The document path provided in the update expression is invalid for update');

/** Copies along the path, so that whoever holds the item before still sees it as it was. */
const write = (container: Item, path: Path, value: Value): Item => {
  const written = writeInto(container, path, value);
  if (!isMap(written)) throw invalidPath();
  return written;
};

const writeInto = (container: Value | undefined, [segment, ...rest]: Path, value: Value): Value => {
  if (segment === undefined) return value;
  if (typeof segment === 'string') {
    if (container === undefined || !isMap(container)) throw invalidPath();
    return { ...container, [segment]: writeInto(memberOf(container, segment), rest, value) };
  }
  if (!isList(container)) throw invalidPath();
  const list = [...container];
  // An index beyond the end appends.
  const index = Math.min(segment, list.length);
  list[index] = writeInto(container[segment], rest, value);
  return list;
};

const memberOf = (map: Item, name: string): Value | undefined => (Object.hasOwn(map, name) ? map[name] : undefined);

const remove = (container: Item, path: Path): Item => {
  const removed = removeFrom(container, path);
  if (!isMap(removed)) throw invalidPath();
  return removed;
};

const removeFrom = (container: Value | undefined, [segment, ...rest]: Path): Value => {
  if (typeof segment === 'string') {
    if (container === undefined || !isMap(container)) throw invalidPath();
    if (rest.length > 0) return { ...container, [segment]: removeFrom(memberOf(container, segment), rest) };
    const { [segment]: _removed, ...kept } = container;
    return kept;
  }
  if (segment === undefined || !isList(container)) throw invalidPath();
  if (rest.length > 0) {
    const inner = removeFrom(container[segment], rest);
    return container.map((element, index) => (index === segment ? inner : element));
  }
  return container.toSpliced(segment, 1);
};

/** Refuses literal operands of a type that the operator never takes, before any item is looked at. */
export const checkUpdateOperands = (actions: readonly UpdateAction[], values: Values): void => {
  for (const action of actions) {
    if (action.kind === 'SET') checkSetOperand(action.operand, values);
    if (action.kind !== 'ADD' && action.kind !== 'DELETE') continue;
    const value = givenValue(action.value, values);
    if (isSet(value) || (action.kind === 'ADD' && isNumber(value))) continue;
    throw expressionError(
      'UpdateExpression',
      `Incorrect operand type for operator or function; operator: ${action.kind}, operand type: ${typeOf(value)}`,
    );
  }
};

const checkSetOperand = (operand: SetOperand, values: Values): void => {
  if (operand.kind === 'value' || operand.kind === 'path') return;
  if (operand.kind === 'if_not_exists') {
    checkSetOperand(operand.otherwise, values);
    return;
  }
  const accepts = operand.kind === 'list_append' ? isList : isNumber;
  for (const side of [operand.left, operand.right]) {
    const value = side.kind === 'value' ? givenValue(side.name, values) : undefined;
    if (value !== undefined && !accepts(value)) {
      throw expressionError(
        'UpdateExpression',
        `Incorrect operand type for operator or function; operator or function: ${operand.kind}, operand type: ${typeOf(value)}`,
      );
    }
    checkSetOperand(side, values);
  }
};

/** Whether two images of one item are the same, a missing one included. */
export const unchanged = (before: Item | undefined, after: Item | undefined): boolean =>
  before === after || (before !== undefined && after !== undefined && equal(before, after));
