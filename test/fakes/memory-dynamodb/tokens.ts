import { validationError } from './errors.ts';

export type Token = {
  readonly kind: 'word' | 'name' | 'value' | 'integer' | 'symbol' | 'end';
  readonly text: string;
};

/** Which of the request's expressions is being read; its errors begin with this name. */
export type ExpressionKind =
  | 'ConditionExpression'
  | 'FilterExpression'
  | 'KeyConditionExpression'
  | 'UpdateExpression'
  | 'ProjectionExpression';

/** DynamoDB refuses longer expressions. */
const maxExpressionBytes = 4096;

const pattern =
  /\s*(?:(?<word>[A-Za-z][A-Za-z0-9_]*)|(?<name>#[A-Za-z0-9_]+)|(?<value>:[A-Za-z0-9_]+)|(?<integer>\d+)|(?<symbol><>|<=|>=|[=<>()[\],.+-]))/y;

export const tokenize = (kind: ExpressionKind, text: string): Token[] => {
  if (text.trim() === '') throw expressionError(kind, 'The expression can not be empty;');
  if (Buffer.byteLength(text) > maxExpressionBytes) {
    throw expressionError(kind, 'Expression size has exceeded the maximum allowed size;');
  }
  const tokens: Token[] = [];
  let position = 0;
  while (text.slice(position).trim() !== '') {
    pattern.lastIndex = position;
    const match = pattern.exec(text);
    if (match === null) throw expressionError(kind, `Syntax error; token: "${text.slice(position).trim()[0]}"`);
    position = pattern.lastIndex;
    tokens.push(tokenOf(match.groups ?? {}));
  }
  tokens.push({ kind: 'end', text: '<EOF>' });
  return tokens;
};

const tokenOf = (groups: Record<string, string | undefined>): Token => {
  for (const kind of ['word', 'name', 'value', 'integer', 'symbol'] as const) {
    const text = groups[kind];
    if (text !== undefined) return { kind, text };
  }
  throw new Error('A token matched no group');
};

export const expressionError = (kind: ExpressionKind, message: string) =>
  validationError(`Invalid ${kind}: ${message}`);
