import type { merchantRoutes } from '../../contract/api/merchants.ts';
import { accept } from '../../core/shared/result.ts';
import type { Handlers } from '../http/api.ts';
import type { AdmissionDeps } from './admission-deps.ts';
import { noSuchMerchant, viewMerchant, visibleMerchant } from './merchant-view.ts';

/** A merchant's file, his application with it. */
export const readMerchant =
  (
    deps: Pick<AdmissionDeps, 'merchants' | 'policy' | 'surroundings'>,
  ): Handlers<typeof merchantRoutes>['readMerchant'] =>
  async ({ caller, params }) => {
    const merchant = await visibleMerchant(deps.merchants, caller, params.accountId);
    return merchant ? accept(await viewMerchant(deps, merchant, deps.surroundings.now())) : noSuchMerchant;
  };
