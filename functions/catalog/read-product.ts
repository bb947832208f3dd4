import type { catalogRoutes } from '../../contract/api/catalog.ts';
import { mayReadProduct } from '../../core/catalog/product.ts';
import { accept } from '../../core/shared/result.ts';
import type { Handlers } from '../http/api.ts';
import { noSuchProduct, viewProduct } from './catalog-view.ts';
import type { CatalogDeps } from './deps.ts';

/** A product with its status, drafts included. */
export const readProduct =
  ({ catalog }: Pick<CatalogDeps, 'catalog'>): Handlers<typeof catalogRoutes>['readProduct'] =>
  async ({ caller, params }) => {
    const product = await catalog.getProduct(params.productId);
    return product && mayReadProduct(caller, product.merchantId) ? accept(viewProduct(product)) : noSuchProduct;
  };
