import type { BrowseFilter } from '../../adapters/tables/catalog.ts';
import { type Hit, type SearchTable, searchRankOf } from '../../adapters/tables/search.ts';
import type { catalogRoutes } from '../../contract/api/catalog.ts';
import type { Product } from '../../core/catalog/product.ts';
import { isFound, postingsOf, type SearchFilter, type SearchSort, searchTermsOf } from '../../core/catalog/search.ts';
import type { Policy } from '../../core/policy/policy.ts';
import { accept, type Result } from '../../core/shared/result.ts';
import type { Handlers } from '../http/api.ts';
import { viewListing } from './catalog-view.ts';
import type { CatalogDeps } from './deps.ts';

type Deps = Pick<CatalogDeps, 'catalog'> & {
  readonly search: Pick<SearchTable, 'find'>;
  readonly policies: ReadonlyMap<string, Policy>;
};

/** What is on sale. A product stays listed in its category when a later policy drops the category. */
export const browseCatalog = ({ catalog, search, policies }: Deps): Handlers<typeof catalogRoutes>['browseCatalog'] => {
  const everyPolicy = [...policies.values()];
  const categories = [...new Set(everyPolicy.flatMap((policy) => policy.categories.map(({ id }) => id)))];
  const find = findByText({ catalog, search });
  return async ({ query }) => {
    const { limit, cursor, sort, text, ...filter } = query;
    const pageOf = { limit, cursor };
    const page =
      text === undefined
        ? await catalog.browse(orderOf(filter, sort), categories, pageOf)
        : await find(searchTermsOf(text), filter, sort ?? 'relevance', pageOf);
    return page.ok
      ? accept({ ...page.value, items: page.value.items.flatMap((product) => viewListing(product) ?? []) })
      : page;
  };
};

const orderOf = (filter: SearchFilter, sort: SearchSort | undefined): BrowseFilter => ({
  ...filter,
  descending: sort === '-price',
});

type PageOf = { readonly limit: number; readonly cursor: string | undefined };
type Page = { readonly items: readonly Product[]; readonly nextCursor?: string };

/** The index says where to look; the products themselves say what is shown, so that none is shown that left the sale. */
const findByText =
  ({ catalog, search }: Pick<Deps, 'catalog' | 'search'>) =>
  async (terms: readonly string[], filter: SearchFilter, sort: SearchSort, pageOf: PageOf): Promise<Result<Page>> => {
    const page = await search.find({ terms, filter, sort }, pageOf);
    if (!page.ok) return page;
    const { items: hits, ...rest } = page.value;
    const found = await catalog.getProducts([...new Set(hits.map(({ productId }) => productId))]);
    const products = new Map(found.map((product) => [product.productId, product]));
    const items = hits.flatMap((hit) => {
      const product = products.get(hit.productId);
      return product && isFound(product, terms, filter) && standsAt(product, hit) ? [product] : [];
    });
    return accept({ ...rest, items });
  };

/** Whether a hit is where the product stands today; one that a change left behind would show it twice. */
const standsAt = (product: Product, hit: Hit): boolean =>
  postingsOf(product).some((posting) => posting.term === hit.term && searchRankOf(posting) === hit.rank);
