import type { catalogRoutes } from '../../contract/api/catalog.ts';
import { mayReadProduct, mayReadVersion } from '../../core/catalog/product.ts';
import { accept, refuse } from '../../core/shared/result.ts';
import type { Handlers } from '../http/api.ts';
import { viewPublishedVersion, viewVersion } from './catalog-view.ts';
import type { CatalogDeps } from './deps.ts';

/** A version that never was on sale answers strangers like one that does not exist. */
export const readVersion =
  ({ catalog }: Pick<CatalogDeps, 'catalog'>): Handlers<typeof catalogRoutes>['readVersion'] =>
  async ({ caller, params }) => {
    const version = await catalog.getVersion(params.productId, params.version);
    if (!version || !mayReadVersion(caller, version))
      return refuse('not-found', 'There is no such version that you may read.', 'path.version');
    const view = mayReadProduct(caller, version.seller.merchantId) ? viewVersion : viewPublishedVersion;
    return accept(view(version));
  };
