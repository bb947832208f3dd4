import type { CatalogTable } from '../../adapters/tables/catalog.ts';
import type { Product } from '../../core/catalog/product.ts';
import { inspectionOf, type Policy } from '../../core/policy/policy.ts';
import type { Sampling } from '../../core/stock/batch.ts';

/** How the policy wants new batches of a product tested; nothing where it does not. A draft goes by its latest version. */
export const samplingOf = async (
  { catalog, policy }: { catalog: Pick<CatalogTable, 'getVersion'>; policy: Policy },
  { productId, merchantLabel, onSale, latestVersion }: Product,
): Promise<{ readonly sampling?: Sampling }> => {
  const version = onSale ?? (await catalog.getVersion(productId, latestVersion));
  if (version === undefined) throw new Error(`Version ${latestVersion} of ${productId} is gone`);
  const inspection = inspectionOf(policy, { category: version.category, merchantLabel });
  return inspection === undefined ? {} : { sampling: { inspection } };
};
