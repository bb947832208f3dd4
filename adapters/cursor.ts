import * as z from 'zod/mini';
import { accept, type Result, refuse } from '../core/shared/result.ts';
import { hashRequest } from './ids.ts';
import type { Item } from './tables/gateway.ts';

const cursorSchema = z.strictObject({
  /** Hash of the query that the page belongs to. */
  q: z.string(),
  /** The key that the page before ended with; the keys of all our tables are strings. */
  k: z.record(z.string(), z.string().check(z.minLength(1))),
});

const refusal = refuse(
  'cursor-invalid',
  'Send a nextCursor as this list returned it, with the same filters, or none for the first page.',
  'query.cursor',
);

/**
 * The opaque cursor of a list's next page; none where the list ends.
 *
 * @param query what selects the list: operation, caller, filters, never the page size. A cursor works for it alone.
 * @param lastKey the query's LastEvaluatedKey
 */
export const encodeCursor = (query: unknown, lastKey: Item | undefined): { nextCursor?: string } =>
  lastKey === undefined
    ? {}
    : {
        nextCursor: Buffer.from(JSON.stringify({ q: hashRequest(query), k: lastKey })).toString('base64url'),
      };

/**
 * The ExclusiveStartKey inside a cursor, for spreading into a query; nothing for the first page.
 * Refuses garbage, a cursor of another query, and a key outside the partition. Cursors are not secret and need no
 * signature: a forged one can only start elsewhere in a list that its sender may read anyway.
 *
 * @param partition the attributes that every key of this list shares, such as `{ buyerId }`
 * @param keyAttributes all attributes a key consists of: the table's own and the index's
 * @param isWithin for queries that also bound the sort key: whether a key lies inside, since DynamoDB fails on others
 */
export const decodeCursor = (
  query: unknown,
  cursor: string | undefined,
  partition: Readonly<Record<string, string>>,
  keyAttributes: readonly string[],
  isWithin: (key: Readonly<Record<string, string>>) => boolean = () => true,
): Result<{ ExclusiveStartKey?: Record<string, string> }> => {
  if (cursor === undefined) return accept({});
  const parsed = cursorSchema.safeParse(parse(cursor));
  if (!parsed.success) return refusal;
  const { q, k: key } = parsed.data;
  const isOfQuery = q === hashRequest(query);
  const isInPartition = Object.entries(partition).every(([name, value]) => key[name] === value);
  const isWhole = Object.keys(key).sort().join() === [...keyAttributes].sort().join();
  return isOfQuery && isInPartition && isWhole && isWithin(key) ? accept({ ExclusiveStartKey: key }) : refusal;
};

/** The JSON inside, or undefined: what a stranger sends need not be a cursor. */
const parse = (cursor: string): unknown => {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
  } catch {
    return undefined;
  }
};

/** The cursor of a list that is merged from several partitions: its position is a rank, not a key. */
export const encodeRank = (query: unknown, rank: string | undefined): { nextCursor?: string } =>
  encodeCursor(query, rank === undefined ? undefined : { rank });

/** The rank inside a cursor; `undefined` for the first page. */
export const decodeRank = (query: unknown, cursor: string | undefined): Result<string | undefined> => {
  const decoded = decodeCursor(query, cursor, {}, ['rank']);
  return decoded.ok ? accept(decoded.value.ExclusiveStartKey?.['rank']) : decoded;
};
