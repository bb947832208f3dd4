import * as z from 'zod/mini';
import { accounts, type Entry, entryKinds } from '../../core/ledger/entry.ts';
import type { Total } from '../../core/ledger/fold.ts';
import { foldLegs } from '../../core/ledger/fold.ts';
import { type Minute, minuteOf } from '../../core/ledger/minutes.ts';
import type { Instant } from '../../core/shared/instant.ts';
import { shardOf } from '../ids.ts';
import type { Item, TableGateway, TransactionItem } from './gateway.ts';

/** Entries of one minute are indexed in this many partitions. */
const journalShards = 8;
/** Pages of the whole table that the first fold may read; ten thousand of them hold ten million entries. */
const maxScanPages = 10_000;
/** A fold transaction holds this many accounts, its own record and their balances within 100 items. */
const accountsPerPart = 90;

const entrySk = 'ENTRY';
const balanceSk = 'BALANCE';
export const entryKey = (entryId: string) => ({ pk: entryId, sk: entrySk });
/** The guarded balance of an account such as `wallet:acc_…`. */
export const balanceKey = (account: string) => ({ pk: account, sk: balanceSk });
const walletKey = (accountId: string) => balanceKey(accounts.wallet(accountId));
const positionKey = { pk: 'FOLD', sk: 'POSITION' };
export const totalsPartition = 'TOTALS';

const leg = z.object({ account: z.string(), amountMinor: z.int() });
const entryItem = z.object({
  pk: z.string(),
  kind: z.enum(entryKinds),
  postedAt: z.string(),
  legs: z.array(leg),
  statementAccount: z.optional(z.string()),
});
const walletItem = z.object({ balanceMinor: z.int() });
const positionItem = z.object({ minute: z.string(), folding: z.optional(z.string()) });
export type FoldPosition = z.output<typeof positionItem>;
const totalItem = z.object({ sk: z.string(), balanceMinor: z.int() });
export type TotalItem = { readonly account: string; readonly balanceMinor: number };
export const toTotal = (item: Item): TotalItem => {
  const { sk, balanceMinor } = totalItem.parse(item);
  return { account: sk, balanceMinor };
};

const toEntry = (item: Item): Entry => {
  const { pk, statementAccount, ...rest } = entryItem.parse(item);
  return { entryId: pk, ...rest, ...(statementAccount !== undefined && { statementAccount }) };
};
export const isEntryItem = (item: Item): boolean => item['sk'] === entrySk;
/** The account whose statement lists an entry. */
export const statementAccountOf = (item: Item): string | undefined =>
  z.object({ statementAccount: z.optional(z.string()) }).parse(item).statementAccount;
/** Whether an item of the ledger is the guarded balance of an account, whose name is its partition key. */
export const isBalanceItem = (item: Item): boolean => item['sk'] === balanceSk;

/** Writes an entry, once for ever. */
export const putEntry = (tableName: string, entry: Entry, extra: Item = {}): TransactionItem => {
  const { entryId, ...rest } = entry;
  return {
    Put: {
      TableName: tableName,
      Item: {
        ...extra,
        ...rest,
        ...entryKey(entryId),
        bucketShard: `${minuteOf(entry.postedAt)}#${shardOf(entryId, journalShards)}`,
      },
      ConditionExpression: 'attribute_not_exists(pk)',
    },
  };
};

/** Moves a wallet by `deltaMinor`, if before it held at least `atLeastMinor` and afterwards holds at most `atMostMinor`. */
export const moveWallet = (
  tableName: string,
  accountId: string,
  move: { deltaMinor: number; atLeastMinor: number; atMostMinor?: number },
): TransactionItem => {
  const conditions = [
    ...(move.atLeastMinor > 0 ? ['balanceMinor >= :least'] : []),
    ...(move.atMostMinor === undefined ? [] : ['(attribute_not_exists(balanceMinor) OR balanceMinor <= :most)']),
  ];
  return {
    Update: {
      TableName: tableName,
      Key: walletKey(accountId),
      UpdateExpression: 'ADD balanceMinor :delta',
      ...(conditions.length > 0 && { ConditionExpression: conditions.join(' AND ') }),
      ExpressionAttributeValues: {
        ':delta': move.deltaMinor,
        ...(move.atLeastMinor > 0 && { ':least': move.atLeastMinor }),
        ...(move.atMostMinor !== undefined && { ':most': move.atMostMinor - move.deltaMinor }),
      },
    },
  };
};

