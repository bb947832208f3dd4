import type { merchantRoutes } from '../../contract/api/merchants.ts';
import type { Handlers } from '../http/api.ts';
import type { AdmissionDeps } from './admission-deps.ts';
import { noSuchMerchant, visibleMerchant } from './merchant-view.ts';

/** What was decided about a merchant, newest first. */
export const listMerchantHistory =
  ({ merchants }: Pick<AdmissionDeps, 'merchants'>): Handlers<typeof merchantRoutes>['listMerchantHistory'] =>
  async ({ caller, params, query }) => {
    const merchant = await visibleMerchant(merchants, caller, params.accountId);
    return merchant ? merchants.listHistory(params.accountId, query) : noSuchMerchant;
  };
