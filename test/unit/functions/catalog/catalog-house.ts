import { catalogTable } from '../../../../adapters/tables/catalog.ts';
import { identityTable } from '../../../../adapters/tables/identity.ts';
import { SearchTable } from '../../../../adapters/tables/search.ts';
import { catalogRoutes } from '../../../../contract/api/catalog.ts';
import type { MerchantLabel } from '../../../../core/policy/policy.ts';
import { addVersion } from '../../../../functions/catalog/add-version.ts';
import { approveVersion } from '../../../../functions/catalog/approve-version.ts';
import { browseCatalog } from '../../../../functions/catalog/browse-catalog.ts';
import { createProduct } from '../../../../functions/catalog/create-product.ts';
import { listProducts } from '../../../../functions/catalog/list-products.ts';
import { listReviews } from '../../../../functions/catalog/list-reviews.ts';
import { listVersions } from '../../../../functions/catalog/list-versions.ts';
import { putOnSale } from '../../../../functions/catalog/put-on-sale.ts';
import { readHistory } from '../../../../functions/catalog/read-history.ts';
import { readListing } from '../../../../functions/catalog/read-listing.ts';
import { readProduct } from '../../../../functions/catalog/read-product.ts';
import { readVersion } from '../../../../functions/catalog/read-version.ts';
import { rejectVersion } from '../../../../functions/catalog/reject-version.ts';
import { submitVersion } from '../../../../functions/catalog/submit-version.ts';
import { takeOffSale } from '../../../../functions/catalog/take-off-sale.ts';
import { policies, policyOf } from '../../../../policy/index.ts';
import { type TestCaller, testApi, testRooms } from '../../../support/test-rooms.ts';

export const draft = {
  title: '点卡 100 元',
  category: 'game-point-card',
  kind: 'card_key',
  priceMinor: 9_900,
  currency: 'CNY',
  afterSalesTerms: 'Exchange within 7 days while the key is not revealed.',
};

/** The room with two merchants, whose ids differ in their last character. */
export const catalogHouse = async () => {
  const rooms = testRooms();
  const { gateway, surroundings } = rooms;
  const identity = identityTable(gateway, 'identity');
  const catalog = catalogTable(gateway, 'catalog');
  const search = new SearchTable(gateway, 'search');
  const deps = { catalog, identity, policy: policyOf('2026-11-01'), surroundings };
  const call = testApi(catalogRoutes, {
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
    browseCatalog: browseCatalog({ catalog, search, policies }),
    readListing: readListing(deps),
  });

  const open = async (last: string, name: string, label: MerchantLabel): Promise<TestCaller> => {
    const accountId = `acc_${'0'.repeat(25)}${last}`;
    const made = { createdAt: surroundings.now(), keyRing: {}, keyRingRevision: 0, requestHash: '' };
    await identity.openAccount({ accountId, role: 'merchant', name, label, ...made });
    return { accountId, role: 'merchant' };
  };
  const merchant = await open('1', '飞鱼点卡', 'gold');
  const rival = await open('2', 'Rival', 'standard');

  const create = async (change: object = {}, as = merchant): Promise<string> => {
    const { body } = await call('createProduct', { as, body: { ...draft, ...change } });
    return String(body['productId']);
  };
  /** Lets a version pass its review, where it needs one. */
  const review = async (productId: string, version: string, as = merchant): Promise<void> => {
    const params = { productId, version };
    const { status } = await call('submitVersion', { as, params });
    if (status === 200) await call('approveVersion', { as: operator, params, body: { reason: 'Fine.' } });
  };
  const sell = async (change: object = {}, as = merchant): Promise<string> => {
    const productId = await create(change, as);
    await review(productId, '1', as);
    await call('putOnSale', { as, params: { productId }, body: { version: 1 } });
    return productId;
  };
  return { ...rooms, call, catalog, search, merchant, rival, create, review, sell };
};

export const operator: TestCaller = { accountId: `acc_${'0'.repeat(25)}o`, role: 'operator' };

export const buyer: TestCaller = { accountId: `acc_${'0'.repeat(25)}b`, role: 'buyer' };
