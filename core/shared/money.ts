/** The one currency of this release; amounts are integers of its minor unit (fen). */
export const currency = 'CNY' as const;
export type Currency = typeof currency;

/** No single amount may exceed this: 10,000,000.00 CNY. It keeps every sum of the books inside safe integers. */
export const maxAmountMinor = 1_000_000_000;

const basisPointsInWhole = 10_000;

/** Throws on anything that is not a safe integer: a float never holds money. */
export const assertMinor = (amountMinor: number): number => {
  if (!Number.isSafeInteger(amountMinor)) throw new Error(`Not an amount in minor units: ${amountMinor}`);
  return amountMinor;
};

/**
 * Divides an amount over weights so that the parts sum to the whole, by largest remainder; equal remainders go to the
 * earlier part. This is the one function that divides money.
 *
 * @param amountMinor integer ≥ 0, at most `maxAmountMinor`
 * @param weights integers ≥ 0, at least one above zero; their sum at most 1,000,000
 */
export const allocate = (amountMinor: number, weights: readonly number[]): readonly number[] => {
  assertMinor(amountMinor);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const valid = weights.every((weight) => Number.isSafeInteger(weight) && weight >= 0) && total > 0;
  if (amountMinor < 0 || amountMinor > maxAmountMinor || total > 1_000_000 || !valid)
    throw new Error(`Cannot allocate ${amountMinor} over ${weights.join(', ')}`);
  const floors = weights.map((weight) => Math.floor((amountMinor * weight) / total));
  const left = amountMinor - floors.reduce((sum, part) => sum + part, 0);
  const byRemainder = weights
    .map((weight, index) => ({ index, remainder: (amountMinor * weight) % total }))
    .sort((a, b) => b.remainder - a.remainder || a.index - b.index);
  const lucky = new Set(byRemainder.slice(0, left).map(({ index }) => index));
  return floors.map((part, index) => part + (lucky.has(index) ? 1 : 0));
};

/** The share of an amount in basis points (1/100 %), and what is left of it. */
export const takeShare = (amountMinor: number, basisPoints: number): { shareMinor: number; restMinor: number } => {
  const [shareMinor = 0, restMinor = 0] = allocate(amountMinor, [basisPoints, basisPointsInWhole - basisPoints]);
  return { shareMinor, restMinor };
};
