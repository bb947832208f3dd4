import { describe, expect, it } from 'vitest';
import { draftProduct, type Product, type StoredVersion, type VersionDraft } from '../../../../core/catalog/product.ts';
import {
  decideReview,
  passReview,
  type ReviewState,
  reviewStates,
  submitVersion,
  type Verdict,
  withApproval,
} from '../../../../core/catalog/review.ts';
import type { MerchantLabel } from '../../../../core/policy/policy.ts';
import { policyOf } from '../../../../policy/index.ts';

const policy = policyOf('2026-11-01');
const now = '2026-11-22T00:00:00.000Z';
const later = '2026-11-23T00:00:00.000Z';
const draft: VersionDraft = {
  title: 'Point card',
  category: 'game-point-card',
  kind: 'card_key',
  priceMinor: 9_900,
  currency: 'CNY',
  limits: { maxPerOrder: 10 },
  description: 'For one account.',
  afterSalesTerms: 'Exchange while not revealed.',
  usageNotes: 'Redeem in the game.',
};
const madeBy = (label: MerchantLabel, change: Partial<VersionDraft> = {}) =>
  draftProduct(
    'prd_a',
    { merchantId: 'acc_m', name: 'Feiyu', label, standing: 'admitted', seq: 1 },
    { ...draft, ...change },
    now,
  );
const { product, first } = madeBy('standard');
const inState = (state: ReviewState | undefined, change: Partial<StoredVersion> = {}): StoredVersion => ({
  ...first,
  ...(state && { review: { state, submittedAt: now } }),
  ...change,
});
const approved = inState('approved');
const codeOf = (result: ReturnType<typeof passReview>): string => (result.ok ? 'passes' : result.refusal.code);

describe('a review', () => {
  it.each<[MerchantLabel, string, string]>([
    ['platform_direct', 'gift-card', 'passes'],
    ['gold', 'game-point-card', 'passes'],
    ['gold', 'gift-card', 'review-needed'],
    ['standard', 'game-point-card', 'review-needed'],
  ])('of what a %s merchant lists as %s: %s', (label, category, outcome) => {
    const listed = madeBy(label, { category });
    expect(codeOf(passReview(policy, listed.product, listed.first, undefined))).toBe(outcome);
  });

  it.each<[ReviewState, string]>([
    ['submitted', 'review-needed'],
    ['approved', 'passes'],
    ['rejected', 'review-needed'],
  ])('that is %s: %s', (state, outcome) => {
    expect(codeOf(passReview(policy, product, inState(state), undefined))).toBe(outcome);
  });

  it('that went against a version keeps it off sale, whoever lists it and whatever was approved before', () => {
    const gold = madeBy('gold');
    const rejected = { ...gold.first, review: { state: 'rejected', submittedAt: now } } as const;
    expect(codeOf(passReview(policy, gold.product, rejected, approved))).toBe('review-needed');
  });

  it.each<[string, Partial<StoredVersion>, string]>([
    ['price', { priceMinor: 1 }, 'passes'],
    ['limits', { limits: { maxPerOrder: 1, maxPerBuyer: 1 } }, 'passes'],
    ['title', { title: 'Other' }, 'review-needed'],
    ['description', { description: 'Other' }, 'review-needed'],
    ['terms', { afterSalesTerms: 'Other' }, 'review-needed'],
    ['usage notes', { usageNotes: 'Other' }, 'review-needed'],
    ['category', { category: 'gift-card' }, 'review-needed'],
  ])('is inherited by a version of another %s: %s', (_, change, outcome) => {
    const next = inState(undefined, { version: 2, ...change });
    expect(codeOf(passReview(policy, product, next, approved))).toBe(outcome);
    expect(codeOf(passReview(policy, product, next, undefined))).toBe('review-needed');
  });

  it('is asked for once, and only where it is needed', () => {
    expect(submitVersion(policy, product, first, undefined, now)).toEqual({
      ok: true,
      value: { ...first, review: { state: 'submitted', submittedAt: now } },
    });
    for (const state of ['submitted', 'approved'] as const)
      expect(submitVersion(policy, product, inState(state), undefined, later)).toEqual({ ok: true, value: undefined });
    expect(submitVersion(policy, product, inState('rejected'), undefined, now)).toMatchObject({
      refusal: { code: 'review-state-unfit' },
    });
    expect(submitVersion(policy, product, inState(undefined, { version: 2 }), approved, now)).toMatchObject({
      refusal: { code: 'review-state-unfit' },
    });
  });

  const outcomes: Record<ReviewState, Record<Verdict, 'decided' | 'unchanged' | 'refused'>> = {
    submitted: { approved: 'decided', rejected: 'decided' },
    approved: { approved: 'unchanged', rejected: 'refused' },
    rejected: { approved: 'refused', rejected: 'unchanged' },
  };
  const cases = reviewStates.flatMap((state) =>
    (['approved', 'rejected'] as const).map((verdict) => [state, verdict, outcomes[state][verdict]] as const),
  );
  it.each(cases)('that is %s and then %s is %s', (state, verdict, outcome) => {
    const decided = decideReview(inState(state), verdict, 'Because.', later);
    if (outcome === 'refused') expect(decided).toMatchObject({ refusal: { code: 'review-state-unfit' } });
    else if (outcome === 'unchanged') expect(decided).toEqual({ ok: true, value: undefined });
    else
      expect(decided).toEqual({
        ok: true,
        value: { ...first, review: { state: verdict, submittedAt: now, decidedAt: later, reason: 'Because.' } },
      });
  });

  it('that nobody asked for cannot be decided', () => {
    expect(decideReview(first, 'approved', 'Because.', now)).toMatchObject({ refusal: { code: 'review-state-unfit' } });
  });

  it('that is approved is remembered on the product, for the highest version', () => {
    const known: Product = { ...product, approvedVersion: 2 };
    expect(withApproval(product, approved).approvedVersion).toBe(1);
    expect(withApproval(known, approved).approvedVersion).toBe(2);
    expect(withApproval(known, inState('approved', { version: 3 })).approvedVersion).toBe(3);
    expect(withApproval(product, inState('rejected'))).toBe(product);
  });
});
