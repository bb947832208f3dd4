import { deriveId, hashRequest } from '../../adapters/ids.ts';
import type { catalogRoutes } from '../../contract/api/catalog.ts';
import { admitSeller, admitVersion, draftProduct } from '../../core/catalog/product.ts';
import { accept } from '../../core/shared/result.ts';
import type { Handlers } from '../http/api.ts';
import { untilSettled } from '../http/until-settled.ts';
import { authorOf, reusedIdempotencyKey, viewProduct } from './catalog-view.ts';
import type { CatalogDeps } from './deps.ts';
import { sellerNow } from './seller-now.ts';

/** Creates a draft. Its id is derived from the request, so that a replay finds what the first arrival made. */
export const createProduct =
  ({ catalog, identity, policy, surroundings }: CatalogDeps): Handlers<typeof catalogRoutes>['createProduct'] =>
  ({ caller, idempotencyKey, body }) =>
    untilSettled(surroundings, async () => {
      const requestId = deriveId('req', caller.accountId, 'createProduct', idempotencyKey);
      const productId = deriveId('prd', caller.accountId, 'createProduct', idempotencyKey);
      const requestHash = hashRequest(body);
      const before = await catalog.getRequest(requestId);
      const made = before && (await catalog.getProduct(productId));
      if (before && made) return before.requestHash === requestHash ? accept(viewProduct(made)) : reusedIdempotencyKey;

      const admitted = admitVersion(policy, body);
      if (!admitted.ok) return admitted;
      const seller = await sellerNow(identity, caller.accountId);
      const mayList = admitSeller(seller);
      if (!mayList.ok) return mayList;
      const { product, first } = draftProduct(productId, seller, admitted.value, surroundings.now());
      const request = { requestId, requestHash, version: first.version };
      const event = { kind: 'created', at: first.createdAt, by: authorOf(caller), version: first.version } as const;
      const created = await catalog.createProduct(product, first, request, event);
      return created ? accept(viewProduct(product)) : 'contended';
    });
