import type { merchantRoutes } from '../../contract/api/merchants.ts';
import { decideMerchant as decide } from '../../core/identity/merchant.ts';
import type { Handlers } from '../http/api.ts';
import type { AdmissionDeps } from './admission-deps.ts';
import { changeMerchant } from './change-merchant.ts';

/** An operator's verdict on a merchant. A replay answers with the merchant as he stands now. */
export const decideMerchant =
  (deps: AdmissionDeps): Handlers<typeof merchantRoutes>['decideMerchant'] =>
  (call) =>
    changeMerchant(deps, 'decideMerchant', call, (merchant, now) =>
      decide(deps.policy, merchant, call.body, { accountId: call.caller.accountId, now }),
    );
