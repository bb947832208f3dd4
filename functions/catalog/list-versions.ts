import type { catalogRoutes } from '../../contract/api/catalog.ts';
import { mayReadProduct } from '../../core/catalog/product.ts';
import { accept } from '../../core/shared/result.ts';
import type { Handlers } from '../http/api.ts';
import { noSuchProduct, viewVersion } from './catalog-view.ts';
import type { CatalogDeps } from './deps.ts';

/** All versions of a product, drafts included. */
export const listVersions =
  ({ catalog }: Pick<CatalogDeps, 'catalog'>): Handlers<typeof catalogRoutes>['listVersions'] =>
  async ({ caller, params, query }) => {
    const product = await catalog.getProduct(params.productId);
    if (!product || !mayReadProduct(caller, product.merchantId)) return noSuchProduct;
    const page = await catalog.listVersions(product.productId, query);
    return page.ok ? accept({ ...page.value, items: page.value.items.map(viewVersion) }) : page;
  };
