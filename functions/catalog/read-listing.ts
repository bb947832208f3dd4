import type { catalogRoutes } from '../../contract/api/catalog.ts';
import { accept, refuse } from '../../core/shared/result.ts';
import type { Handlers } from '../http/api.ts';
import { viewListing } from './catalog-view.ts';
import type { CatalogDeps } from './deps.ts';

/** What a buyer sees before he orders; a draft or a product off sale answers like one that does not exist. */
export const readListing =
  ({ catalog }: Pick<CatalogDeps, 'catalog'>): Handlers<typeof catalogRoutes>['readListing'] =>
  async ({ params }) => {
    const product = await catalog.getProduct(params.productId);
    const listing = product && viewListing(product);
    return listing ? accept(listing) : refuse('not-found', 'No such product is on sale.', 'path.productId');
  };
