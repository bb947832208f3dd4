import type { CatalogTable } from '../../adapters/tables/catalog.ts';
import { placeOf, type SearchTable } from '../../adapters/tables/search.ts';
import type { Product } from '../../core/catalog/product.ts';
import { type Posting, postingsOf } from '../../core/catalog/search.ts';

type Deps = {
  readonly catalog: Pick<CatalogTable, 'getProduct'>;
  readonly search: Pick<SearchTable, 'put' | 'remove'>;
};

/** A change of a product as the table's stream tells it; an absent side is no product. */
export type ProductChange = { readonly before: Product | undefined; readonly after: Product | undefined };

/**
 * Brings the index up to what a product is now, whatever change called for it: changes may come twice, late or out of
 * their order. What either side of the change had and the product has no more is removed.
 */
export const indexProduct =
  ({ catalog, search }: Deps) =>
  async ({ before, after }: ProductChange): Promise<void> => {
    const productId = before?.productId ?? after?.productId;
    if (productId === undefined || isIndexedAlike(before, after)) return;
    const product = await catalog.getProduct(productId);
    const wanted = product ? postingsOf(product) : [];
    await search.put(wanted);
    const kept = new Set(wanted.map(placeName));
    const left = [before, after].flatMap((side) => (side ? postingsOf(side) : []));
    const stale = new Map(
      left.filter((posting) => !kept.has(placeName(posting))).map((each) => [placeName(each), each]),
    );
    await search.remove([...stale.values()].map(placeOf), product?.revision ?? Number.MAX_SAFE_INTEGER);
  };

const placeName = (posting: Posting): string => JSON.stringify(placeOf(posting));

/** Most changes of a product are none of its listing: a new version that is not on sale, a review. */
const isIndexedAlike = (before: Product | undefined, after: Product | undefined): boolean => {
  const textOf = (product: Product | undefined): string =>
    JSON.stringify(product ? postingsOf({ ...product, revision: 0 }) : []);
  return textOf(before) === textOf(after);
};
