import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { allocate, assertMinor, maxAmountMinor, takeShare } from '../../../../core/shared/money.ts';

const amount = fc.integer({ min: 0, max: maxAmountMinor });
const weights = fc
  .array(fc.integer({ min: 0, max: 20_000 }), { minLength: 1, maxLength: 50 })
  .filter((all) => all.some((weight) => weight > 0));

describe('dividing money', () => {
  test('the parts of any amount over any weights sum to the whole', () => {
    fc.assert(
      fc.property(amount, weights, (whole, shares) => {
        expect(allocate(whole, shares).reduce((sum, part) => sum + part, 0)).toBe(whole);
      }),
      { numRuns: 2_000 },
    );
  });

  test('no part is negative or further than one fen from its exact share, and nothing goes to a weight of nothing', () => {
    fc.assert(
      fc.property(amount, weights, (whole, shares) => {
        const total = shares.reduce((sum, weight) => sum + weight, 0);
        allocate(whole, shares).forEach((part, index) => {
          const exact = (whole * (shares[index] ?? 0)) / total;
          expect(Math.abs(part - exact)).toBeLessThan(1);
          expect(Number.isSafeInteger(part) && part >= 0).toBe(true);
        });
      }),
    );
  });

  test('equal remainders go to the earlier part', () => {
    expect(allocate(100, [1, 1, 1])).toEqual([34, 33, 33]);
    expect(allocate(2, [1, 1, 1])).toEqual([1, 1, 0]);
  });

  test.each([
    ['a fraction', 0.5, [1]],
    ['a negative amount', -1, [1]],
    ['more than any amount may be', maxAmountMinor + 1, [1]],
    ['what is not a number', Number.NaN, [1]],
    ['no weights', 1, []],
    ['weights of nothing', 1, [0, 0]],
    ['a negative weight', 1, [2, -1]],
    ['a fractional weight', 1, [0.5, 0.5]],
    ['weights whose products would not be exact', 1, [1_000_001]],
  ])('%s cannot be divided', (_, whole, shares) => {
    expect(() => allocate(whole, shares)).toThrow();
  });

  test('a share and its rest are the whole, at any rate', () => {
    fc.assert(
      fc.property(amount, fc.integer({ min: 0, max: 10_000 }), (whole, basisPoints) => {
        const { shareMinor, restMinor } = takeShare(whole, basisPoints);
        expect(shareMinor + restMinor).toBe(whole);
        expect(Math.abs(shareMinor - (whole * basisPoints) / 10_000)).toBeLessThan(1);
      }),
    );
  });

  test('a rate above the whole is refused', () => {
    expect(() => takeShare(100, 10_001)).toThrow();
  });

  test('a float never counts as money', () => {
    expect(() => assertMinor(0.1 + 0.2)).toThrow('Not an amount');
    expect(() => assertMinor(2 ** 53)).toThrow('Not an amount');
    expect(assertMinor(-5)).toBe(-5);
  });
});
