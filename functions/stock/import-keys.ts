import { deriveId } from '../../adapters/ids.ts';
import type { Sealer } from '../../adapters/key-vault.ts';
import { checkBatchStatus } from '../../adapters/tables/batches.ts';
import type { CatalogTable } from '../../adapters/tables/catalog.ts';
import type { OrdersTable } from '../../adapters/tables/orders.ts';
import type { stockRoutes } from '../../contract/api/stock.ts';
import type { Policy } from '../../core/policy/policy.ts';
import type { Instant } from '../../core/shared/instant.ts';
import { addSeconds } from '../../core/shared/instant.ts';
import { accept, refuse } from '../../core/shared/result.ts';
import {
  advanceBatch,
  afterImport,
  type Batch,
  openingRecheckSeconds,
  requestOverSeconds,
} from '../../core/stock/batch.ts';
import { type KeyLine, type Rejection, screenLines } from '../../core/stock/import-keys.ts';
import type { Handlers } from '../http/api.ts';
import { RetryableError } from '../retryable-error.ts';
import { maxAttempts, type Spine } from '../spine.ts';
import { viewBatch, viewRejections, visibleProduct } from './batch-view.ts';
import { samplingOf } from './sampling-of.ts';
import type { storeKeys } from './store-keys.ts';

type Deps = {
  readonly catalog: Pick<CatalogTable, 'getProduct' | 'getVersion'>;
  readonly policy: Policy;
  readonly batches: Spine['batches'];
  readonly stockTable: string;
  readonly orders: Pick<OrdersTable, 'waiting'>;
  readonly sealer: Sealer;
  readonly store: ReturnType<typeof storeKeys>;
  readonly now: () => Instant;
};

/**
 * Stores keys and puts them on offer. The same request sent again goes on where the first one stopped: keys of this
 * very batch count as stored, so its report is the same however often it was interrupted.
 */
export const importKeys =
  (deps: Deps): Handlers<typeof stockRoutes>['importKeys'] =>
  async ({ caller, params, idempotencyKey, body }) => {
    const product = visibleProduct(await deps.catalog.getProduct(params.productId), caller);
    if (!product.ok) return product;
    const begun = await begin(deps, {
      batchId: deriveId('bat', caller.accountId, idempotencyKey),
      requestHash: await deps.sealer.keyedHash([params.productId, body]),
      merchantId: caller.accountId,
      productId: params.productId,
      source: body.source,
      lines: body.keys.length,
      ...(await samplingOf(deps, product.value)),
      lane: (await deps.orders.waiting(params.productId, 1)).length > 0 ? 'reserve' : 'public',
    });
    if (!begun.ok) return begun;
    return accept(await carryOn(deps, begun.value, body.keys));
  };

/** Stores what is not stored yet and closes the import; anew where the batch went into quarantine on the way. */
const carryOn = async (deps: Deps, { batch: begun, isRepeated }: Begun, lines: readonly KeyLine[]) => {
  const numbered = lines.map((key, index) => ({ line: index + 1, key }));
  const screened = screenLines(numbered, begun.createdAt);
  let batch = begun;
  for (let attempt = 1; attempt <= maxAttempts; attempt += 1) {
    if (batch.completedAt !== undefined) return reportOf(deps, batch);
    const duplicates = await deps.store(batch, screened.keys, {
      checks: [checkBatchStatus(deps.stockTable, batch.batchId, batch.status)],
      lane: batch.lane,
      isRepeated: isRepeated || attempt > 1,
    });
    if (duplicates !== 'moved-on') {
      const rejections = [...screened.rejections, ...duplicates].sort((a, b) => a.line - b.line);
      return complete(deps, batch.batchId, rejections);
    }
    batch = (await deps.batches.get(batch.batchId)) ?? batch;
  }
  throw new RetryableError(`Batch ${begun.batchId} moved on ${maxAttempts} times while its keys were being stored`);
};

type Begun = { readonly batch: Batch; readonly isRepeated: boolean };

const begin = async (
  deps: Deps,
  draft: Pick<Batch, 'batchId' | 'requestHash' | 'merchantId' | 'productId' | 'source' | 'lines' | 'lane' | 'sampling'>,
) => {
  const now = deps.now();
  const dueAt = addSeconds(now, draft.lane === 'reserve' ? openingRecheckSeconds : requestOverSeconds);
  const batch: Batch = { ...draft, dueAt, seq: 1, status: 'importing', createdAt: now };
  const outcome = await deps.batches.begin(batch);
  if (outcome.begun) return accept<Begun>({ batch, isRepeated: false });
  return outcome.standing.requestHash === draft.requestHash
    ? accept<Begun>({ batch: outcome.standing, isRepeated: true })
    : refuse('idempotency-key-reused', 'This Idempotency-Key imported other keys; use a fresh one for each import.');
};

/** Closes the import with its report. Keys that lie in reserve are opened by the delivery worker. */
const complete = async (deps: Deps, batchId: string, rejections: readonly Rejection[]) => {
  for (let attempt = 1; attempt <= maxAttempts; attempt += 1) {
    const batch = await deps.batches.get(batchId);
    if (!batch) throw new Error(`Batch ${batchId} vanished`);
    if (batch.completedAt !== undefined) return reportOf(deps, batch);
    const now = deps.now();
    const stored = batch.lines - rejections.length;
    const done = advanceBatch(batch, {
      ...afterImport(batch, stored, now),
      rejected: rejections.length,
      stored,
      completedAt: now,
    });
    if (await deps.batches.write(batch, done, rejections))
      return { ...viewBatch(done), rejections: viewRejections(rejections) };
  }
  throw new RetryableError(`Batch ${batchId} moved on ${maxAttempts} times while it was being completed`);
};

const reportOf = async (deps: Deps, batch: Batch) => ({
  ...viewBatch(batch),
  rejections: viewRejections(await deps.batches.rejections(batch.batchId)),
});
