import type { merchantRoutes } from '../../contract/api/merchants.ts';
import type { Handlers } from '../http/api.ts';
import type { AdmissionDeps } from './admission-deps.ts';
import { noSuchMerchant, visibleMerchant } from './merchant-view.ts';

/** A merchant's documents, newest first, without their files. */
export const listDocuments =
  ({ merchants }: Pick<AdmissionDeps, 'merchants'>): Handlers<typeof merchantRoutes>['listDocuments'] =>
  async ({ caller, params, query }) => {
    const merchant = await visibleMerchant(merchants, caller, params.accountId);
    return merchant ? merchants.listDocuments(params.accountId, query) : noSuchMerchant;
  };
