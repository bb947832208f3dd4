import type { importRoutes } from '../../contract/api/imports.ts';
import { isFileBatch } from '../../core/imports/file-import.ts';
import type { Instant } from '../../core/shared/instant.ts';
import { accept, refuse } from '../../core/shared/result.ts';
import type { Handlers } from '../http/api.ts';
import type { Spine } from '../spine.ts';
import { visibleBatch } from '../stock/batch-view.ts';

/** A link by which whoever has it downloads a report until it expires; `undefined` where there is none any more. */
export type MakeLink = (
  batchId: string,
  fileName: string,
) => Promise<{ readonly url: string; readonly expiresAt: Instant } | undefined>;

export const readRejectionsFile =
  (deps: { batches: Spine['batches']; makeLink: MakeLink }): Handlers<typeof importRoutes>['readRejectionsFile'] =>
  async ({ caller, params: { batchId } }) => {
    const batch = visibleBatch(await deps.batches.get(batchId), caller);
    if (!batch.ok) return batch;
    if (!isFileBatch(batch.value))
      return refuse(
        'batch-state-unfit',
        'The keys of this batch came with the request; its report stands in the batch.',
      );
    if (batch.value.file.phase !== 'complete')
      return refuse(
        'batch-state-unfit',
        `The report stands when the import is complete; it is ${batch.value.file.phase}.`,
      );
    const link = await deps.makeLink(batchId, `rejections-${batchId}.csv`);
    if (!link) return refuse('not-found', 'The report of this import is not kept any more.', 'path.batchId');
    return accept({ batchId, rejected: batch.value.file.rejected, ...link });
  };
