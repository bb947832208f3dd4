import type { SamplesTable } from '../../adapters/tables/samples.ts';
import type { stockRoutes } from '../../contract/api/stock.ts';
import { accept, refuse } from '../../core/shared/result.ts';
import { recordResult as decide } from '../../core/stock/sampling.ts';
import type { Handlers } from '../http/api.ts';
import { RetryableError } from '../retryable-error.ts';
import { maxAttempts, type Spine } from '../spine.ts';
import { viewBatch } from './batch-view.ts';

type Deps = {
  readonly spine: Pick<Spine, 'batches' | 'now'>;
  readonly samples: Pick<SamplesTable, 'get' | 'recordResult'>;
  readonly finish: (batchId: string) => Promise<void>;
};

/** Keeps what a tester found; the result that decides the batch is carried through to its offers before it answers. */
export const recordSampleResult =
  ({ spine, samples, finish }: Deps): Handlers<typeof stockRoutes>['recordSampleResult'] =>
  async ({ caller, params: { batchId, sample: number }, body }) => {
    for (let attempt = 1; attempt <= maxAttempts; attempt += 1) {
      const batch = await spine.batches.get(batchId);
      if (batch === undefined) return refuse('not-found', 'There is no such batch.', 'path.batchId');
      const key = await samples.get(batchId, number);
      const found = { result: body.result, testedBy: caller.apiKeyId };
      const decided = decide(batch, key, number, found, spine.now());
      if (!decided.ok) return decided;
      if (decided.value === undefined) return accept(viewBatch(batch));
      if (!(await samples.recordResult(batch, decided.value.batch, decided.value.key))) continue;
      if (decided.value.batch.status === 'reoffering') await finish(batchId);
      return accept(viewBatch((await spine.batches.get(batchId)) ?? decided.value.batch));
    }
    throw new RetryableError(`Batch ${batchId} moved on ${maxAttempts} times while a result was being kept`);
  };
