import { realSurroundings } from '../../adapters/clock.ts';
import { required, tableNameOf } from '../../adapters/environment.ts';
import { catalogTable } from '../../adapters/tables/catalog.ts';
import { connectTables } from '../../adapters/tables/gateway.ts';
import { identityTable } from '../../adapters/tables/identity.ts';
import { SearchTable } from '../../adapters/tables/search.ts';
import { catalogRoutes } from '../../contract/api/catalog.ts';
import { environmentVariables } from '../../contract/environment.ts';
import { policies, policyOf } from '../../policy/index.ts';
import { createApi } from '../http/api.ts';
import { addVersion } from './add-version.ts';
import { approveVersion } from './approve-version.ts';
import { browseCatalog } from './browse-catalog.ts';
import { createProduct } from './create-product.ts';
import { listProducts } from './list-products.ts';
import { listReviews } from './list-reviews.ts';
import { listVersions } from './list-versions.ts';
import { putOnSale } from './put-on-sale.ts';
import { readHistory } from './read-history.ts';
import { readListing } from './read-listing.ts';
import { readProduct } from './read-product.ts';
import { readVersion } from './read-version.ts';
import { rejectVersion } from './reject-version.ts';
import { submitVersion } from './submit-version.ts';
import { takeOffSale } from './take-off-sale.ts';

const gateway = connectTables(realSurroundings);
const deps = {
  catalog: catalogTable(gateway, tableNameOf('catalog')),
  identity: identityTable(gateway, tableNameOf('identity')),
  policy: policyOf(required(environmentVariables.policyVersion)),
  surroundings: realSurroundings,
};

export const handler = createApi(catalogRoutes, {
  createProduct: createProduct(deps),
  addVersion: addVersion(deps),
  putOnSale: putOnSale(deps),
  submitVersion: submitVersion(deps),
  approveVersion: approveVersion(deps),
  rejectVersion: rejectVersion(deps),
  listReviews: listReviews(deps),
  readHistory: readHistory(deps),
  takeOffSale: takeOffSale(deps),
  readProduct: readProduct(deps),
  readVersion: readVersion(deps),
  listVersions: listVersions(deps),
  listProducts: listProducts(deps),
  browseCatalog: browseCatalog({ ...deps, search: new SearchTable(gateway, tableNameOf('search')), policies }),
  readListing: readListing(deps),
});
