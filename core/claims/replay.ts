import type { Instant } from '../shared/instant.ts';
import type { OwningClaim } from './claim.ts';

/** A key as it stands in restored tables. */
type Standing = { readonly owner?: string | undefined; readonly replayed: boolean };

/** What a replay does about one claim. */
export type ReplayStep =
  /** The key stands and belongs to nobody: it becomes its owner's again. */
  | { readonly kind: 'bind' }
  /** The table has never seen the key: it was imported after the moment. */
  | { readonly kind: 'remember' }
  /** Another order had it at the moment and gave it back since. */
  | { readonly kind: 'take-over'; readonly from: string }
  /** It is its owner's, or a later claim on it has been replayed: nothing is left to do. */
  | { readonly kind: 'done' }
  /** The table knows another owner, and it cannot be said that the archive knows better. */
  | { readonly kind: 'contested'; readonly owner: string };

/**
 * Decides what a claim means for tables that stand as of `moment`. Claims come newest first, so that a key which had
 * several owners since ends with the last.
 *
 * @param moment to which the tables were restored; both it and claims are exact to the second only
 */
export const replayStep = (claim: OwningClaim, key: Standing | undefined, moment: Instant): ReplayStep => {
  if (!key) return { kind: 'remember' };
  if (key.owner === undefined) return { kind: 'bind' };
  if (key.owner === claim.owner || key.replayed) return { kind: 'done' };
  return claim.at > moment ? { kind: 'take-over', from: key.owner } : { kind: 'contested', owner: key.owner };
};

/**
 * How many claims met each step, and how many keys were left on offer, because they went back to the shelf after the
 * moment and that was asked for. A contested key stays with the owner that the tables know, and is never sold again.
 */
export type ReplayReport = Readonly<Record<ReplayStep['kind'] | 'left-on-offer', number>>;

export const nothingReplayed: ReplayReport = {
  bind: 0,
  remember: 0,
  'take-over': 0,
  done: 0,
  contested: 0,
  'left-on-offer': 0,
};
