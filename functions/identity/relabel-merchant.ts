import type { merchantRoutes } from '../../contract/api/merchants.ts';
import { relabelMerchant as decide } from '../../core/identity/merchant.ts';
import type { Handlers } from '../http/api.ts';
import type { AdmissionDeps } from './admission-deps.ts';
import { changeMerchant } from './change-merchant.ts';

/** Gives a merchant another label. An order keeps the label that its product showed when it was placed. */
export const relabelMerchant =
  (deps: AdmissionDeps): Handlers<typeof merchantRoutes>['relabelMerchant'] =>
  (call) =>
    changeMerchant(deps, 'relabelMerchant', call, (merchant, now) =>
      decide(deps.policy, merchant, call.body, { accountId: call.caller.accountId, now }),
    );
