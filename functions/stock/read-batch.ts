import type { BatchesTable } from '../../adapters/tables/batches.ts';
import type { stockRoutes } from '../../contract/api/stock.ts';
import { accept } from '../../core/shared/result.ts';
import type { Handlers } from '../http/api.ts';
import { viewBatch, viewRejections, visibleBatch } from './batch-view.ts';

export const readBatch =
  (deps: { batches: BatchesTable }): Handlers<typeof stockRoutes>['readBatch'] =>
  async ({ caller, params }) => {
    const batch = visibleBatch(await deps.batches.get(params.batchId), caller);
    if (!batch.ok) return batch;
    const rejections = await deps.batches.rejections(params.batchId);
    return accept({ ...viewBatch(batch.value), rejections: viewRejections(rejections) });
  };
