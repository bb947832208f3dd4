import { deriveId, hashRequest } from '../../adapters/ids.ts';
import type { merchantRoutes } from '../../contract/api/merchants.ts';
import { admitCategories } from '../../core/identity/application.ts';
import { reapplyAsMerchant as decide } from '../../core/identity/merchant.ts';
import { accept } from '../../core/shared/result.ts';
import type { Handlers } from '../http/api.ts';
import { untilSettled } from '../http/until-settled.ts';
import type { AdmissionDeps } from './admission-deps.ts';
import { noSuchMerchant, reusedIdempotencyKey, toStored, viewMerchant, visibleMerchant } from './merchant-view.ts';

/** A rejected merchant applies again; the label he wishes for now is the one he is reviewed for. */
export const reapplyAsMerchant =
  (deps: AdmissionDeps): Handlers<typeof merchantRoutes>['reapplyAsMerchant'] =>
  ({ caller, idempotencyKey, params, body }) =>
    untilSettled(deps.surroundings, async () => {
      const { merchants, policy, surroundings } = deps;
      const now = surroundings.now();
      const merchant = await visibleMerchant(merchants, caller, params.accountId);
      if (!merchant) return noSuchMerchant;
      const eventId = deriveId('hst', caller.accountId, 'reapplyAsMerchant', idempotencyKey);
      const requestHash = hashRequest({ params, body });
      const before = await merchants.getEvent(eventId);
      if (before)
        return before.requestHash === requestHash
          ? accept(await viewMerchant(deps, merchant, now))
          : reusedIdempotencyKey;

      const known = admitCategories(policy, body.categories);
      if (!known.ok) return known;
      const decided = decide({ ...merchant, label: body.label }, `Applied again for the label ${body.label}.`, now);
      if (!decided.ok) return decided;
      const { to, event } = decided.value;
      const beside = { event: toStored(event, eventId, requestHash) };
      const written = await merchants.applyAgain(merchant, to, { ...body, appliedAt: now }, beside);
      return written ? accept(await viewMerchant(deps, to, now)) : 'contended';
    });
