import type { CatalogTable } from '../../adapters/tables/catalog.ts';
import type { Item } from '../../adapters/tables/gateway.ts';
import { type Hit, placeOf, type SearchTable, searchRankOf } from '../../adapters/tables/search.ts';
import type { Product } from '../../core/catalog/product.ts';
import { postingsOf } from '../../core/catalog/search.ts';

type Deps = {
  readonly catalog: Pick<CatalogTable, 'scanProducts' | 'getProducts'>;
  readonly search: Pick<SearchTable, 'put' | 'scan' | 'remove'>;
};

export type Reindexed = { readonly products: number; readonly postings: number; readonly removed: number };

/**
 * Makes the index anew from the catalogue, while it is searched and followed: first every product on sale is written,
 * then what no product explains is removed.
 */
export const reindex = async (deps: Deps): Promise<Reindexed> => {
  let products = 0;
  let postings = 0;
  for (let from: Item | undefined, more = true; more; ) {
    const page = await deps.catalog.scanProducts(from);
    for (const product of page.products) {
      const wanted = postingsOf(product);
      await deps.search.put(wanted);
      products += 1;
      postings += wanted.length;
    }
    from = page.lastKey;
    more = from !== undefined;
  }
  return { products, postings, removed: await removeStale(deps) };
};

const removeStale = async ({ catalog, search }: Deps): Promise<number> => {
  let removed = 0;
  for (let from: Item | undefined, more = true; more; ) {
    const { places, lastKey } = await search.scan(from);
    const found = await catalog.getProducts([...new Set(places.map(({ productId }) => productId))]);
    const explained = new Set(found.flatMap(ranksOf));
    for (const place of places.filter((each) => !explained.has(nameOf(each)))) {
      await search.remove([placeOf(place)], place.revision);
      removed += 1;
    }
    from = lastKey;
    more = from !== undefined;
  }
  return removed;
};

const nameOf = ({ term, rank }: Pick<Hit, 'term' | 'rank'>): string => JSON.stringify([term, rank]);
const ranksOf = (product: Product): readonly string[] =>
  postingsOf(product).map((posting) => nameOf({ term: posting.term, rank: searchRankOf(posting) }));
