import type { EntryKind } from '../ledger/entry.ts';
import { type Finding, findingsOn } from './finding.ts';
import type { EntryRecord, EntryView } from './records.ts';

const orderEntryId = /^order\/(ord_[^/]+)\/(capture|refund|release)$/;
const otherEntryIds: readonly (readonly [RegExp, EntryKind])[] = [
  [/^top-up\/(top|pay)_[^/]+$/, 'top-up'],
  [/^payment\/pay_[^/]+\/receipt$/, 'receipt'],
  [/^payment\/pay_[^/]+\/return$/, 'return'],
  [/^refund\/rfd_[^/]+\/confirmed$/, 'refund-confirmed'],
];

/** The order that an entry's id names. */
export const orderOfEntry = (entryId: string): string | undefined => orderEntryId.exec(entryId)?.[1];

/** Promises 3 and 4, for any entry: it balances, its id says what it books, and it moves no other order's escrow. */
export const checkEntry = ({ entry, orderExists }: EntryView): readonly Finding[] => {
  const record = `entry ${entry.entryId}`;
  const findings: Finding[] = [];
  if (!balances(entry))
    findings.push(
      findingsOn(3, record)('entry-unbalanced', `Its legs do not balance in whole minor units: ${legsOf(entry)}.`),
    );
  const orderId = orderOfEntry(entry.entryId);
  if (kindOfId(entry.entryId) !== entry.kind)
    findings.push(findingsOn(4, record)('entry-id-unfit', `Its id does not say what it books: ${entry.kind}.`));
  else if (orderId !== undefined && !orderExists)
    findings.push(findingsOn(4, record)('entry-of-unknown-order', `There is no order ${orderId}.`));
  const foreign = entry.legs.find(({ account }) => account.startsWith('escrow:') && account !== `escrow:${orderId}`);
  if (foreign)
    findings.push(
      findingsOn(4, record)('entry-moves-foreign-escrow', `It moves ${foreign.account}, which is not its own.`),
    );
  return findings;
};

const kindOfId = (entryId: string): string | undefined =>
  orderEntryId.exec(entryId)?.[2] ?? otherEntryIds.find(([pattern]) => pattern.test(entryId))?.[1];

const balances = ({ legs }: EntryRecord): boolean =>
  legs.length >= 2 &&
  legs.every(({ amountMinor }) => Number.isSafeInteger(amountMinor) && amountMinor !== 0) &&
  legs.reduce((sum, { amountMinor }) => sum + amountMinor, 0) === 0;

const legsOf = ({ legs }: EntryRecord): string =>
  legs.map(({ account, amountMinor }) => `${account} ${amountMinor}`).join(', ') || 'none';
