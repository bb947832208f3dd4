import * as z from 'zod/mini';
import type { OwningClaim } from '../../core/claims/claim.ts';
import type { Instant } from '../../core/shared/instant.ts';
import type { Item, TransactionItem } from './gateway.ts';

/**
 * The batch of keys that were imported and sold after the moment of a restore. No import ever has this id, so that a key
 * stored under it counts as another's in every later import, also in the very one that once brought it.
 */
export const forgottenBatchId = 'bat_forgotten';

/** What a replay has to know of a key that stands; `owner` is a reserved word. */
export const replayProjection = 'pk, #owner, replayedAt';
export const replayProjectionNames = { '#owner': 'owner' } as const;

const standingKey = z.object({ pk: z.string(), owner: z.optional(z.string()), replayedAt: z.optional(z.string()) });
export type StandingKey = { readonly keyId: string; readonly owner?: string | undefined; readonly replayed: boolean };

export const toStandingKey = (item: Item): StandingKey => {
  const { pk, owner, replayedAt } = standingKey.parse(item);
  return { keyId: pk, owner, replayed: replayedAt !== undefined };
};

const owned = ({ owner, at }: OwningClaim, now: Instant) => ({ ':owner': owner, ':at': at, ':now': now });

/** Gives a key back the owner that a restore made it forget. The owner is written once, as ever. */
export const bindAgain = (tableName: string, claim: OwningClaim, now: Instant): TransactionItem => ({
  Update: {
    TableName: tableName,
    Key: { pk: claim.keyId },
    UpdateExpression: 'SET #owner = :owner, ownedAt = :at, replayedAt = :now',
    ConditionExpression: 'attribute_exists(pk) AND attribute_not_exists(#owner)',
    ExpressionAttributeNames: { '#owner': 'owner' },
    ExpressionAttributeValues: owned(claim, now),
  },
});

/**
 * Takes a key from an order that had it at the moment of the restore, gave it back afterwards without having read it,
 * and would now read what another has read since.
 */
export const takeOver = (tableName: string, claim: OwningClaim, from: string, now: Instant): TransactionItem => ({
  Update: {
    TableName: tableName,
    Key: { pk: claim.keyId },
    UpdateExpression: 'SET #owner = :owner, ownedAt = :at, replayedAt = :now, takenFrom = :from',
    ConditionExpression: '#owner = :from',
    ExpressionAttributeNames: { '#owner': 'owner' },
    ExpressionAttributeValues: { ...owned(claim, now), ':from': from },
  },
});

/** Stands for a key that the restored table has never seen: nobody can read it, and nobody can import it again. */
export const putForgottenKey = (tableName: string, claim: OwningClaim, now: Instant): TransactionItem => ({
  Put: {
    TableName: tableName,
    Item: {
      pk: claim.keyId,
      batchId: forgottenBatchId,
      importedIn: claim.batchId,
      productId: claim.productId,
      sellUntilDay: claim.sellUntilDay,
      owner: claim.owner,
      ownedAt: claim.at,
      replayedAt: now,
    },
    ConditionExpression: 'attribute_not_exists(pk)',
  },
});
