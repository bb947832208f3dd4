import { deriveId, hashRequest } from '../../adapters/ids.ts';
import type { catalogRoutes } from '../../contract/api/catalog.ts';
import { differenceOf } from '../../core/catalog/difference.ts';
import { admitVersion, nextVersion } from '../../core/catalog/product.ts';
import { accept } from '../../core/shared/result.ts';
import type { Handlers } from '../http/api.ts';
import { untilSettled } from '../http/until-settled.ts';
import { authorOf, noSuchProduct, reusedIdempotencyKey, viewVersion } from './catalog-view.ts';
import type { CatalogDeps } from './deps.ts';

/** Adds a version; what is on sale stays as it is until this version is put on sale. */
export const addVersion =
  ({ catalog, policy, surroundings }: Omit<CatalogDeps, 'identity'>): Handlers<typeof catalogRoutes>['addVersion'] =>
  ({ caller, idempotencyKey, params, body }) =>
    untilSettled(surroundings, async () => {
      const product = await catalog.getProduct(params.productId);
      if (product?.merchantId !== caller.accountId) return noSuchProduct;

      const requestId = deriveId('req', caller.accountId, 'addVersion', idempotencyKey);
      const requestHash = hashRequest({ params, body });
      const before = await catalog.getRequest(requestId);
      if (before && before.requestHash !== requestHash) return reusedIdempotencyKey;
      const made = before?.version && (await catalog.getVersion(params.productId, before.version));
      if (made) return accept(viewVersion(made));

      const admitted = admitVersion(policy, body);
      if (!admitted.ok) return admitted;
      const version = nextVersion(product, admitted.value, surroundings.now());
      if (!version.ok) return version;
      const previous = await catalog.getVersion(product.productId, product.latestVersion);
      if (previous === undefined) throw new Error(`Version ${product.latestVersion} of ${product.productId} is gone`);
      const request = { requestId, requestHash, version: version.value.version };
      const added = await catalog.addVersion(product, version.value, request, {
        kind: 'version-added',
        at: version.value.createdAt,
        by: authorOf(caller),
        version: version.value.version,
        changes: differenceOf(previous, version.value),
      });
      return added ? accept(viewVersion(version.value)) : 'contended';
    });