/** Lets a transaction through only while a wallet holds nothing, or never held anything. */
export const emptyWallet = (tableName: string, accountId: string): TransactionItem => ({
  ConditionCheck: {
    TableName: tableName,
    Key: walletKey(accountId),
    ConditionExpression: 'attribute_not_exists(balanceMinor) OR balanceMinor = :nothing',
    ExpressionAttributeValues: { ':nothing': 0 },
  },
});

export class LedgerTable {
  readonly #gateway: TableGateway;
  readonly #tableName: string;

  constructor(gateway: TableGateway, tableName: string) {
    this.#gateway = gateway;
    this.#tableName = tableName;
  }

  /** Books a top-up and raises the wallet together; the entry is the request's own idempotency record. */
  async topUp(topUp: {
    entry: Entry;
    requestHash: string;
    accountId: string;
    amountMinor: number;
    maxBalanceMinor: number;
  }): Promise<
    { outcome: 'booked' } | { outcome: 'replayed'; requestHash: string; entry: Entry } | { outcome: 'over-limit' }
  > {
    const committed = await this.#gateway.transact([
      putEntry(this.#tableName, topUp.entry, { requestHash: topUp.requestHash }),
      moveWallet(this.#tableName, topUp.accountId, {
        deltaMinor: topUp.amountMinor,
        atLeastMinor: 0,
        atMostMinor: topUp.maxBalanceMinor,
      }),
    ]);
    if (committed.committed) return { outcome: 'booked' };
    const standing = committed.failed.get(0);
    if (!standing) return { outcome: 'over-limit' };
    const { requestHash } = z.object({ requestHash: z.string() }).parse(standing);
    return { outcome: 'replayed', requestHash, entry: toEntry(standing) };
  }

  async walletBalance(accountId: string): Promise<number> {
    const item = await this.#gateway.get({ TableName: this.#tableName, Key: walletKey(accountId) });
    return item === undefined ? 0 : walletItem.parse(item).balanceMinor;
  }

  /** What the totals hold for an account of its own, such as `payable:acc_…`, as folded so far. */
  async total(account: string): Promise<number> {
    const item = await this.#gateway.get({ TableName: this.#tableName, Key: { pk: totalsPartition, sk: account } });
    return item === undefined ? 0 : toTotal(item).balanceMinor;
  }

  /** Entries of an account's statement, newest first. */
  async statement(
    account: string,
    limit: number,
    startKey: Item | undefined,
  ): Promise<{ entries: readonly Entry[]; lastKey: Item | undefined }> {
    const { items, lastKey } = await this.#gateway.query({
      TableName: this.#tableName,
      IndexName: 'statement',
      KeyConditionExpression: 'statementAccount = :account',
      ExpressionAttributeValues: { ':account': account },
      ScanIndexForward: false,
      Limit: limit,
      ...(startKey && { ExclusiveStartKey: startKey }),
    });
    return { entries: items.map(toEntry), lastKey };
  }

  /** How far the journal is folded; `undefined` before the first fold. */
  async foldPosition(): Promise<FoldPosition | undefined> {
    const item = await this.#gateway.get({ TableName: this.#tableName, Key: positionKey });
    return item && positionItem.parse(item);
  }

  /** When the oldest entry was posted; `undefined` where there is none. Reads the whole table: for the first fold alone. */
  async oldestEntryAt(): Promise<Instant | undefined> {
    let oldest: Instant | undefined;
    let start: Item | undefined;
    for (let page = 0; page < maxScanPages; page += 1) {
      const { items, lastKey } = await this.#gateway.scan({
        TableName: this.#tableName,
        ConsistentRead: true,
        FilterExpression: 'attribute_exists(bucketShard)',
        ProjectionExpression: 'postedAt',
        ...(start && { ExclusiveStartKey: start }),
      });
      for (const item of items) {
        const { postedAt } = z.object({ postedAt: z.string() }).parse(item);
        if (oldest === undefined || postedAt < oldest) oldest = postedAt;
      }
      if (lastKey === undefined) return oldest;
      start = lastKey;
    }
    throw new Error(`The journal has more than ${maxScanPages} pages and was never folded`);
  }

  /** Sums of all entries of one minute, which must be over for longer than any write can be under way. */
  async sumMinute(minute: Minute): Promise<readonly Total[]> {
    const shards = Array.from({ length: journalShards }, (_, shard) => this.#legsOf(`${minute}#${shard}`));
    return foldLegs((await Promise.all(shards)).flat());
  }

  async #legsOf(bucketShard: string) {
    const legs: z.output<typeof leg>[] = [];
    const entries = this.#gateway.queryAll({
      TableName: this.#tableName,
      IndexName: 'by-bucket',
      KeyConditionExpression: 'bucketShard = :shard',
      ExpressionAttributeValues: { ':shard': bucketShard },
    });
    for await (const item of entries) legs.push(...z.object({ legs: z.array(leg) }).parse(item).legs);
    return legs;
  }

  /**
   * Books a minute's totals and moves the position on, together where one transaction holds them. Each part is written
   * once; a second run finds the same parts and changes nothing.
   */
  async foldMinute(minute: Minute, totals: readonly Total[]): Promise<void> {
    const parts = Array.from({ length: Math.ceil(totals.length / accountsPerPart) }, (_, part) =>
      totals.slice(part * accountsPerPart, (part + 1) * accountsPerPart),
    );
    if (parts.length > 1 && !(await this.#markFolding(minute))) return;
    for (const [number, part] of parts.entries()) {
      const isLast = number === parts.length - 1;
      await this.#gateway.transact([
        this.#putPart(minute, number, part),
        ...part.map((total) => this.#addTotal(total)),
        ...(isLast ? [{ Put: this.#position(minute) }] : []),
      ]);
    }
  }

  /** Moves the position past a minute without entries; it never moves back. */
  async moveFoldedMinute(minute: Minute): Promise<void> {
    await this.#gateway.put(this.#position(minute));
  }

  /** Readers of the totals wait while a minute is half booked. Says whether it still has to be. */
  async #markFolding(minute: Minute): Promise<boolean> {
    const { written } = await this.#gateway.update({
      TableName: this.#tableName,
      Key: positionKey,
      UpdateExpression: 'SET folding = :minute, #minute = if_not_exists(#minute, :before)',
      ConditionExpression: 'attribute_not_exists(pk) OR #minute < :minute',
      ExpressionAttributeNames: { '#minute': 'minute' },
      ExpressionAttributeValues: { ':minute': minute, ':before': '' },
    });
    return written;
  }

  #putPart(minute: Minute, number: number, totals: readonly Total[]): TransactionItem {
    return {
      Put: {
        TableName: this.#tableName,
        Item: { pk: `FOLD#${minute}`, sk: `PART#${String(number).padStart(5, '0')}`, totals },
        ConditionExpression: 'attribute_not_exists(pk)',
      },
    };
  }

  #addTotal({ account, amountMinor }: Total): TransactionItem {
    return {
      Update: {
        TableName: this.#tableName,
        Key: { pk: totalsPartition, sk: account },
        UpdateExpression: 'ADD balanceMinor :amount',
        ExpressionAttributeValues: { ':amount': amountMinor },
      },
    };
  }

  #position(minute: Minute) {
    return {
      TableName: this.#tableName,
      Item: { ...positionKey, minute },
      ConditionExpression: 'attribute_not_exists(pk) OR #minute < :minute',
      ExpressionAttributeNames: { '#minute': 'minute' },
      ExpressionAttributeValues: { ':minute': minute },
    };
  }

  /** Balances of all total accounts as folded so far. */
  async totals(): Promise<readonly TotalItem[]> {
    const totals: TotalItem[] = [];
    const items = this.#gateway.queryAll({
      TableName: this.#tableName,
      ConsistentRead: true,
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': totalsPartition },
    });
    for await (const item of items) totals.push(toTotal(item));
    return totals;
  }
}
