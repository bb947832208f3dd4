import type { Leg } from './entry.ts';

/** Accounts of which there is one for each buyer or order: the totals hold their sum, not each of them. */
const summedKinds = new Set(['wallet', 'escrow', 'refunds', 'suspense', 'credit', 'deposit']);

/** The account under which totals keep a leg: `wallet:acc_…` counts under `wallet`, `payable:acc_…` under itself. */
export const totalAccountOf = (account: string): string => {
  const kind = account.split(':', 1)[0] ?? account;
  return summedKinds.has(kind) ? kind : account;
};

export type Total = { readonly account: string; readonly amountMinor: number };

/** Sums legs by total account, in the order of the accounts' names, so that a second fold finds the same parts. */
export const foldLegs = (legs: Iterable<Leg>): readonly Total[] => {
  const sums = new Map<string, number>();
  for (const { account, amountMinor } of legs) {
    const total = totalAccountOf(account);
    sums.set(total, (sums.get(total) ?? 0) + amountMinor);
  }
  return [...sums]
    .map(([account, amountMinor]) => ({ account, amountMinor }))
    .sort((a, b) => (a.account < b.account ? -1 : 1));
};
