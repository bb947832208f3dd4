import type { Surroundings } from '../../adapters/clock.ts';
import type { Result } from '../../core/shared/result.ts';
import { RetryableError } from '../retryable-error.ts';

/** Of those who race for one record one wins each time, so that this many may race. */
const maxAttempts = 12;
const backoffMs = 100;

/** Decides again, with fresh reads, while others change the same records; bounded, then left to the caller's retry. */
export const untilSettled = async <T>(
  { random, sleep }: Surroundings,
  decide: () => Promise<Result<T> | 'contended'>,
): Promise<Result<T>> => {
  for (let attempt = 0; attempt < maxAttempts; attempt += 1) {
    const result = await decide();
    if (result !== 'contended') return result;
    await sleep(random() * backoffMs);
  }
  throw new RetryableError(`The records changed under each of ${maxAttempts} attempts`);
};
