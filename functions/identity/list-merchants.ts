import type { merchantRoutes } from '../../contract/api/merchants.ts';
import type { Handlers } from '../http/api.ts';
import type { AdmissionDeps } from './admission-deps.ts';

/** The merchants of one standing, longest in it first. */
export const listMerchants =
  ({ merchants }: Pick<AdmissionDeps, 'merchants'>): Handlers<typeof merchantRoutes>['listMerchants'] =>
  ({ query }) =>
    merchants.listMerchants(query.standing, query);
