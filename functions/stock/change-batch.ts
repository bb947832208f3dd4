import type { Instant } from '../../core/shared/instant.ts';
import { accept, type Result } from '../../core/shared/result.ts';
import type { Batch } from '../../core/stock/batch.ts';
import type { Caller } from '../http/request.ts';
import { RetryableError } from '../retryable-error.ts';
import { maxAttempts, type Spine } from '../spine.ts';
import { viewBatch, visibleBatch } from './batch-view.ts';

type Deps = { readonly spine: Pick<Spine, 'batches' | 'now'>; readonly finish: (batchId: string) => Promise<void> };

/** Moves a batch on and carries the change through to its offers before it answers. */
export const changeBatch = async (
  { spine, finish }: Deps,
  caller: Caller,
  batchId: string,
  decide: (batch: Batch, now: Instant) => Result<Batch | undefined>,
) => {
  for (let attempt = 1; attempt <= maxAttempts; attempt += 1) {
    const batch = visibleBatch(await spine.batches.get(batchId), caller);
    if (!batch.ok) return batch;
    const next = decide(batch.value, spine.now());
    if (!next.ok) return next;
    if (next.value && !(await spine.batches.write(batch.value, next.value))) continue;
    await finish(batchId);
    return accept(viewBatch((await spine.batches.get(batchId)) ?? batch.value));
  }
  throw new RetryableError(`Batch ${batchId} moved on ${maxAttempts} times while it was being changed`);
};
