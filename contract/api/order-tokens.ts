import * as z from 'zod/mini';
import { guestScopes, orderTokenSeconds } from '../../core/identity/order-token.ts';
import { instant, limits, noBody, noQuery, orderId, orderTokenId, page, pageQuery, text } from './common.ts';
import { schemaNames } from './naming.ts';
import type { Route } from './route.ts';
import * as samples from './samples.ts';

const scope = z.enum(guestScopes);

export const orderTokenSchema = z
  .object({
    orderTokenId: z.string(),
    orderId: z.string(),
    scopes: z.array(scope),
    guestLabel: z.optional(z.string()),
    createdAt: instant,
    /** From then on the token lets nobody in. */
    expiresAt: instant,
    revokedAt: z.optional(instant),
  })
  .register(schemaNames, { id: 'OrderToken' });

const issuedOrderToken = z
  .extend(orderTokenSchema, {
    /** Present in the first answer only: what is stored cannot bring it back. */
    token: z.optional(z.string()),
    /** Stands in for the token when the request is repeated. */
    note: z.optional(z.string()),
  })
  .register(schemaNames, { id: 'IssuedOrderToken' });

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
    summary: 'Issues a token for a guest to one order of yours; it is shown in this one answer',
    description:
      'Hand it to the guest whom you sold to: he reads, reveals or confirms this one order with it, as its scopes allow, and nothing else.',
    zh: {
      summary: '为访客签发仅限一笔订单的令牌,仅在本次应答中出现',
      description: '请交给您的访客:他可按令牌范围查看、取卡或确认这一笔订单,别无其他。',
    },
    refusals: ['not-found', 'order-token-limit-reached'],
    example: {
      params: { orderId: samples.orderId },
      body: { scopes: ['read', 'reveal'], guestLabel: 'table 7' },
      response: samples.issuedOrderToken,
    },
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
    description: 'Each token names its scopes and when it ends.',
    zh: { summary: '列出订单的令牌,新的在前,不含密文', description: '每个令牌均标明范围与失效时间。' },
    refusals: ['not-found'],
    example: { params: { orderId: samples.orderId }, query: { limit: 50 }, response: { items: [samples.orderToken] } },
    idempotencyKey: false,
    status: 200,
    params: z.object({ orderId }),
    query: pageQuery,
    body: noBody,
    response: page(orderTokenSchema),
  },
  {
    operation: 'revokeOrderToken',
    method: 'DELETE',
    path: '/v1/order-tokens/{orderTokenId}',
    function: 'identity',
    roles: ['buyer', 'operator'],
    summary: 'Revokes an order token at once; repeating it changes nothing',
    description: 'It may still be accepted for up to a minute, as long as its identity is cached.',
    zh: { summary: '立即吊销订单令牌,重复吊销无副作用', description: '因身份缓存,吊销后最长一分钟内仍可能被接受。' },
    refusals: ['not-found'],
    example: {
      params: { orderTokenId: samples.orderTokenId },
      response: { ...samples.orderToken, revokedAt: samples.later },
    },
    idempotencyKey: false,
    status: 200,
    params: z.object({ orderTokenId }),
    query: noQuery,
    body: noBody,
    response: orderTokenSchema,
  },
] as const satisfies readonly Route[];
