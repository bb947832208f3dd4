import { accounts, type Entry, makeEntry } from '../ledger/entry.ts';
import { addSeconds, type Instant } from '../shared/instant.ts';
import { assertNever } from '../shared/result.ts';
import type { Channel } from './channel.ts';

/**
 * The life of a refund through a channel. It is committed in the books at once; the rest is the channel's confirmation.
 * `refused`: the channel will never do it, and a person has to.
 */
export const refundStatuses = ['committed', 'processing', 'confirmed', 'refused'] as const;
export type RefundStatus = (typeof refundStatuses)[number];

export const refundTransitions: Record<RefundStatus, readonly RefundStatus[]> = {
  committed: ['committed', 'processing', 'confirmed', 'refused'],
  processing: ['committed', 'processing', 'confirmed', 'refused'],
  confirmed: [],
  refused: ['confirmed'],
};

/** Why money goes back: the order it paid for was refunded, or it was never the order's (`Unassigned`). */
const unassignedReasons = ['short', 'over', 'late', 'duplicate', 'limit-reached'] as const;
export type UnassignedReason = (typeof unassignedReasons)[number];
export const refundReasons = [...unassignedReasons, 'order'] as const;
type RefundReason = (typeof refundReasons)[number];

/** What kept the last attempt from being the end. */
export const refundTroubles = ['channel-unavailable', 'balance-short', 'channel-refused'] as const;
type RefundTrouble = (typeof refundTroubles)[number];

export type Refund = {
  /** Also the request number at the channel, so that sending it twice is one refund there. */
  readonly refundId: string;
  readonly seq: number;
  readonly status: RefundStatus;
  readonly paymentId: string;
  readonly channel: Channel;
  readonly orderId?: string | undefined;
  readonly buyerId: string;
  readonly reason: RefundReason;
  readonly amountMinor: number;
  /** What the payment brought in all. */
  readonly paidMinor: number;
  readonly committedAt: Instant;
  readonly attempts: number;
  readonly lastAttemptAt?: Instant | undefined;
  readonly trouble?: RefundTrouble | undefined;
  /** The channel's own words on the trouble. */
  readonly troubleDetail?: string | undefined;
  readonly confirmedAt?: Instant | undefined;
  readonly dueAt?: Instant | undefined;
};

/** Refunds of one payment are numbered: what returns money that was never assigned, and what its order refunds. */
export const unassignedRefundNumber = 0;
export const orderRefundNumber = 1;
export const refundNumbers = [unassignedRefundNumber, orderRefundNumber] as const;

export const refundIdOf = (paymentId: string, number: number): string =>
  `${paymentId.replace(/^pay_/, 'rfd_')}_${number}`;

/** The payment that a refund's id names. */
export const paymentIdOf = (refundId: string): string => refundId.replace(/^rfd_/, 'pay_').replace(/_\d+$/, '');

export const commitRefund = (
  draft: Pick<Refund, 'paymentId' | 'channel' | 'orderId' | 'buyerId' | 'reason' | 'amountMinor' | 'paidMinor'>,
  number: number,
  now: Instant,
): Refund => ({
  ...draft,
  refundId: refundIdOf(draft.paymentId, number),
  seq: 1,
  status: 'committed',
  committedAt: now,
  attempts: 0,
  dueAt: now,
});

/** What came of an attempt: the channel's answer, or that there was none. */
export type RefundAttempt =
  | { readonly outcome: 'confirmed'; readonly confirmedAt: Instant }
  | { readonly outcome: 'processing' }
  | { readonly outcome: 'balance-short' | 'refused' | 'unavailable'; readonly detail: string };

export type RefundChange = { readonly from: Refund; readonly to: Refund; readonly entries: readonly Entry[] };

/**
 * The refund after an attempt. Confirmed money leaves the books for the channel; everything else is looked at again
 * later, ever more rarely, save what the channel refuses. `undefined` where nothing follows: it was confirmed before, or
 * refused and this is no confirmation, for a channel repeats its refusals too.
 */
export const settleRefund = (refund: Refund, attempt: RefundAttempt, now: Instant): RefundChange | undefined => {
  if (refund.status === 'confirmed') return undefined;
  if (refund.status === 'refused' && attempt.outcome !== 'confirmed') return undefined;
  const { trouble: _, troubleDetail: __, ...rest } = refund;
  const tried = { ...rest, attempts: refund.attempts + 1, lastAttemptAt: now };
  const later = addSeconds(now, backoffSeconds(refund.attempts));
  switch (attempt.outcome) {
    case 'confirmed':
      return {
        from: refund,
        to: advance(tried, { status: 'confirmed', confirmedAt: attempt.confirmedAt, dueAt: undefined }),
        entries: [confirmationEntry(refund, now)],
      };
    case 'processing':
      return change(refund, advance(tried, { status: 'processing', dueAt: later }));
    case 'balance-short':
      return change(
        refund,
        advance(tried, { status: 'committed', ...troubled('balance-short', attempt), dueAt: later }),
      );
    case 'unavailable':
      return change(
        refund,
        advance(tried, { status: refund.status, ...troubled('channel-unavailable', attempt), dueAt: later }),
      );
    case 'refused':
      return change(
        refund,
        advance(tried, { status: 'refused', ...troubled('channel-refused', attempt), dueAt: undefined }),
      );
    default:
      return assertNever(attempt);
  }
};

const maxDetailLength = 300;
const troubled = (trouble: RefundTrouble, { detail }: { readonly detail: string }) => ({
  trouble,
  troubleDetail: detail.slice(0, maxDetailLength),
});

const change = (from: Refund, to: Refund): RefundChange => ({ from, to, entries: [] });

const advance = (refund: Refund, changes: Partial<Refund> & { readonly status: RefundStatus }): Refund => {
  if (!refundTransitions[refund.status].includes(changes.status))
    throw new Error(`Refund ${refund.refundId} cannot go from ${refund.status} to ${changes.status}`);
  return { ...refund, ...changes, seq: refund.seq + 1 };
};

const firstBackoffSeconds = 30;
const maxBackoffSeconds = 3_600;
const backoffSeconds = (attempts: number): number =>
  Math.min(maxBackoffSeconds, firstBackoffSeconds * 2 ** Math.min(attempts, 10));

const confirmationEntry = (refund: Refund, now: Instant): Entry =>
  makeEntry({
    entryId: `refund/${refund.refundId}/confirmed`,
    kind: 'refund-confirmed',
    postedAt: now,
    legs: [
      { account: accounts.refunds(refund.paymentId), amountMinor: -refund.amountMinor },
      { account: accounts.channel(refund.channel), amountMinor: refund.amountMinor },
    ],
  });
