import { deriveId } from '../../adapters/ids.ts';
import type { channelPaymentRoutes } from '../../contract/api/payments.ts';
import type { Policy } from '../../core/policy/policy.ts';
import { addSeconds } from '../../core/shared/instant.ts';
import type { Handlers } from '../http/api.ts';
import { beginTrade, checkChoice, type OpenTradeDeps, replayTrade } from './open-trade.ts';

/** Opens a trade at a channel whose money goes into the buyer's own wallet. */
export const startTopUp =
  (deps: OpenTradeDeps & { readonly policy: Policy }): Handlers<typeof channelPaymentRoutes>['startTopUp'] =>
  async ({ caller, idempotencyKey, body }) => {
    const choice = checkChoice(body);
    if (!choice.ok) return choice;
    const paymentId = deriveId('pay', caller.accountId, 'startTopUp', idempotencyKey);
    const standing = await deps.payments.get(paymentId);
    if (standing) return replayTrade(deps, body, body, standing);
    const draft = {
      paymentId,
      purpose: 'top-up',
      buyerId: caller.accountId,
      amountMinor: body.amountMinor,
      subject: '钱包充值',
      expiresAt: addSeconds(deps.now(), deps.policy.orders.unpaidExpirySeconds),
    } as const;
    return beginTrade(deps, draft, body, body);
  };
