import { describe, expect, it } from 'vitest';
import {
  draftProduct,
  maxVersions,
  mayReadVersion,
  nextVersion,
  type Product,
  type ProductStatus,
  putOnSale,
  type StoredVersion,
  takeOffSale,
  type VersionDraft,
} from '../../../../core/catalog/product.ts';
import { policyOf } from '../../../../policy/index.ts';

const policy = policyOf('2026-11-01');
const now = '2026-11-22T00:00:00.000Z';
const draft: VersionDraft = {
  title: 'Point card',
  category: 'game-point-card',
  kind: 'card_key',
  priceMinor: 9_900,
  currency: 'CNY',
  limits: { maxPerOrder: 10 },
  afterSalesTerms: 'Exchange while not revealed.',
};
const seller = { merchantId: 'acc_m', name: 'Feiyu', label: 'gold' } as const;
const { product, first } = draftProduct('prd_a', { ...seller, standing: 'admitted', seq: 1 }, draft, now);
const onSale: Product = { ...product, status: 'on_sale', onSaleVersion: 1, onSale: { ...draft, version: 1 } };
const statusAfter = (result: ReturnType<typeof takeOffSale>): ProductStatus | string =>
  result.ok ? result.value.status : result.refusal.code;

describe('a product', () => {
  it('begins as a draft with its version 1 and nothing on sale', () => {
    expect(product).toMatchObject({ status: 'draft', latestVersion: 1 });
    expect(product).not.toHaveProperty('onSale');
    expect(first).toMatchObject({ ...draft, version: 1, productId: 'prd_a', seller });
  });

  it.each<[ProductStatus, string, string]>([
    ['draft', 'on_sale', 'product-not-on-sale'],
    ['on_sale', 'on_sale', 'off_sale'],
    ['off_sale', 'on_sale', 'off_sale'],
  ])('in the status %s put on sale is %s, and taken off sale is %s', (status, put, taken) => {
    expect(statusAfter(putOnSale(policy, { ...product, status }, first, undefined))).toBe(put);
    expect(statusAfter(takeOffSale({ ...product, status }))).toBe(taken);
  });

  it('on sale carries what its version says, and nothing of how the version is kept', () => {
    expect(putOnSale(policy, product, { ...first, firstOnSaleAt: now }, undefined)).toEqual({
      ok: true,
      value: onSale,
    });
  });

  it('off sale carries no version', () => {
    expect(takeOffSale(onSale)).toEqual({ ok: true, value: { ...product, status: 'off_sale' } });
  });

  it('is not put on sale in a category that the policy dropped', () => {
    const dropped = { ...policy, categories: policy.categories.filter(({ id }) => id !== 'game-point-card') };
    expect(putOnSale(dropped, product, first, undefined)).toMatchObject({ refusal: { code: 'category-unknown' } });
  });

  it('takes versions up to its limit', () => {
    expect(nextVersion(product, draft, now)).toMatchObject({ ok: true, value: { version: 2 } });
    expect(nextVersion({ ...product, latestVersion: maxVersions }, draft, now)).toMatchObject({
      refusal: { code: 'version-limit-reached' },
    });
  });
});

describe('a version', () => {
  const shown: StoredVersion = { ...first, firstOnSaleAt: now };
  it.each([
    ['its merchant', { accountId: 'acc_m', role: 'merchant' }, true],
    ['an operator', { accountId: 'acc_o', role: 'operator' }, true],
    ['an arbiter', { accountId: 'acc_j', role: 'arbiter' }, true],
    ['an auditor', { accountId: 'acc_a', role: 'auditor' }, true],
    ['another merchant', { accountId: 'acc_x', role: 'merchant' }, false],
    ['a buyer', { accountId: 'acc_b', role: 'buyer' }, false],
  ] as const)('that never was on sale may be read by %s: %o → %s', (_, viewer, may) => {
    expect(mayReadVersion(viewer, first)).toBe(may);
    expect(mayReadVersion(viewer, shown)).toBe(true);
  });
});
