import { describe, expect, it } from 'vitest';
import {
  commissionBasisPoints,
  holdSeconds,
  type MerchantLabel,
  merchantLabels,
  promiseSeconds,
} from '../../../../core/policy/policy.ts';
import { shortestTradeSeconds } from '../../../../functions/payments/open-trade.ts';
import { policies, policyOf } from '../../../../policy/index.ts';

const policy = policyOf('2026-11-01');
const hours = 3_600;

describe('the policy of 2026-11-01', () => {
  it('promises delivery of a card key within 30 minutes in every category', () => {
    for (const { id } of policy.categories)
      expect(promiseSeconds(policy, { category: id, kind: 'card_key' })).toBe(1_800);
  });

  it.each<[string, MerchantLabel, number]>([
    ['game-point-card', 'platform_direct', 24 * hours],
    ['game-point-card', 'gold', 48 * hours],
    ['game-point-card', 'standard', 72 * hours],
    ['software-license', 'platform_direct', 72 * hours],
    ['software-license', 'gold', 120 * hours],
    ['software-license', 'standard', 168 * hours],
  ])('holds the escrow of a %s by a %s merchant for %d seconds', (category, merchantLabel, seconds) => {
    expect(holdSeconds(policy, { category, merchantLabel })).toBe(seconds);
  });

  it.each<[string, MerchantLabel, number]>([
    ['gift-card', 'standard', 300],
    ['gift-card', 'gold', 200],
    ['phone-top-up', 'standard', 50],
    ['phone-top-up', 'gold', 50],
    ['phone-top-up', 'platform_direct', 0],
  ])('takes from a %s by a %s merchant %d basis points', (category, merchantLabel, basisPoints) => {
    expect(commissionBasisPoints(policy, { category, merchantLabel })).toBe(basisPoints);
  });
});

describe('every policy', () => {
  const all = [...policies.values()].flatMap((each) =>
    [...each.categories.map(({ id }) => id), 'a-category-that-was-dropped'].flatMap((category) =>
      merchantLabels.map((merchantLabel) => ({ version: each.version, category, merchantLabel })),
    ),
  );
  it.each(all)('$version answers for $category by $merchantLabel', ({ version, category, merchantLabel }) => {
    const each = policyOf(version);
    expect(promiseSeconds(each, { category, kind: 'card_key' })).toBeGreaterThan(0);
    expect(holdSeconds(each, { category, merchantLabel })).toBeGreaterThan(0);
    expect(commissionBasisPoints(each, { category, merchantLabel })).toBeGreaterThanOrEqual(0);
  });

  it('is refused under a version that was never published', () => {
    expect(() => policyOf('2025-01-01')).toThrow('No policy has the version 2025-01-01');
  });
});

it.each([...policies.keys()])('the policy %s leaves a buyer time to begin a payment through a channel', (version) => {
  const { unpaidExpirySeconds } = policyOf(version).orders;
  expect(unpaidExpirySeconds - shortestTradeSeconds).toBeGreaterThanOrEqual(30);
});
