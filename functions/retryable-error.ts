/**
 * A failure that passes by itself. Its name is what the workflow's retry rule looks for: permanent failures never
 * reach the retry machinery.
 */
export class RetryableError extends Error {
  override readonly name = 'RetryableError';
}

/** Faults of AWS calls (throttling, conflicts, outages) pass by themselves; what our own code throws does not. */
export const asRetryable = (error: unknown): unknown =>
  error instanceof Error && '$metadata' in error
    ? new RetryableError(`${error.name}: ${error.message}`, { cause: error })
    : error;
