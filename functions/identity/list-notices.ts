import type { merchantRoutes } from '../../contract/api/merchants.ts';
import type { Handlers } from '../http/api.ts';
import type { AdmissionDeps } from './admission-deps.ts';

/** What the account that asks was told, newest first. */
export const listNotices =
  ({ merchants }: Pick<AdmissionDeps, 'merchants'>): Handlers<typeof merchantRoutes>['listNotices'] =>
  ({ caller, query }) =>
    merchants.listNotices(caller.accountId, query);
