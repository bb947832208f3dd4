import type { BatchesTable } from '../../adapters/tables/batches.ts';
import type { CatalogTable } from '../../adapters/tables/catalog.ts';
import type { stockRoutes } from '../../contract/api/stock.ts';
import type { Instant } from '../../core/shared/instant.ts';
import { accept } from '../../core/shared/result.ts';
import { isSellable } from '../../core/stock/offer.ts';
import type { Handlers } from '../http/api.ts';
import { visibleProduct } from './batch-view.ts';

/** One read of the last count; days on which keys may no longer be sold do not count. */
export const readStock =
  (deps: {
    catalog: Pick<CatalogTable, 'getProduct'>;
    batches: BatchesTable;
    now: () => Instant;
  }): Handlers<typeof stockRoutes>['readStock'] =>
  async ({ caller, params }) => {
    const product = visibleProduct(await deps.catalog.getProduct(params.productId), caller);
    if (!product.ok) return product;
    const count = await deps.batches.stockCount(params.productId);
    const available = Object.entries(count?.byDay ?? {})
      .filter(([sellUntilDay]) => isSellable({ sellUntilDay }, deps.now()))
      .reduce((sum, [, keys]) => sum + keys, 0);
    return accept({ ...params, available, ...(count && { countedAt: count.countedAt }) });
  };
