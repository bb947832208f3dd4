import { createHash } from 'node:crypto';
import * as z from 'zod/mini';
import type { TableGateway } from './gateway.ts';

/** Who is counted: by an API key or order token, or by the network a request comes from. */
export type RatedSubject = { readonly kind: 'key' | 'network'; readonly id: string };

/** Counts stay as long as a request of their window can be under way, and then leave the table by themselves. */
const keptSeconds = 3_600;

const countItem = z.object({ requests: z.int() });
const saltItem = z.object({ salt: z.string() });

/**
 * The requests that all instances of all functions have counted, by subject and window. A network stands there as a hash
 * with a salt of its window: when the window's items have gone, nobody can say whose it was.
 *
 * @param newSalt fresh random text
 */
export const limitsTable = (gateway: TableGateway, tableName: string, newSalt: () => string) => {
  let salt: { readonly window: number; readonly value: Promise<string> } | undefined;

  const update = async (pk: string, window: number, change: string, value: unknown): Promise<unknown> => {
    const outcome = await gateway.update({
      TableName: tableName,
      Key: { pk },
      UpdateExpression: change,
      ExpressionAttributeValues: { ':value': value, ':end': window + keptSeconds },
    });
    return outcome.item;
  };

  /** One salt for a window, whichever instance asks first. */
  const saltOf = (window: number): Promise<string> => {
    if (salt?.window !== window)
      salt = {
        window,
        value: update(
          `SALT#${window}`,
          window,
          'SET salt = if_not_exists(salt, :value), removeAtSeconds = :end',
          newSalt(),
        ).then((item) => saltItem.parse(item).salt),
      };
    return salt.value.catch((error: unknown) => {
      // The next report asks again; a salt that was not found must not stay for the window.
      salt = undefined;
      throw error;
    });
  };

  const nameOf = async ({ kind, id }: RatedSubject, window: number): Promise<string> =>
    kind === 'key'
      ? id
      : `net_${createHash('sha256')
          .update(`${await saltOf(window)} ${id}`)
          .digest('base64url')}`;

  return {
    /**
     * Adds requests to a count and answers what it comes to.
     * @param name the class of routes that is counted apart
     * @param window seconds since the epoch at which it begins
     */
    add: async (subject: RatedSubject, name: string, window: number, requests: number): Promise<number> => {
      const pk = `${await nameOf(subject, window)}#${name}#${window}`;
      return countItem.parse(await update(pk, window, 'SET removeAtSeconds = :end ADD requests :value', requests))
        .requests;
    },
  };
};

export type LimitsTable = ReturnType<typeof limitsTable>;
