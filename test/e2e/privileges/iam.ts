import * as z from 'zod/mini';

/**
 * As much of IAM as our policies use. What they do not use (`NotAction`, `NotResource`, other operators) fails here by
 * name rather than being taken for granted.
 */
const texts = z.pipe(
  z.union([z.string(), z.array(z.string())]),
  z.transform((value) => [value].flat()),
);
const conditions = z.record(z.string(), z.record(z.string(), texts));
const effect = z.enum(['Allow', 'Deny']);

/** A statement of a role's policy. */
export const roleStatement = z.strictObject({
  Sid: z.optional(z.string()),
  Effect: effect,
  Action: texts,
  Resource: texts,
  Condition: z.optional(conditions),
});

/** A statement of a key's policy, which also says whom it means. */
export const keyStatement = z.strictObject({
  Sid: z.optional(z.string()),
  Effect: effect,
  Principal: z.record(z.string(), texts),
  Action: texts,
  Resource: texts,
  Condition: z.optional(conditions),
});

type Statement = z.output<typeof roleStatement>;
/** What is known of a call beside its action and resource. */
export type Context = Readonly<Record<string, string>>;

/** Whether a text fits a pattern in which `*` stands for anything and `?` for one character. */
export const fits = (pattern: string, text: string): boolean => {
  const escaped = pattern
    .replaceAll(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${escaped}$`, 's').test(text);
};

const operators: Record<string, (wanted: string, actual: string) => boolean> = {
  StringEquals: (wanted, actual) => wanted === actual,
  StringLike: fits,
  ArnEquals: fits,
  ArnLike: fits,
  Bool: (wanted, actual) => wanted === actual,
};

/** Every operator and key must hold, each by one of its values; what is not known of the call does not hold. */
const holds = (condition: Statement['Condition'] = {}, context: Context): boolean =>
  Object.entries(condition).every(([operator, keys]) => {
    const compare = operators[operator];
    if (compare === undefined) throw new Error(`A policy uses the operator ${operator}, which is not known here`);
    return Object.entries(keys).every(([key, wanted]) => {
      const actual = context[key];
      return actual !== undefined && wanted.some((value) => compare(value, actual));
    });
  });

const applies = (statement: Omit<Statement, 'Sid'>, action: string, resource: string, context: Context): boolean =>
  // Names of actions are the one thing that IAM compares without case.
  statement.Action.some((pattern) => fits(pattern.toLowerCase(), action.toLowerCase())) &&
  statement.Resource.some((pattern) => fits(pattern, resource)) &&
  holds(statement.Condition, context);

/** Denied unless something allows it and nothing denies it. */
export const allows = (
  statements: readonly Omit<Statement, 'Sid'>[],
  action: string,
  resource: string,
  context: Context,
): boolean => {
  const applying = statements.filter((statement) => applies(statement, action, resource, context));
  return applying.length > 0 && applying.every(({ Effect }) => Effect === 'Allow');
};
