import * as z from 'zod/mini';
import { type Account, accountRoles } from '../../core/identity/account.ts';
import type { ApiKey, KeyRing } from '../../core/identity/api-key.ts';
import { merchantStandings } from '../../core/identity/merchant.ts';
import { merchantLabels } from '../../core/policy/policy.ts';
import type { Instant } from '../../core/shared/instant.ts';
import type { Result } from '../../core/shared/result.ts';
import { decodeCursor, encodeCursor } from '../cursor.ts';
import type { Item, TableGateway, TransactionItem } from './gateway.ts';

const nothingBeside = { attributes: {}, records: [] };

/** What made a record, to tell a replay of its request from another request under the same Idempotency-Key. */
type Made = { readonly requestHash: string };

const accountItem = z.object({
  pk: z.string(),
  role: z.enum(accountRoles),
  name: z.string(),
  label: z.exactOptional(z.enum(merchantLabels)),
  standing: z.exactOptional(z.enum(merchantStandings)),
  merchantSeq: z.exactOptional(z.int()),
  createdAt: z.string(),
  keyRing: z.record(z.string(), z.string()),
  keyRingRevision: z.int(),
  erasedAt: z.exactOptional(z.string()),
  erasedBy: z.exactOptional(z.string()),
  erasedReason: z.exactOptional(z.string()),
  requestHash: z.string(),
});

const apiKeyItem = z.object({
  pk: z.string(),
  accountId: z.string(),
  role: z.enum(accountRoles),
  name: z.string(),
  secretHash: z.string(),
  createdAt: z.string(),
  issuedBy: z.exactOptional(z.string()),
  expiresAt: z.exactOptional(z.string()),
  revokedAt: z.exactOptional(z.string()),
  requestHash: z.string(),
});

export type StoredAccount = Account & Made & { readonly keyRingRevision: number };
export type StoredApiKey = ApiKey & Made;

/** Accounts and API keys. An account's item has no `accountId` attribute, so that `by-account` lists keys alone. */
export const identityTable = (gateway: TableGateway, tableName: string) => {
  const getAccount = async (accountId: string): Promise<StoredAccount | undefined> =>
    parseAccount(await gateway.get({ TableName: tableName, Key: { pk: accountId } }));

  const getApiKey = async (apiKeyId: string): Promise<StoredApiKey | undefined> =>
    parseApiKey(await gateway.get({ TableName: tableName, Key: { pk: apiKeyId } }));

  /**
   * Stores a new account; answers with the one that stands there already, if any.
   * @param beside what a merchant's account says of his place, and the records that begin with it
   */
  const openAccount = async (
    account: StoredAccount,
    beside: { readonly attributes: Item; readonly records: readonly TransactionItem[] } = nothingBeside,
  ): Promise<StoredAccount> => {
    const put = { Put: putNew(tableName, { ...accountToItem(account), ...beside.attributes }) };
    const outcome = await gateway.transact([put, ...beside.records]);
    if (outcome.committed) return accountFrom({ ...accountToItem(account), ...beside.attributes });
    const standing = parseAccount(outcome.failed.get(0));
    if (standing === undefined) throw new Error(`What begins with ${account.accountId} is there already`);
    return standing;
  };

  /**
   * Stores a new key and the account's ring with it, where the ring is still the one that was read.
   * `existing` answers a replay; `contended` asks the caller to read and decide again.
   */
  const issueApiKey = async (
    account: StoredAccount,
    key: StoredApiKey,
    ring: KeyRing,
    rotated?: { readonly apiKeyId: string; readonly expiresAt: Instant },
  ): Promise<{ outcome: 'issued' | 'contended' } | { outcome: 'existing'; key: StoredApiKey }> => {
    const put = { Put: putNew(tableName, apiKeyToItem(key)) };
    const items = [put, setRing(tableName, account, ring), ...(rotated ? [expire(tableName, rotated)] : [])];
    const committed = await gateway.transact(items);
    if (committed.committed) return { outcome: 'issued' };
    const existing = parseApiKey(committed.failed.get(0));
    return existing ? { outcome: 'existing', key: existing } : { outcome: 'contended' };
  };

  /** Revokes a key, once: a later call finds it revoked and changes nothing. */
  const revokeApiKey = async (key: ApiKey, now: Instant): Promise<void> => {
    await gateway.transact([
      {
        Update: {
          TableName: tableName,
          Key: { pk: key.apiKeyId },
          UpdateExpression: 'SET revokedAt = :now',
          ConditionExpression: 'attribute_exists(pk) AND attribute_not_exists(revokedAt)',
          ExpressionAttributeValues: { ':now': now },
        },
      },
      {
        Update: {
          TableName: tableName,
          Key: { pk: key.accountId },
          UpdateExpression: 'REMOVE keyRing.#key ADD keyRingRevision :one',
          ConditionExpression: 'attribute_exists(pk)',
          ExpressionAttributeNames: { '#key': key.apiKeyId },
          ExpressionAttributeValues: { ':one': 1 },
        },
      },
    ]);
  };

  /** An account's keys, newest first. */
  const listApiKeys = async (
    accountId: string,
    page: { readonly limit: number; readonly cursor?: string | undefined },
  ): Promise<Result<{ items: ApiKey[]; nextCursor?: string }>> => {
    const query = ['listApiKeys', accountId];
    const start = decodeCursor(query, page.cursor, { accountId }, ['pk', 'accountId', 'createdAt']);
    if (!start.ok) return start;
    const { items, lastKey } = await gateway.query({
      TableName: tableName,
      IndexName: 'by-account',
      KeyConditionExpression: 'accountId = :account',
      ExpressionAttributeValues: { ':account': accountId },
      ScanIndexForward: false,
      Limit: page.limit,
      ...start.value,
    });
    const keys = items.flatMap((item) => parseApiKey(item) ?? []);
    return { ok: true, value: { items: keys, ...encodeCursor(query, lastKey) } };
  };

  return { tableName, getAccount, getApiKey, openAccount, issueApiKey, revokeApiKey, listApiKeys };
};

