import * as z from 'zod/mini';
import * as common from './common.ts';
import type { Route } from './route.ts';

const revealedKeySchema = z.object({
  secret: z.string(),
  number: z.optional(z.string()),
  expiresAt: z.optional(common.instant),
});

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
