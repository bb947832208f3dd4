import type { catalogRoutes } from '../../contract/api/catalog.ts';
import { accept } from '../../core/shared/result.ts';
import type { Handlers } from '../http/api.ts';
import { viewProduct } from './catalog-view.ts';
import type { CatalogDeps } from './deps.ts';

/** The products of the merchant that asks. */
export const listProducts =
  ({ catalog }: Pick<CatalogDeps, 'catalog'>): Handlers<typeof catalogRoutes>['listProducts'] =>
  async ({ caller, query }) => {
    const page = await catalog.listProducts(caller.accountId, query);
    return page.ok ? accept({ ...page.value, items: page.value.items.map(viewProduct) }) : page;
  };
