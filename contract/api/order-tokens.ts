import * as z from 'zod/mini';
import { guestScopes, orderTokenSeconds } from '../../core/identity/order-token.ts';
import { instant, limits, noBody, noQuery, orderId, orderTokenId, page, pageQuery, text } from './common.ts';
import type { Route } from './route.ts';

const scope = z.enum(guestScopes);

const orderToken = z.object({
  orderTokenId: z.string(),
  orderId: z.string(),
  scopes: z.array(scope),
  guestLabel: z.optional(z.string()),
  createdAt: instant,
  /** From then on the token lets nobody in. */
  expiresAt: instant,
  revokedAt: z.optional(instant),
});

const issuedOrderToken = z.extend(orderToken, {
  /** Present in the first answer only: what is stored cannot bring it back. */
  token: z.optional(z.string()),
  /** Stands in for the token when the request is repeated. */
  note: z.optional(z.string()),
});

const scopes = z.array(scope).check(
  z.minLength(1),
  z.maxLength(guestScopes.length),
  z.refine((given) => new Set(given).size === given.length, 'must not name a scope twice'),
);

export const orderTokenRoutes = [
  {
    operation: 'issueOrderToken',
    method: 'POST',
    path: '/v1/orders/{orderId}/tokens',
    function: 'identity',
    roles: ['buyer'],
    summary:
      'Issues a token for a guest to one order of yours; it is shown in this one answer. The guest acts in your name, within its scopes',
    idempotencyKey: true,
    status: 201,
    params: z.object({ orderId }),
    query: noQuery,
    body: z.strictObject({
      scopes,
      expiresInSeconds: z._default(
        z.int().check(z.minimum(orderTokenSeconds.min), z.maximum(orderTokenSeconds.max)),
        orderTokenSeconds.default,
      ),
      /** How you tell this guest from others; he does not see it. */
      guestLabel: z.optional(text(limits.nameLength)),
    }),
    response: issuedOrderToken,
  },
  {
    operation: 'listOrderTokens',
    method: 'GET',
    path: '/v1/orders/{orderId}/tokens',
    function: 'identity',
    roles: ['buyer', 'operator'],
    summary: 'The tokens of an order, newest first, without their secrets',
    idempotencyKey: false,
    status: 200,
    params: z.object({ orderId }),
    query: pageQuery,
    body: noBody,
    response: page(orderToken),
  },
  {
    operation: 'revokeOrderToken',
    method: 'DELETE',
    path: '/v1/order-tokens/{orderTokenId}',
    function: 'identity',
    roles: ['buyer', 'operator'],
    summary: 'Revokes an order token at once; repeating it changes nothing',
    idempotencyKey: false,
    status: 200,
    params: z.object({ orderTokenId }),
    query: noQuery,
    body: noBody,
    response: orderToken,
  },
] as const satisfies readonly Route[];
