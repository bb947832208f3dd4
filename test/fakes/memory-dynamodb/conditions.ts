import { unsupported } from './errors.ts';
import { readPath } from './paths.ts';
import type { Comparator, Condition, ConditionFunction, Operand } from './syntax.ts';
import { type ExpressionKind, expressionError } from './tokens.ts';
import {
  compare,
  equal,
  type Item,
  isList,
  isMap,
  isSet,
  setHas,
  type TypeName,
  typeOf,
  type Value,
} from './values.ts';

export type Values = Readonly<Record<string, Value>>;

const noItem: Item = {};

/** Whether the condition holds for the item; a missing item has no attributes. */
export const holds = (condition: Condition, item: Item | undefined, values: Values): boolean => {
  switch (condition.kind) {
    case 'and':
      return holds(condition.left, item, values) && holds(condition.right, item, values);
    case 'or':
      return holds(condition.left, item, values) || holds(condition.right, item, values);
    case 'not':
      return !holds(condition.inner, item, values);
    case 'compare':
      return compares(
        condition.operator,
        evaluate(condition.left, item, values),
        evaluate(condition.right, item, values),
      );
    case 'between': {
      const operand = evaluate(condition.operand, item, values);
      return (
        compares('>=', operand, evaluate(condition.low, item, values)) &&
        compares('<=', operand, evaluate(condition.high, item, values))
      );
    }
    case 'in': {
      const operand = evaluate(condition.operand, item, values);
      return condition.options.some((option) => compares('=', operand, evaluate(option, item, values)));
    }
    case 'call':
      return calls(condition.name, evaluateAll(condition.operands, item, values));
  }
};

const evaluateAll = (operands: readonly Operand[], item: Item | undefined, values: Values) =>
  operands.map((operand) => evaluate(operand, item, values));

const evaluate = (operand: Operand, item: Item | undefined, values: Values): Value | undefined => {
  if (operand.kind === 'path') return readPath(item ?? noItem, operand.path);
  if (operand.kind === 'value') return values[operand.name];
  const value = evaluate(operand.of, item, values);
  return value === undefined ? undefined : sizeOf(value);
};

const sizeOf = (value: Value): number | undefined => {
  if (typeof value === 'string') return value.length;
  if (value instanceof Uint8Array) return value.byteLength;
  if (isList(value)) return value.length;
  if (isSet(value)) return value.size;
  return isMap(value) ? Object.keys(value).length : undefined;
};

const compares = (operator: Comparator, left: Value | undefined, right: Value | undefined): boolean => {
  // An attribute that is not there differs from everything, and is neither before nor after it.
  if (left === undefined || right === undefined) return operator === '<>';
  if (operator === '=') return equal(left, right);
  if (operator === '<>') return !equal(left, right);
  const order = compare(left, right);
  if (order === undefined) return false;
  if (operator === '<') return order < 0;
  if (operator === '<=') return order <= 0;
  return operator === '>' ? order > 0 : order >= 0;
};

const calls = (name: ConditionFunction, [subject, argument]: readonly (Value | undefined)[]): boolean => {
  switch (name) {
    case 'attribute_exists':
      return subject !== undefined;
    case 'attribute_not_exists':
      return subject === undefined;
    case 'attribute_type':
      return subject !== undefined && typeOf(subject) === argument;
    case 'begins_with':
      return subject !== undefined && argument !== undefined && beginsWith(subject, argument);
    case 'contains':
      return subject !== undefined && argument !== undefined && contains(subject, argument);
  }
};

const beginsWith = (subject: Value, start: Value): boolean => {
  if (typeof subject === 'string' && typeof start === 'string') return subject.startsWith(start);
  if (!(subject instanceof Uint8Array && start instanceof Uint8Array)) return false;
  return Buffer.compare(subject.subarray(0, start.byteLength), start) === 0;
};

const contains = (subject: Value, part: Value): boolean => {
  if (typeof subject === 'string') return typeof part === 'string' && subject.includes(part);
  if (subject instanceof Uint8Array)
    return part instanceof Uint8Array && Buffer.from(subject).includes(Buffer.from(part));
  if (isSet(subject)) return setHas(subject, part);
  return isList(subject) && subject.some((element) => equal(element, part));
};

const ordered: ReadonlySet<TypeName> = new Set<TypeName>(['S', 'N', 'B']);
const typeNames: ReadonlySet<Value> = new Set<TypeName>(['S', 'N', 'B', 'BOOL', 'NULL', 'L', 'M', 'SS', 'NS', 'BS']);

/** Refuses operands that DynamoDB refuses before it looks at any item. */
export const checkOperands = (kind: ExpressionKind, condition: Condition, values: Values): void => {
  const literal = (operand: Operand | undefined): Value | undefined =>
    operand?.kind === 'value' ? values[operand.name] : undefined;
  const wrongType = (name: string, value: Value) =>
    expressionError(
      kind,
      `Incorrect operand type for operator or function; operator or function: ${name}, operand type: ${typeOf(value)}`,
    );
  switch (condition.kind) {
    case 'and':
    case 'or':
      checkOperands(kind, condition.left, values);
      checkOperands(kind, condition.right, values);
      return;
    case 'not':
      checkOperands(kind, condition.inner, values);
      return;
    case 'in':
      return;
    case 'compare': {
      checkDistinct(kind, condition);
      if (condition.operator === '=' || condition.operator === '<>') return;
      const operands = [literal(condition.left), literal(condition.right)];
      const wrong = operands.find((value) => value !== undefined && !ordered.has(typeOf(value)));
      if (wrong !== undefined) throw wrongType(condition.operator, wrong);
      return;
    }
    case 'between':
      checkBounds(kind, literal(condition.low), literal(condition.high));
      return;
    case 'call': {
      const argument = literal(condition.operands[1]);
      if (argument === undefined) return;
      if (condition.name === 'begins_with' && !(typeof argument === 'string' || argument instanceof Uint8Array)) {
        throw wrongType('begins_with', argument);
      }
      if (condition.name === 'attribute_type' && !typeNames.has(argument)) {
        throw expressionError(kind, `Invalid attribute type name found; type: ${String(argument)}`);
      }
      return;
    }
    default:
      throw unsupported(`a condition like ${JSON.stringify(condition)}`);
  }
};

const checkDistinct = (kind: ExpressionKind, condition: Extract<Condition, { kind: 'compare' }>): void => {
  const { left, right, operator } = condition;
  if (left.kind !== 'path' || right.kind !== 'path' || left.path.join('\0') !== right.path.join('\0')) return;
  throw expressionError(
    kind,
    `The first operand must be distinct from the remaining operands for this operator or function; operator: ${operator}, first operand: [${left.path.join(', ')}]`,
  );
};

const checkBounds = (kind: ExpressionKind, low: Value | undefined, high: Value | undefined): void => {
  if (low === undefined || high === undefined) return;
  const order = compare(low, high);
  if (order !== undefined && order <= 0) return;
  const rule =
    order === undefined
      ? 'same data type for lower and upper bounds'
      : 'upper bound to be greater than or equal to lower bound';
  throw expressionError(kind, `The BETWEEN operator requires ${rule}`);
};
