import * as z from 'zod/mini';
import * as common from './common.ts';
import { schemaNames } from './naming.ts';
import type { Route } from './route.ts';
import * as samples from './samples.ts';

const revealedKeySchema = z
  .object({
    secret: z.string(),
    number: z.optional(z.string()),
    expiresAt: z.optional(common.instant),
  })
  .register(schemaNames, { id: 'RevealedKey' });

export const revealRoutes = [
  {
    operation: 'revealKeys',
    method: 'POST',
    path: '/v1/orders/{orderId}/reveal',
    function: 'reveal',
    roles: ['buyer'],
    guest: 'reveal',
    summary:
      'Read the keys of your delivered order. Each reading is recorded; the first one makes them count as revealed.',
    description:
      'Paying never returns a secret; this does, to the buyer alone. At most 100 keys come in one answer: ask again with `nextOffset`.',
    zh: {
      summary: '查看已交付订单的卡密,每次查看均留痕',
      description: '付款不会返回卡密,仅买家可在此查看。每次至多 100 条,以 `nextOffset` 继续。',
    },
    refusals: ['not-found', 'order-state-unfit'],
    example: {
      params: { orderId: samples.orderId },
      query: { offset: 0 },
      response: { orderId: samples.orderId, offset: 0, total: 1, keys: [{ secret: 'STAR-8F2K-11QD' }] },
    },
    idempotencyKey: false,
    status: 200,
    params: z.object({ orderId: common.orderId }),
    query: z.strictObject({
      offset: z._default(
        z.pipe(
          z.pipe(z.string().check(z.regex(/^\d{1,4}$/, 'must be a whole number')), z.transform(Number)),
          z.int().check(z.minimum(0), z.maximum(common.limits.keysPerOrder - 1)),
        ),
        0,
      ),
    }),
    body: common.noBody,
    response: z.object({
      orderId: common.orderId,
      /** Keys from this position on, at most `limits.keysPerReveal` in one answer. */
      offset: z.int(),
      total: z.int(),
      keys: z.array(revealedKeySchema),
      /** Ask with this offset for the next ones; absent after the last. */
      nextOffset: z.optional(z.int()),
    }),
  },
] as const satisfies readonly Route[];
