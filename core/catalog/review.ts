import { needsListingReview, type Policy } from '../policy/policy.ts';
import type { Instant } from '../shared/instant.ts';
import { accept, type Result, refuse } from '../shared/result.ts';
import type { Product, ProductVersion, StoredVersion } from './product.ts';

/**
 * - `submitted`: the merchant asked for a review; operators see it on their worklist.
 * - `approved`: it may go on sale, for good.
 * - `rejected`: it never will; another version answers the reason.
 */
export const reviewStates = ['submitted', 'approved', 'rejected'] as const;
export type ReviewState = (typeof reviewStates)[number];
export type Verdict = Exclude<ReviewState, 'submitted'>;

export type VersionReview = {
  readonly state: ReviewState;
  readonly submittedAt: Instant;
  /** Both are known once it is decided. */
  readonly decidedAt?: Instant;
  readonly reason?: string;
};

const reviewTransitions: Readonly<Record<ReviewState, readonly ReviewState[]>> = {
  submitted: ['approved', 'rejected'],
  approved: [],
  rejected: [],
};

/**
 * Whether a version may go on sale as far as its review goes: it was approved, or the policy asks for none, or it says
 * what the last approved version says and differs in price or limits only. Refuses `review-needed`.
 *
 * @param approved the last approved version of the product, where there is one
 */
export const passReview = (
  policy: Policy,
  product: Product,
  version: StoredVersion,
  approved: StoredVersion | undefined,
): Result<undefined> => {
  const { review } = version;
  if (review?.state === 'approved') return accept(undefined);
  if (review?.state === 'rejected')
    return refuse('review-needed', `Version ${version.version} was rejected: add one that answers the reason.`, field);
  if (!needsListingReview(policy, listed(product, version)) || inherits(version, approved)) return accept(undefined);
  return refuse(
    'review-needed',
    review === undefined
      ? `Version ${version.version} must be reviewed first: POST /v1/products/${product.productId}/versions/${version.version}/submit.`
      : `Version ${version.version} waits for its review since ${review.submittedAt}; it can go on sale once it is approved.`,
    field,
  );
};

const field = 'body.version';

/**
 * Asks for a review; `undefined` where that has happened already. Refuses `review-state-unfit` for a version that was
 * rejected, and for one that needs no review.
 */
export const submitVersion = (
  policy: Policy,
  product: Product,
  version: StoredVersion,
  approved: StoredVersion | undefined,
  now: Instant,
): Result<StoredVersion | undefined> => {
  if (version.review?.state === 'rejected')
    return refuse('review-state-unfit', 'This version was rejected: add one that answers the reason, and submit that.');
  if (version.review !== undefined) return accept(undefined);
  if (passReview(policy, product, version, approved).ok)
    return refuse('review-state-unfit', 'This version needs no review: put it on sale as it is.');
  return accept({ ...version, review: { state: 'submitted', submittedAt: now } });
};

/** Decides a review; `undefined` where it was decided like this already. Refuses `review-state-unfit`. */
export const decideReview = (
  version: StoredVersion,
  verdict: Verdict,
  reason: string,
  now: Instant,
): Result<StoredVersion | undefined> => {
  const { review } = version;
  if (review === undefined) return refuse('review-state-unfit', 'This version was never submitted for review.');
  if (review.state === verdict) return accept(undefined);
  if (!reviewTransitions[review.state].includes(verdict))
    return refuse('review-state-unfit', `This version is ${review.state} already; that is final.`);
  return accept({ ...version, review: { ...review, state: verdict, decidedAt: now, reason } });
};

/** The product after one of its versions was approved: the highest approved version is the one that others inherit from. */
export const withApproval = (product: Product, { version, review }: StoredVersion): Product =>
  review?.state === 'approved' && version > (product.approvedVersion ?? 0)
    ? { ...product, approvedVersion: version }
    : product;

const listed = ({ merchantLabel }: Product, { category }: ProductVersion) => ({ category, merchantLabel });

const inherits = (version: StoredVersion, approved: StoredVersion | undefined): boolean =>
  approved?.review?.state === 'approved' && saysOf(version) === saysOf(approved);

/** Everything of a version that a reviewer reads: all but its number, price and limits. */
const saysOf = ({ title, category, kind, description, afterSalesTerms, usageNotes }: ProductVersion): string =>
  JSON.stringify([title, category, kind, description ?? '', afterSalesTerms, usageNotes ?? '']);
