import type { Product } from '../../core/catalog/product.ts';
import { isFileBatch, progressOf } from '../../core/imports/file-import.ts';
import { accept, type Result, refuse } from '../../core/shared/result.ts';
import type { Batch } from '../../core/stock/batch.ts';
import { type Rejection, rejectionReasons } from '../../core/stock/import-keys.ts';
import type { Caller } from '../http/request.ts';

export const viewRejections = (rejections: readonly Rejection[]) =>
  rejections.map(({ line, code }) => ({ line, code, detail: rejectionReasons[code] }));

/** What everybody may see of a batch who may see it at all. */
export const viewBatch = ({ sampling, ...batch }: Batch) => ({
  ...batch,
  ...(isFileBatch(batch) && { progress: progressOf(batch) }),
  ...(sampling && { sampling: { ...sampling.inspection, ...sampling.sample } }),
});

/** Merchants see what is theirs; what is foreign looks like what does not exist. */
export const visibleBatch = (batch: Batch | undefined, caller: Caller): Result<Batch> =>
  batch === undefined || (caller.role === 'merchant' && batch.merchantId !== caller.accountId)
    ? refuse('not-found', 'You have no such batch.', 'path.batchId')
    : accept(batch);

export const visibleProduct = (product: Product | undefined, caller: Caller): Result<Product> =>
  product === undefined || (caller.role === 'merchant' && product.merchantId !== caller.accountId)
    ? refuse('not-found', 'You have no such product.', 'path.productId')
    : accept(product);
