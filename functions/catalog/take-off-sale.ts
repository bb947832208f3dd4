import { deriveId, hashRequest } from '../../adapters/ids.ts';
import type { catalogRoutes } from '../../contract/api/catalog.ts';
import { takeOffSale as decide } from '../../core/catalog/product.ts';
import { accept } from '../../core/shared/result.ts';
import type { Handlers } from '../http/api.ts';
import { untilSettled } from '../http/until-settled.ts';
import { authorOf, noSuchProduct, reusedIdempotencyKey, viewProduct } from './catalog-view.ts';
import type { CatalogDeps } from './deps.ts';

/** Takes a product off sale. A replay answers with the product as it is now, which may be on sale again. */
export const takeOffSale =
  ({
    catalog,
    surroundings,
  }: Pick<CatalogDeps, 'catalog' | 'surroundings'>): Handlers<typeof catalogRoutes>['takeOffSale'] =>
  ({ caller, idempotencyKey, params }) =>
    untilSettled(surroundings, async () => {
      const product = await catalog.getProduct(params.productId);
      if (product?.merchantId !== caller.accountId) return noSuchProduct;

      const requestId = deriveId('req', caller.accountId, 'takeOffSale', idempotencyKey);
      const requestHash = hashRequest({ params });
      const before = await catalog.getRequest(requestId);
      if (before) return before.requestHash === requestHash ? accept(viewProduct(product)) : reusedIdempotencyKey;

      const decided = decide(product);
      if (!decided.ok) return decided;
      const event = { kind: 'taken-off-sale', at: surroundings.now(), by: authorOf(caller) } as const;
      const changed = await catalog.changeSale(product, decided.value, { requestId, requestHash }, event);
      return changed ? accept(viewProduct(decided.value)) : 'contended';
    });
