import type { MerchantLabel } from '../policy/policy.ts';
import type { Instant } from '../shared/instant.ts';
import type { MerchantEvent, MerchantStanding } from './merchant.ts';

export const noticeKinds = [
  'merchant.standing-changed',
  'merchant.label-changed',
  'merchant.warned',
  'document.accepted',
  'document.rejected',
  'document.expiring',
  'document.expired',
  'account.recovered',
] as const;
type NoticeKind = (typeof noticeKinds)[number];

/** What an account is told. It is written with the fact that it tells of, and once for each fact. */
export type Notice = {
  readonly accountId: string;
  readonly kind: NoticeKind;
  readonly at: Instant;
  /** A sentence for a person; a reason that somebody gave stands in it as he gave it. */
  readonly detail: string;
  readonly standing?: MerchantStanding;
  readonly label?: MerchantLabel;
  readonly documentId?: string;
  readonly expiresAt?: Instant;
};

/** What a merchant is told of a line of his history; nothing of what he did himself or only others have to know. */
export const noticeOf = (
  accountId: string,
  { action, from, to, label, at, reason }: MerchantEvent,
): Notice | undefined => {
  const told = { accountId, at, detail: reason, standing: to, label };
  if (action === 'warn') return { ...told, kind: 'merchant.warned' };
  if (action === 'relabel') return { ...told, kind: 'merchant.label-changed' };
  return from === undefined || from === to || action === 'reapply'
    ? undefined
    : { ...told, kind: 'merchant.standing-changed' };
};
