/** The value below which the given part of all values lies. */
export const quantile = (values: readonly number[], part: number): number => {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN;
};

/** One decimal is as much as these figures bear. */
export const round = (value: number, decimals = 1): number => Number(value.toFixed(decimals));