export type IdentityTable = ReturnType<typeof identityTable>;

export const putNew = (tableName: string, item: Item) => ({
  TableName: tableName,
  Item: item,
  ConditionExpression: 'attribute_not_exists(pk)',
});

export const setRing = (tableName: string, account: StoredAccount, ring: KeyRing): TransactionItem => ({
  Update: {
    TableName: tableName,
    Key: { pk: account.accountId },
    UpdateExpression: 'SET keyRing = :ring, keyRingRevision = :next',
    ConditionExpression: 'keyRingRevision = :read',
    ExpressionAttributeValues: {
      ':ring': ring,
      ':read': account.keyRingRevision,
      ':next': account.keyRingRevision + 1,
    },
  },
});

const expire = (tableName: string, rotated: { apiKeyId: string; expiresAt: Instant }): TransactionItem => ({
  Update: {
    TableName: tableName,
    Key: { pk: rotated.apiKeyId },
    UpdateExpression: 'SET expiresAt = :expires',
    ConditionExpression: 'attribute_exists(pk) AND attribute_not_exists(expiresAt) AND attribute_not_exists(revokedAt)',
    ExpressionAttributeValues: { ':expires': rotated.expiresAt },
  },
});

const parseAccount = (item: Item | undefined): StoredAccount | undefined =>
  item === undefined ? undefined : accountFrom(item);

const accountFrom = (item: unknown): StoredAccount => {
  const { pk, ...account } = accountItem.parse(item);
  return { accountId: pk, ...account };
};

export const parseApiKey = (item: Item | undefined): StoredApiKey | undefined => {
  if (item === undefined) return undefined;
  const { pk, ...key } = apiKeyItem.parse(item);
  return { apiKeyId: pk, ...key };
};

export const accountToItem = ({ accountId, ...account }: StoredAccount): Item => ({ pk: accountId, ...account });
export const apiKeyToItem = ({ apiKeyId, ...key }: StoredApiKey): Item => ({ pk: apiKeyId, ...key });
