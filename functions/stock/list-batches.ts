import { decodeCursor, encodeCursor } from '../../adapters/cursor.ts';
import type { BatchesTable } from '../../adapters/tables/batches.ts';
import type { CatalogTable } from '../../adapters/tables/catalog.ts';
import type { stockRoutes } from '../../contract/api/stock.ts';
import { accept } from '../../core/shared/result.ts';
import type { Handlers } from '../http/api.ts';
import { viewBatch, visibleProduct } from './batch-view.ts';

export const listBatches =
  (deps: {
    catalog: Pick<CatalogTable, 'getProduct'>;
    batches: BatchesTable;
  }): Handlers<typeof stockRoutes>['listBatches'] =>
  async ({ caller, params, query }) => {
    const product = visibleProduct(await deps.catalog.getProduct(params.productId), caller);
    if (!product.ok) return product;
    const scope = { operation: 'listBatches', ...params };
    const partition = { batchProductId: params.productId };
    const start = decodeCursor(scope, query.cursor, partition, ['pk', 'sk', 'batchProductId', 'createdAt']);
    if (!start.ok) return start;
    const page = await deps.batches.ofProduct(params.productId, query.limit, start.value.ExclusiveStartKey);
    return accept({ items: page.batches.map(viewBatch), ...encodeCursor(scope, page.lastKey) });
  };
