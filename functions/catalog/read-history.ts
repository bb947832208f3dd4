import type { catalogRoutes } from '../../contract/api/catalog.ts';
import { recentEdits } from '../../core/catalog/history.ts';
import { mayReadProduct } from '../../core/catalog/product.ts';
import { accept } from '../../core/shared/result.ts';
import type { Handlers } from '../http/api.ts';
import { noSuchProduct } from './catalog-view.ts';
import type { CatalogDeps } from './deps.ts';

/** Every change of a product with its author, and how often it was edited of late. */
export const readHistory =
  ({
    catalog,
    surroundings,
  }: Pick<CatalogDeps, 'catalog' | 'surroundings'>): Handlers<typeof catalogRoutes>['readHistory'] =>
  async ({ caller, params, query }) => {
    const product = await catalog.getProduct(params.productId);
    if (!product || !mayReadProduct(caller, product.merchantId)) return noSuchProduct;
    const page = await catalog.listEvents(product.productId, query);
    if (!page.ok) return page;
    const editsIn30Days = recentEdits(await catalog.latestEvents(product.productId), surroundings.now());
    return accept({ ...page.value, editsIn30Days });
  };
