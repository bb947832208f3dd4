import type { StandingSeller } from '../catalog/product.ts';
import type { MerchantLabel } from '../policy/policy.ts';
import type { Instant } from '../shared/instant.ts';
import type { KeyRing } from './api-key.ts';
import type { MerchantStanding } from './merchant.ts';

export const accountRoles = ['merchant', 'buyer', 'operator', 'arbiter', 'finance', 'auditor'] as const;
export type AccountRole = (typeof accountRoles)[number];

/** Someone who may call. An account has one role for good: who needs two has two accounts. */
export type Account = {
  readonly accountId: string;
  readonly role: AccountRole;
  readonly name: string;
  /** Present exactly on merchants, like the standing. */
  readonly label?: MerchantLabel;
  readonly standing?: MerchantStanding;
  /** Counts the changes of a merchant's place in the marketplace. */
  readonly merchantSeq?: number;
  readonly createdAt: Instant;
  readonly keyRing: KeyRing;
  /** When the name was erased with everything else that says who it is. */
  readonly erasedAt?: Instant;
  readonly erasedBy?: string;
  readonly erasedReason?: string;
};

/** The merchant whose account it is, as his products show him; `undefined` for all others. */
export const sellerOfAccount = ({
  accountId,
  name,
  label,
  standing,
  merchantSeq,
}: Account): StandingSeller | undefined =>
  label && {
    merchantId: accountId,
    name,
    label,
    // Whoever was opened without a standing was opened by an operator, who lets in by that.
    standing: standing ?? 'admitted',
    seq: merchantSeq ?? 0,
  };

type Viewer = { readonly accountId: string; readonly role: AccountRole };

/** Whether the account may be shown to the viewer, a merchant's file included: standing, application, documents, history. */
export const mayReadAccount = (viewer: Viewer, accountId: string): boolean =>
  viewer.accountId === accountId || viewer.role === 'operator' || viewer.role === 'auditor';

/** Whether the viewer may see and revoke the account's API keys. */
export const mayManageKeys = (viewer: Viewer, accountId: string): boolean =>
  viewer.accountId === accountId || viewer.role === 'operator';

/**
 * Whether the viewer may see a new token of the account. An operator hands over the first and no other: with a later
 * one he could read what only the account's owner may.
 *
 * @param hadKeys whether a key was ever issued for the account, revoked ones included
 */
export const mayIssueKey = (viewer: Viewer, accountId: string, hadKeys: boolean): boolean =>
  viewer.accountId === accountId || (viewer.role === 'operator' && !hadKeys);
