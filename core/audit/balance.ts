import { type Finding, findingsOn } from './finding.ts';

/** Promise 3: an account that its owner spends from holds the sum of its entries, and never less than nothing. */
export const checkBalance = (account: string, balanceMinor: number, entriesMinor: number): readonly Finding[] => {
  const find = findingsOn(3, `account ${account}`);
  return [
    ...(balanceMinor < 0 ? [find('balance-negative', `It holds ${balanceMinor}.`)] : []),
    ...(balanceMinor === entriesMinor
      ? []
      : [find('balance-differs', `It holds ${balanceMinor}; its entries sum to ${entriesMinor}.`)]),
  ];
};

/** Promise 3: a folded total is the sum of the journal up to the fold's position. */
export const checkTotal = (
  account: string,
  totalMinor: number,
  entriesMinor: number,
  minute: string,
): readonly Finding[] =>
  totalMinor === entriesMinor
    ? []
    : [
        findingsOn(3, `total ${account}`)(
          'total-differs',
          `It stands at ${totalMinor}; the entries up to the minute ${minute} sum to ${entriesMinor}.`,
        ),
      ];
