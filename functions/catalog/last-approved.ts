import type { CatalogTable } from '../../adapters/tables/catalog.ts';
import type { Product, StoredVersion } from '../../core/catalog/product.ts';

/** The version whose approval others inherit; `undefined` where none was approved. */
export const lastApproved = async (
  catalog: Pick<CatalogTable, 'getVersion'>,
  { productId, approvedVersion }: Product,
): Promise<StoredVersion | undefined> =>
  approvedVersion === undefined ? undefined : catalog.getVersion(productId, approvedVersion);
