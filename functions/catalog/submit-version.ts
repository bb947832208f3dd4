import type { catalogRoutes } from '../../contract/api/catalog.ts';
import { submitVersion as decide } from '../../core/catalog/review.ts';
import { accept } from '../../core/shared/result.ts';
import type { Handlers } from '../http/api.ts';
import { untilSettled } from '../http/until-settled.ts';
import { authorOf, noSuchProduct, noSuchVersion, viewVersion } from './catalog-view.ts';
import type { CatalogDeps } from './deps.ts';
import { lastApproved } from './last-approved.ts';

/** Asks for the review of a version. A second call changes nothing. */
export const submitVersion =
  ({ catalog, policy, surroundings }: Omit<CatalogDeps, 'identity'>): Handlers<typeof catalogRoutes>['submitVersion'] =>
  ({ caller, params }) =>
    untilSettled(surroundings, async () => {
      const product = await catalog.getProduct(params.productId);
      if (product?.merchantId !== caller.accountId) return noSuchProduct;
      const version = await catalog.getVersion(product.productId, params.version);
      if (version === undefined) return noSuchVersion(product, 'path.version');

      const now = surroundings.now();
      const decided = decide(policy, product, version, await lastApproved(catalog, product), now);
      if (!decided.ok) return decided;
      if (decided.value === undefined) return accept(viewVersion(version));
      const event = { kind: 'submitted', at: now, by: authorOf(caller), version: version.version } as const;
      const changed = await catalog.changeReview(product, product, decided.value, event);
      return changed ? accept(viewVersion(decided.value)) : 'contended';
    });
