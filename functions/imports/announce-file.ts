import { deriveId, hashRequest } from '../../adapters/ids.ts';
import type { CatalogTable } from '../../adapters/tables/catalog.ts';
import type { importRoutes } from '../../contract/api/imports.ts';
import { announceFile as decide, type FileBatch, isFileBatch } from '../../core/imports/file-import.ts';
import type { Policy } from '../../core/policy/policy.ts';
import type { Instant } from '../../core/shared/instant.ts';
import { accept, refuse } from '../../core/shared/result.ts';
import type { Handlers } from '../http/api.ts';
import type { Spine } from '../spine.ts';
import { viewBatch, visibleProduct } from '../stock/batch-view.ts';
import { samplingOf } from '../stock/sampling-of.ts';

/** A form that lets whoever has it upload one file, of so many bytes and no other number, until it expires. */
export type MakeForm = (
  batchId: string,
  sizeBytes: number,
) => Promise<{ readonly url: string; readonly fields: Record<string, string>; readonly expiresAt: Instant }>;

/** Books a batch in and hands out the form to upload its file with; asked again, a fresh form for the same batch. */
export const announceFile =
  (deps: {
    catalog: Pick<CatalogTable, 'getProduct' | 'getVersion'>;
    policy: Policy;
    batches: Spine['batches'];
    makeForm: MakeForm;
    now: () => Instant;
  }): Handlers<typeof importRoutes>['announceFile'] =>
  async ({ caller, params, idempotencyKey, body }) => {
    const product = visibleProduct(await deps.catalog.getProduct(params.productId), caller);
    if (!product.ok) return product;
    const draft = {
      batchId: deriveId('bat', caller.accountId, idempotencyKey),
      requestHash: hashRequest([params.productId, body]),
      merchantId: caller.accountId,
      productId: params.productId,
      source: body.source,
      ...(await samplingOf(deps, product.value)),
    };
    const announced = decide(draft, body, deps.now());
    if (!announced.ok) return announced;
    const outcome = await deps.batches.begin(announced.value);
    const batch = outcome.begun ? announced.value : outcome.standing;
    if (batch.requestHash !== draft.requestHash || !isFileBatch(batch))
      return refuse(
        'idempotency-key-reused',
        'This Idempotency-Key imported other keys; use a fresh one for each file.',
      );
    return accept({ ...viewBatch(batch), ...(await formFor(deps, batch)) });
  };

const formFor = async ({ makeForm }: { makeForm: MakeForm }, { batchId, file }: FileBatch) =>
  file.phase === 'awaiting_upload' ? { upload: await makeForm(batchId, file.sizeBytes) } : {};
