import type { orderTokenRoutes } from '../../contract/api/order-tokens.ts';
import { mayManageKeys } from '../../core/identity/account.ts';
import { isLive } from '../../core/identity/order-token.ts';
import { accept, refuse } from '../../core/shared/result.ts';
import type { Handlers } from '../http/api.ts';
import type { OrderTokenDeps } from './deps.ts';
import { viewOrderToken } from './issued-order-token.ts';

/** Ends a token for good. The authorizer may know it as valid for as long as its answers are cached. */
export const revokeOrderToken =
  ({
    orderTokens,
    surroundings,
  }: Pick<OrderTokenDeps, 'orderTokens' | 'surroundings'>): Handlers<typeof orderTokenRoutes>['revokeOrderToken'] =>
  async ({ caller, params }) => {
    const token = await orderTokens.get(params.orderTokenId);
    if (!token || !mayManageKeys(caller, token.buyerId))
      return refuse('not-found', 'You have no such order token.', 'path.orderTokenId');
    const now = surroundings.now();
    if (isLive(token, now)) await orderTokens.revoke(token, now);
    return accept(viewOrderToken((await orderTokens.get(token.orderTokenId)) ?? token));
  };
