import { type StandingSeller, withSeller } from '../../core/catalog/product.ts';
import { sellerOfMerchant } from '../../core/identity/merchant.ts';
import { addSeconds } from '../../core/shared/instant.ts';
import type { AdmissionDeps } from './admission-deps.ts';

/** Products that a request tells before it answers; the minute's watch tells the others. */
export const productsAtOnce = 200;
/** Products of one merchant that a watch tells, so that a large shop does not hold up the others. */
export const productsPerWatch = 5_000;
/** Updates under way at the same time. */
const updatesAtOnce = 16;
/** Sales of one product that may change while it is being told. */
const maxAttempts = 5;
/** A second pass finds the products that the index did not show yet, and those made by a request that was under way. */
const secondPassAfterSeconds = 120;

type Deps = Pick<AdmissionDeps, 'merchants' | 'catalog' | 'surroundings'>;

/**
 * Tells a merchant's products how he stands. His due record stands until all have heard, so that what is cut off is
 * picked up; who comes with older news changes nothing.
 *
 * @param maxProducts products told; with more than these the due record is left to the next watch
 */
export const carryThrough =
  (deps: Deps) =>
  async (accountId: string, maxProducts: number): Promise<void> => {
    const { merchants, catalog, surroundings } = deps;
    const merchant = await merchants.get(accountId);
    if (merchant?.dueAt === undefined) return;
    const seller = sellerOfMerchant(merchant);
    let untold = 0;
    let group: Promise<void>[] = [];
    for await (const product of catalog.productsOf(accountId)) {
      if (product.sellerSeq >= seller.seq) continue;
      untold += 1;
      if (untold > maxProducts) break;
      group.push(tell(catalog, product.productId, seller));
      if (group.length < updatesAtOnce) continue;
      await Promise.all(group);
      group = [];
    }
    await Promise.all(group);
    if (untold > maxProducts) return;
    const now = surroundings.now();
    const secondPassAt = addSeconds(merchant.changedAt ?? now, secondPassAfterSeconds);
    await merchants.setDue(merchant, secondPassAt > now ? secondPassAt : undefined);
  };

/** The index says which product; what it says now is read, so that only a sale of this moment comes in between. */
const tell = async (catalog: Deps['catalog'], productId: string, seller: StandingSeller): Promise<void> => {
  for (let attempt = 0; attempt < maxAttempts; attempt += 1) {
    const product = await catalog.getProduct(productId);
    if (product === undefined || product.sellerSeq >= seller.seq) return;
    if (await catalog.tellSeller(product, withSeller(product, seller))) return;
  }
  throw new Error(`The product ${productId} changed under each of ${maxAttempts} attempts to tell it of its merchant`);
};
