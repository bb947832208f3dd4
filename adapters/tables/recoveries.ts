import * as z from 'zod/mini';
import type { Recovery } from '../../core/identity/recovery.ts';
import type { Item, TableGateway, TransactionItem } from './gateway.ts';
import { apiKeyToItem, putNew, type StoredAccount, type StoredApiKey, setRing } from './identity.ts';
import { putNotice, type StoredNotice } from './merchants.ts';

const recoveryItem = z.object({
  pk: z.string(),
  ownerId: z.string(),
  reason: z.string(),
  requestedBy: z.string(),
  requestedAt: z.string(),
  expiresAt: z.string(),
  approvedBy: z.exactOptional(z.string()),
  approvedAt: z.exactOptional(z.string()),
  apiKeyId: z.exactOptional(z.string()),
  requestHash: z.string(),
});
/** A recovery with the hash of the request that asked for it. */
export type StoredRecovery = Recovery & { readonly requestHash: string };

/** Recoveries of accounts, in their table. */
export const recoveriesTable = (gateway: TableGateway, tableName: string) => {
  const get = async (recoveryId: string): Promise<StoredRecovery | undefined> => {
    const item = await gateway.get({ TableName: tableName, Key: { pk: recoveryId } });
    return item && toRecovery(item);
  };

  /** Stores a new recovery; answers with the one that stands there already, if any. */
  const request = async (recovery: StoredRecovery): Promise<StoredRecovery> => {
    const outcome = await gateway.put(putNew(tableName, toItem(recovery)));
    if (outcome.written) return recovery;
    if (!outcome.found) throw new Error(`The recovery ${recovery.recoveryId} exists but could not be read`);
    return toRecovery(outcome.found);
  };

  /**
   * Writes an approval: the new key becomes the only one of the account, every other is revoked, and the account is
   * told. `false` where the recovery or the account's keys changed since they were read.
   */
  const approve = async (
    to: StoredRecovery & { readonly approvedAt: string },
    account: StoredAccount,
    key: StoredApiKey,
    notice: StoredNotice,
  ): Promise<boolean> => {
    const { committed } = await gateway.transact([
      {
        Put: {
          TableName: tableName,
          Item: toItem(to),
          ConditionExpression: 'attribute_exists(pk) AND attribute_not_exists(approvedAt)',
        },
      },
      { Put: putNew(tableName, apiKeyToItem(key)) },
      setRing(tableName, account, { [key.apiKeyId]: 'never' }),
      ...Object.keys(account.keyRing).map((apiKeyId) => revoke(tableName, apiKeyId, to.approvedAt)),
      putNotice(tableName, notice),
    ]);
    return committed;
  };

  return { get, request, approve };
};

export type RecoveriesTable = ReturnType<typeof recoveriesTable>;

const revoke = (tableName: string, apiKeyId: string, now: string): TransactionItem => ({
  Update: {
    TableName: tableName,
    Key: { pk: apiKeyId },
    UpdateExpression: 'SET revokedAt = if_not_exists(revokedAt, :now)',
    ConditionExpression: 'attribute_exists(pk)',
    ExpressionAttributeValues: { ':now': now },
  },
});

const toItem = ({ recoveryId, accountId, ...recovery }: StoredRecovery): Item => ({
  ...recovery,
  pk: recoveryId,
  ownerId: accountId,
});

const toRecovery = (item: Item): StoredRecovery => {
  const { pk, ownerId, ...recovery } = recoveryItem.parse(item);
  return { ...recovery, recoveryId: pk, accountId: ownerId };
};
