import type { Instant } from '../shared/instant.ts';
import { assertMinor } from '../shared/money.ts';

/**
 * One side of an entry. Positive raises the account's balance: what we owe a buyer, a merchant, or nobody yet.
 * `channel:*` accounts run negative: what a payment channel owes us.
 */
export type Leg = { readonly account: string; readonly amountMinor: number };

/**
 * What an entry books. `receipt` and `return`: money of a channel that could not be assigned, into suspense and towards
 * its refund; `refund-confirmed`: the channel has given a committed refund back.
 */
export const entryKinds = ['top-up', 'capture', 'refund', 'release', 'receipt', 'return', 'refund-confirmed'] as const;
export type EntryKind = (typeof entryKinds)[number];

/** A journal entry: immutable, two or more legs that sum to zero, an id that says what it books. */
export type Entry = {
  /** `order/ord_…/capture`, `top-up/top_…`: the same fact can only ever be booked under the same id. */
  readonly entryId: string;
  readonly kind: EntryKind;
  readonly postedAt: Instant;
  readonly legs: readonly Leg[];
  /** The account whose statement lists this entry, where its owner spends from it. */
  readonly statementAccount?: string;
};

export const accounts = {
  channel: (channel: string): string => `channel:${channel}`,
  wallet: (accountId: string): string => `wallet:${accountId}`,
  escrow: (orderId: string): string => `escrow:${orderId}`,
  payable: (merchantId: string): string => `payable:${merchantId}`,
  /** Committed to be given back through a channel, not yet confirmed by it. */
  refunds: (paymentId: string): string => `refunds:${paymentId}`,
  /** Came through a channel and cannot be assigned. */
  suspense: (paymentId: string): string => `suspense:${paymentId}`,
  commission: 'platform:commission',
} as const;

/** Builds an entry and throws unless it balances; legs of nothing are left out. */
export const makeEntry = (entry: Entry): Entry => {
  const legs = entry.legs.filter(({ amountMinor }) => assertMinor(amountMinor) !== 0);
  const sum = legs.reduce((total, { amountMinor }) => total + amountMinor, 0);
  if (legs.length < 2 || sum !== 0)
    throw new Error(`The entry ${entry.entryId} does not balance: ${JSON.stringify(legs)}`);
  return { ...entry, legs };
};

/** Money from a payment channel into a buyer's wallet. */
export const topUpEntry = (topUp: {
  topUpId: string;
  channel: string;
  accountId: string;
  amountMinor: number;
  postedAt: Instant;
}): Entry =>
  makeEntry({
    entryId: `top-up/${topUp.topUpId}`,
    kind: 'top-up',
    postedAt: topUp.postedAt,
    statementAccount: accounts.wallet(topUp.accountId),
    legs: [
      { account: accounts.channel(topUp.channel), amountMinor: -topUp.amountMinor },
      { account: accounts.wallet(topUp.accountId), amountMinor: topUp.amountMinor },
    ],
  });
