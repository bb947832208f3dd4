import type { catalogRoutes } from '../../contract/api/catalog.ts';
import type { Policy } from '../../core/policy/policy.ts';
import { accept } from '../../core/shared/result.ts';
import type { Handlers } from '../http/api.ts';
import { viewListing } from './catalog-view.ts';
import type { CatalogDeps } from './deps.ts';

type Deps = Pick<CatalogDeps, 'catalog'> & { readonly policies: ReadonlyMap<string, Policy> };

/** What is on sale. A product stays listed in its category when a later policy drops the category. */
export const browseCatalog = ({ catalog, policies }: Deps): Handlers<typeof catalogRoutes>['browseCatalog'] => {
  const everyPolicy = [...policies.values()];
  const categories = [...new Set(everyPolicy.flatMap((policy) => policy.categories.map(({ id }) => id)))];
  return async ({ query }) => {
    const { limit, cursor, sort, ...filter } = query;
    const page = await catalog.browse({ ...filter, descending: sort === '-price' }, categories, { limit, cursor });
    return page.ok
      ? accept({ ...page.value, items: page.value.items.flatMap((product) => viewListing(product) ?? []) })
      : page;
  };
};
