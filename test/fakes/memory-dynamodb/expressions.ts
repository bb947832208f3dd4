import { checkOperands, type Values } from './conditions.ts';
import { unsupported, validationError } from './errors.ts';
import { ExpressionParser, type Mentions } from './parser.ts';
import { overlapping, renderPath } from './paths.ts';
import type { Condition, Path, UpdateAction } from './syntax.ts';
import { type ExpressionKind, expressionError } from './tokens.ts';
import { checkUpdateOperands } from './updates.ts';
import { copyItemIn } from './values.ts';

/** What any of the commands may carry of expressions. */
export type ExpressionInput = {
  readonly ConditionExpression?: string | undefined;
  readonly FilterExpression?: string | undefined;
  readonly KeyConditionExpression?: string | undefined;
  readonly UpdateExpression?: string | undefined;
  readonly ProjectionExpression?: string | undefined;
  readonly ExpressionAttributeNames?: Record<string, string> | undefined;
  readonly ExpressionAttributeValues?: Record<string, unknown> | undefined;
};

export type Expressions = {
  readonly condition: Condition | undefined;
  readonly filter: Condition | undefined;
  readonly keyCondition: Condition | undefined;
  readonly update: readonly UpdateAction[] | undefined;
  readonly projection: readonly Path[] | undefined;
  readonly values: Values;
};

const legacyParameters = [
  'Expected',
  'ConditionalOperator',
  'AttributesToGet',
  'AttributeUpdates',
  'KeyConditions',
  'QueryFilter',
  'ScanFilter',
];
const noNames: Record<string, string> = {};
const noValues: Values = {};

/** Reads all expressions of a command and checks that its names and values are all defined and all used. */
export const readExpressions = (input: ExpressionInput): Expressions => {
  for (const parameter of legacyParameters) {
    if (parameter in input) throw unsupported(`the legacy parameter ${parameter}`);
  }
  const names = input.ExpressionAttributeNames;
  const values = input.ExpressionAttributeValues === undefined ? noValues : copyItemIn(input.ExpressionAttributeValues);
  const used: Mentions[] = [];
  const read = <T>(kind: ExpressionKind, text: string | undefined, parse: (parser: ExpressionParser) => T) => {
    if (text === undefined) return undefined;
    const parsed = parsedOnce(kind, text, names ?? noNames, parse);
    used.push(parsed);
    return parsed.tree;
  };
  const expressions = {
    condition: read('ConditionExpression', input.ConditionExpression, (parser) => parser.condition()),
    filter: read('FilterExpression', input.FilterExpression, (parser) => parser.condition()),
    keyCondition: read('KeyConditionExpression', input.KeyConditionExpression, (parser) => parser.condition()),
    update: read('UpdateExpression', input.UpdateExpression, (parser) => parser.update()),
    projection: read('ProjectionExpression', input.ProjectionExpression, (parser) => parser.projection()),
    values,
  };
  checkPlaceholders(
    'ExpressionAttributeNames',
    names,
    used.map((mentions) => mentions.names),
  );
  checkPlaceholders(
    'ExpressionAttributeValues',
    input.ExpressionAttributeValues,
    used.map((mentions) => mentions.values),
  );
  checkDefined(used, values);
  checkMeaning(expressions);
  return expressions;
};

const checkPlaceholders = (field: string, given: object | undefined, used: readonly ReadonlySet<string>[]): void => {
  if (given === undefined) return;
  if (used.length === 0) throw validationError(`${field} can only be specified when using expressions`);
  const keys = Object.keys(given);
  if (keys.length === 0) throw validationError(`${field} must not be empty`);
  const unused = keys.filter((key) => !used.some((mentions) => mentions.has(key)));
  if (unused.length > 0) {
    throw validationError(`Value provided in ${field} unused in expressions: keys: {${unused.join(', ')}}`);
  }
};

const checkDefined = (used: readonly Mentions[], values: Values): void => {
  for (const mentions of used) {
    for (const name of mentions.values) {
      if (values[name] !== undefined) continue;
      throw validationError(
        `An expression attribute value used in expression is not defined; attribute value: ${name}`,
      );
    }
  }
};

const checkMeaning = (expressions: Expressions): void => {
  const { condition, filter, keyCondition, update, projection, values } = expressions;
  if (condition !== undefined) checkOperands('ConditionExpression', condition, values);
  if (filter !== undefined) checkOperands('FilterExpression', filter, values);
  if (keyCondition !== undefined) checkOperands('KeyConditionExpression', keyCondition, values);
  if (update !== undefined) {
    checkOverlap(
      'UpdateExpression',
      update.map((action) => action.path),
    );
    checkUpdateOperands(update, values);
  }
  if (projection !== undefined) checkOverlap('ProjectionExpression', projection);
};

const checkOverlap = (kind: ExpressionKind, paths: readonly Path[]): void => {
  const pair = paths.length > 1 ? overlapping(paths) : undefined;
  if (pair === undefined) return;
  const [one, other] = pair.map(renderPath);
  throw expressionError(
    kind,
    `Two document paths overlap with each other; must remove or rewrite one of these paths; path one: ${one}, path two: ${other}`,
  );
};

type Parsed<T> = Mentions & { readonly tree: T };

/** Adapters use some hundred distinct expressions; the bound only matters to tests that generate them. */
const maxCached = 20_000;
const cache = new Map<string, unknown>();

const parsedOnce = <T>(
  kind: ExpressionKind,
  text: string,
  names: Record<string, string>,
  parse: (parser: ExpressionParser) => T,
): Parsed<T> => {
  let key = `${kind}\n${text}`;
  for (const name in names) key += `\n${name}\n${names[name]}`;
  const known = cache.get(key);
  // The kind is part of the key, and each kind has one way of parsing.
  if (known !== undefined) return known as Parsed<T>;
  const parser = new ExpressionParser(kind, text, names);
  const parsed = { tree: parse(parser), names: parser.names, values: parser.values };
  if (cache.size >= maxCached) cache.clear();
  cache.set(key, parsed);
  return parsed;
};
