import type { Surroundings } from '../../adapters/clock.ts';
import type { Result } from '../../core/shared/result.ts';

const maxAttempts = 5;
const backoffMs = 50;

/** Decides again, with fresh reads, while others change the same records; bounded, then a fault. */
export const untilSettled = async <T>(
  { random, sleep }: Surroundings,
  decide: () => Promise<Result<T> | 'contended'>,
): Promise<Result<T>> => {
  for (let attempt = 1; attempt <= maxAttempts; attempt += 1) {
    const result = await decide();
    if (result !== 'contended') return result;
    await sleep(random() * backoffMs * attempt);
  }
  throw new Error(`The records changed under each of ${maxAttempts} attempts`);
};
