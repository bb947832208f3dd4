import type { Instant } from '../core/shared/instant.ts';

/** What an adapter or handler needs of time and chance; the simulation brings its own. */
export type Surroundings = {
  readonly now: () => Instant;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  readonly sleep: (ms: number) => Promise<void>;
};

export const realSurroundings: Surroundings = {
  now: () => new Date().toISOString(),
  random: Math.random,
  sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
};
