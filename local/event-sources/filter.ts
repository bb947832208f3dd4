import { isFields } from '../aws-json.ts';
import { Refusal } from '../refusal.ts';

export type Filter = (record: unknown) => boolean;

/** A mapping's FilterCriteria: a record passes if any pattern fits; without patterns every record passes. */
export const createFilter = (patterns: readonly string[]): Filter => {
  const parsed = patterns.map((pattern): unknown => JSON.parse(pattern));
  return (record) => parsed.length === 0 || parsed.some((pattern) => fits(pattern, record));
};

const fits = (pattern: unknown, value: unknown): boolean => {
  if (!isFields(pattern))
    throw new Refusal(`An event source filter holds ${JSON.stringify(pattern)} where a pattern must stand.`);
  return Object.entries(pattern).every(([key, expected]) => {
    if (key === '$or') return Array.isArray(expected) && expected.some((alternative) => fits(alternative, value));
    const actual = isFields(value) ? value[key] : undefined;
    if (!Array.isArray(expected)) return fits(expected, actual);
    const candidates: unknown[] = Array.isArray(actual) ? actual : [actual];
    return expected.some((rule) => candidates.some((candidate) => obeys(rule, candidate)));
  });
};

const obeys = (rule: unknown, value: unknown): boolean => {
  if (!isFields(rule)) return rule === value;
  const [operator, argument] = Object.entries(rule)[0] ?? ['', undefined];
  switch (operator) {
    case 'exists':
      return (value !== undefined) === argument;
    case 'prefix':
      return typeof value === 'string' && value.startsWith(String(argument));
    case 'suffix':
      return typeof value === 'string' && value.endsWith(String(argument));
    case 'equals-ignore-case':
      return typeof value === 'string' && value.toLowerCase() === String(argument).toLowerCase();
    case 'anything-but': {
      if (value === undefined) return false;
      const excluded: unknown[] = Array.isArray(argument) ? argument : [argument];
      return !excluded.some((rejected) => obeys(rejected, value));
    }
    case 'numeric':
      return typeof value === 'number' && Array.isArray(argument) && comparesAll(argument, value);
    default:
      throw new Refusal(`An event source filter uses "${operator}", which the local stack does not know.`);
  }
};

const comparesAll = (comparison: readonly unknown[], value: number): boolean => {
  for (let index = 0; index < comparison.length; index += 2) {
    const operand = Number(comparison[index + 1]);
    const holds = {
      '=': value === operand,
      '<': value < operand,
      '<=': value <= operand,
      '>': value > operand,
      '>=': value >= operand,
    }[String(comparison[index])];
    if (holds !== true) return false;
  }
  return true;
};
