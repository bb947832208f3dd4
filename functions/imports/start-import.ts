import type { ImportFiles } from '../../adapters/import-files.ts';
import type { StartImport } from '../../adapters/workflows.ts';
import type { importRoutes } from '../../contract/api/imports.ts';
import { startImport as decide, executionNameOf, isFileBatch, isOver } from '../../core/imports/file-import.ts';
import type { Instant } from '../../core/shared/instant.ts';
import { accept } from '../../core/shared/result.ts';
import type { Handlers } from '../http/api.ts';
import { RetryableError } from '../retryable-error.ts';
import { maxAttempts, type Spine } from '../spine.ts';
import { viewBatch, visibleBatch } from '../stock/batch-view.ts';

/** Starts the work on an upload. Called again it changes nothing, and starts the workflow if a crash came before it. */
export const startImport =
  (deps: {
    batches: Spine['batches'];
    files: Pick<ImportFiles, 'uploadedBytes'>;
    start: StartImport;
    now: () => Instant;
  }): Handlers<typeof importRoutes>['startImport'] =>
  async ({ caller, params: { batchId } }) => {
    for (let attempt = 1; attempt <= maxAttempts; attempt += 1) {
      const batch = visibleBatch(await deps.batches.get(batchId), caller);
      if (!batch.ok) return batch;
      const started = decide(batch.value, await deps.files.uploadedBytes(batchId), deps.now());
      if (!started.ok) return started;
      if (started.value && !(await deps.batches.write(batch.value, started.value))) continue;
      const standing = started.value ?? batch.value;
      if (isFileBatch(standing) && !isOver(standing)) await deps.start(batchId, executionNameOf(standing));
      return accept(viewBatch(standing));
    }
    throw new RetryableError(`Batch ${batchId} moved on ${maxAttempts} times while its import was being started`);
  };
