import { type Erasure, erasedName } from '../../core/identity/erasure.ts';
import type { TableGateway, TransactionItem } from './gateway.ts';
import type { StoredAccount } from './identity.ts';
import { emptyWallet } from './ledger.ts';
import { applicationKey, documentList } from './merchants.ts';

/** Pages of an account's keys or tokens that one erasure goes through. */
const maxPages = 1_000;

/**
 * Takes from the identity table what says who an account belongs to.
 * @param tables names of the tables of accounts and of balances
 */
export const erasuresTable = (
  gateway: TableGateway,
  tables: { readonly identity: string; readonly ledger: string },
) => {
  const table = { TableName: tables.identity };

  /**
   * Blanks the account and revokes its valid API keys, all at once, where the keys are still those that were read and,
   * of a buyer, the wallet is empty. `false` where one of both has changed.
   */
  const close = async (account: StoredAccount, erasure: Erasure): Promise<boolean> => {
    const { committed } = await gateway.transact([
      blankAccount(tables.identity, account, erasure),
      ...Object.keys(account.keyRing).map((apiKeyId) => blankApiKey(tables.identity, apiKeyId, erasure)),
      ...(account.role === 'buyer' ? [emptyWallet(tables.ledger, account.accountId)] : []),
    ]);
    return committed;
  };

  /**
   * Blanks what is left beside the account: API keys that were valid no more, tokens of orders, which end too, and of a
   * merchant his application and what his documents say. It can run twice.
   */
  const clear = async (accountId: string, erasure: Erasure): Promise<void> => {
    await clearKeys(accountId, erasure);
    await clearTokens(accountId, erasure);
    await clearAdmission(accountId);
  };

  const clearKeys = async (accountId: string, erasure: Erasure): Promise<void> => {
    const keys = gateway.queryAll(
      {
        ...table,
        IndexName: 'by-account',
        KeyConditionExpression: 'accountId = :account',
        ExpressionAttributeValues: { ':account': accountId },
      },
      maxPages,
    );
    for await (const { pk, name } of keys)
      if (name !== erasedName) await gateway.transact([blankApiKey(tables.identity, String(pk), erasure)]);
  };

  const clearTokens = async (accountId: string, erasure: Erasure): Promise<void> => {
    const tokens = gateway.queryAll(
      {
        ...table,
        IndexName: 'order-tokens',
        KeyConditionExpression: 'buyerId = :buyer',
        ExpressionAttributeValues: { ':buyer': accountId },
      },
      maxPages,
    );
    for await (const { pk, revokedAt, guestLabel } of tokens)
      if (revokedAt === undefined || guestLabel !== undefined)
        await gateway.update({
          ...table,
          Key: { pk },
          UpdateExpression: 'SET revokedAt = if_not_exists(revokedAt, :at) REMOVE guestLabel',
          ConditionExpression: 'attribute_exists(pk)',
          ExpressionAttributeValues: { ':at': erasure.erasedAt },
        });
  };

  const clearAdmission = async (accountId: string): Promise<void> => {
    // Who never applied has no application, and the condition leaves it at that.
    await gateway.update({
      ...table,
      Key: applicationKey(accountId),
      UpdateExpression:
        'SET legalName = :erased, contactEmail = :erased, #statement = :erased REMOVE legalRepresentative, contactPhone',
      ConditionExpression: 'attribute_exists(pk)',
      ExpressionAttributeNames: { '#statement': 'statement' },
      ExpressionAttributeValues: { ':erased': erasedName },
    });
    const documents = gateway.queryAll(
      {
        ...table,
        IndexName: 'by-list',
        KeyConditionExpression: 'listName = :list',
        ExpressionAttributeValues: { ':list': documentList(accountId) },
      },
      maxPages,
    );
    for await (const { pk, fileName } of documents)
      if (fileName !== erasedName)
        await gateway.update({
          ...table,
          Key: { pk },
          UpdateExpression: 'SET fileName = :erased REMOVE #number, issuer',
          ConditionExpression: 'attribute_exists(pk)',
          ExpressionAttributeNames: { '#number': 'number' },
          ExpressionAttributeValues: { ':erased': erasedName },
        });
  };

  return { close, clear };
};

export type ErasuresTable = ReturnType<typeof erasuresTable>;

const blankAccount = (
  tableName: string,
  { accountId, keyRingRevision }: StoredAccount,
  { erasedAt, erasedBy, erasedReason }: Erasure,
): TransactionItem => ({
  Update: {
    TableName: tableName,
    Key: { pk: accountId },
    UpdateExpression: `SET #name = :erased, erasedAt = :at, erasedBy = :by, keyRing = :none, keyRingRevision = :next${
      erasedReason === undefined ? '' : ', erasedReason = :reason'
    }`,
    ConditionExpression: 'keyRingRevision = :read AND attribute_not_exists(erasedAt)',
    ExpressionAttributeNames: { '#name': 'name' },
    ExpressionAttributeValues: {
      ':erased': erasedName,
      ':at': erasedAt,
      ':by': erasedBy,
      ':none': {},
      ':read': keyRingRevision,
      ':next': keyRingRevision + 1,
      ...(erasedReason !== undefined && { ':reason': erasedReason }),
    },
  },
});

const blankApiKey = (tableName: string, apiKeyId: string, { erasedAt }: Erasure): TransactionItem => ({
  Update: {
    TableName: tableName,
    Key: { pk: apiKeyId },
    UpdateExpression: 'SET #name = :erased, revokedAt = if_not_exists(revokedAt, :at)',
    ConditionExpression: 'attribute_exists(pk)',
    ExpressionAttributeNames: { '#name': 'name' },
    ExpressionAttributeValues: { ':erased': erasedName, ':at': erasedAt },
  },
});
