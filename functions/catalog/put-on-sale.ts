import { deriveId, hashRequest } from '../../adapters/ids.ts';
import type { catalogRoutes } from '../../contract/api/catalog.ts';
import { putOnSale as decide, withSeller } from '../../core/catalog/product.ts';
import { accept } from '../../core/shared/result.ts';
import type { Handlers } from '../http/api.ts';
import { untilSettled } from '../http/until-settled.ts';
import { authorOf, noSuchProduct, noSuchVersion, reusedIdempotencyKey, viewProduct } from './catalog-view.ts';
import type { CatalogDeps } from './deps.ts';
import { lastApproved } from './last-approved.ts';
import { sellerNow } from './seller-now.ts';

/** Puts a version on sale. A replay answers with the product as it is now, and brings no old price back. */
export const putOnSale =
  ({ catalog, identity, policy, surroundings }: CatalogDeps): Handlers<typeof catalogRoutes>['putOnSale'] =>
  ({ caller, idempotencyKey, params, body }) =>
    untilSettled(surroundings, async () => {
      const product = await catalog.getProduct(params.productId);
      if (product?.merchantId !== caller.accountId) return noSuchProduct;

      const requestId = deriveId('req', caller.accountId, 'putOnSale', idempotencyKey);
      const requestHash = hashRequest({ params, body });
      const before = await catalog.getRequest(requestId);
      if (before) return before.requestHash === requestHash ? accept(viewProduct(product)) : reusedIdempotencyKey;

      const version = await catalog.getVersion(product.productId, body.version);
      if (version === undefined) return noSuchVersion(product, 'body.version');
      // His products hear of his suspension a moment later than his account; nothing goes on sale in between.
      const seller = await sellerNow(identity, caller.accountId);
      const approved = await lastApproved(catalog, product);
      const decided = decide(policy, withSeller(product, seller), version, approved);
      if (!decided.ok) return decided;
      const event = {
        kind: 'put-on-sale',
        at: surroundings.now(),
        by: authorOf(caller),
        version: body.version,
      } as const;
      const changed = await catalog.changeSale(product, decided.value, { requestId, requestHash }, event);
      return changed ? accept(viewProduct(decided.value)) : 'contended';
    });
