import { nameOfItem, readItem, toBalance, toEntryRecord } from '../../adapters/tables/audit-items.ts';
import type { Item } from '../../adapters/tables/gateway.ts';
import { balanceKey, isBalanceItem, statementAccountOf } from '../../adapters/tables/ledger.ts';
import { checkBalance } from '../../core/audit/balance.ts';
import { unreadable } from '../../core/audit/finding.ts';
import type { EntryRecord } from '../../core/audit/records.ts';
import type { AuditReader } from './audit-reader.ts';
import type { AuditLog } from './audit-subject.ts';

/** Balances whose statements are read beside each other. */
const balancesAtOnce = 8;
/** Suspected balances that one pair of scans judges; the operands of a filter are bounded. */
const maxSuspects = 100;
/** Pairs of scans in which one suspected balance may keep moving. */
const maxRounds = 3;

type Sum = { readonly entries: number; readonly amountMinor: number };
const nothing: Sum = { entries: 0, amountMinor: 0 };

const plus = (sum: Sum, account: string, entry: Pick<EntryRecord, 'legs'>): Sum => ({
  entries: sum.entries + 1,
  amountMinor: entry.legs.reduce(
    (total, leg) => (leg.account === account ? total + leg.amountMinor : total),
    sum.amountMinor,
  ),
});

/**
 * Compares guarded balances with the entries of their statements. The index of statements may lag, so it can only
 * raise a suspicion; suspects are judged against the journal itself.
 */
export const balanceAudit = (reader: AuditReader, log: AuditLog) => {
  const suspects: string[] = [];

  const isSuspect = async ({ account, balanceMinor }: ReturnType<typeof toBalance>): Promise<boolean> => {
    let sum = nothing;
    const index = { index: 'statement', partitionKey: 'statementAccount', partition: account };
    for await (const item of reader.ofIndex('ledger', index, 'pk, kind, postedAt, legs')) {
      const read = readItem(item, toEntryRecord);
      if ('value' in read) sum = plus(sum, account, read.value);
    }
    return checkBalance(account, balanceMinor, sum.amountMinor).length > 0;
  };

  const judge = async (): Promise<void> => {
    while (suspects.length > 0) {
      let accounts = suspects.splice(0, maxSuspects);
      for (let round = 1; round <= maxRounds && accounts.length > 0; round += 1) accounts = await judgeRound(accounts);
      for (const _ of accounts) log.moving();
    }
  };

  /**
   * Scans the journal, reads the balances, and scans again. Entries are never changed or removed: if both scans found
   * the same number for an account, they found the same entries, and those are what stood when its balance was read.
   * Returns the accounts that moved meanwhile.
   */
  const judgeRound = async (accounts: readonly string[]): Promise<string[]> => {
    const before = await sumsOf(reader, accounts);
    const found = await reader.getMany(accounts.map((account) => ({ table: 'ledger', key: balanceKey(account) })));
    const after = await sumsOf(reader, accounts);
    if (!reader.isComplete) return [];
    return accounts.filter((account) => {
      const sum = after.get(account) ?? nothing;
      if (sum.entries !== (before.get(account) ?? nothing).entries) return true;
      const balance = found.read('ledger', balanceKey(account), toBalance);
      if (balance) log.find(checkBalance(account, balance.balanceMinor, sum.amountMinor));
      return false;
    });
  };

  return {
    examine: async (items: readonly Item[]): Promise<void> => {
      const balances = items.filter(isBalanceItem).flatMap((item) => {
        const read = readItem(item, toBalance);
        if ('value' in read) return [read.value];
        log.find([unreadable(3, `balance ${nameOfItem(item)}`, read.why)]);
        return [];
      });
      log.looked('balances', balances.length);
      for (let from = 0; from < balances.length; from += balancesAtOnce) {
        const group = balances.slice(from, from + balancesAtOnce);
        const suspected = await Promise.all(group.map(isSuspect));
        suspects.push(...group.filter((_, index) => suspected[index]).map(({ account }) => account));
        if (suspects.length >= maxSuspects) await judge();
      }
    },
    judge,
  };
};

const sumsOf = async (reader: AuditReader, accounts: readonly string[]): Promise<ReadonlyMap<string, Sum>> => {
  const sums = new Map<string, Sum>();
  const names = accounts.map((_, index) => `:a${index}`);
  const values = Object.fromEntries(accounts.map((account, index) => [`:a${index}`, account]));
  await reader.walk(
    'ledger',
    (items) => {
      for (const item of items) {
        const account = statementAccountOf(item);
        const read = readItem(item, toEntryRecord);
        if (account !== undefined && 'value' in read)
          sums.set(account, plus(sums.get(account) ?? nothing, account, read.value));
      }
    },
    { expression: `statementAccount IN (${names.join(', ')})`, values },
  );
  return sums;
};
