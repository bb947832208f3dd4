import { hashSecret } from '../../adapters/api-key-token.ts';
import { deriveId, hashRequest } from '../../adapters/ids.ts';
import type { orderTokenRoutes } from '../../contract/api/order-tokens.ts';
import { addToTokenRing } from '../../core/identity/order-token.ts';
import { addSeconds } from '../../core/shared/instant.ts';
import type { Handlers } from '../http/api.ts';
import { untilSettled } from '../http/until-settled.ts';
import { visibleTo } from '../orders/order-view.ts';
import type { OrderTokenDeps } from './deps.ts';
import { issuedToken, replayedToken } from './issued-order-token.ts';
import { stillIdentified } from './still-identified.ts';

/** Issues a token to one order of the buyer and shows it, once. A foreign order answers like one that does not exist. */
export const issueOrderToken =
  ({
    identity,
    orders,
    orderTokens,
    surroundings,
    newSecret,
  }: OrderTokenDeps): Handlers<typeof orderTokenRoutes>['issueOrderToken'] =>
  ({ caller, idempotencyKey, params, body }) =>
    untilSettled(surroundings, async () => {
      const order = visibleTo(await orders.get(params.orderId), caller);
      if (!order.ok) return order;

      const orderTokenId = deriveId('otk', caller.accountId, 'issueOrderToken', idempotencyKey);
      const requestHash = hashRequest({ params, body });
      const before = await orderTokens.get(orderTokenId);
      if (before) return replayedToken(before, requestHash);

      const now = surroundings.now();
      const identified = await stillIdentified(identity, caller, now);
      if (!identified.ok) return identified;
      const expiresAt = addSeconds(now, body.expiresInSeconds);
      const read = await orderTokens.ringOf(params.orderId);
      const ring = addToTokenRing(read.tokens, orderTokenId, expiresAt, now);
      if (!ring.ok) return ring;
      const secret = newSecret();
      const token = {
        orderTokenId,
        orderId: params.orderId,
        buyerId: caller.accountId,
        scopes: body.scopes,
        ...(body.guestLabel !== undefined && { guestLabel: body.guestLabel }),
        secretHash: hashSecret(secret),
        createdAt: now,
        issuedBy: caller.apiKeyId,
        expiresAt,
        requestHash,
      };
      const commit = await orderTokens.issue(token, read, ring.value);
      if (commit.outcome === 'existing') return replayedToken(commit.token, requestHash);
      return commit.outcome === 'contended' ? 'contended' : issuedToken(token, secret);
    });
