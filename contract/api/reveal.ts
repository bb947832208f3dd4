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
  {
    operation: 'revealSample',
    method: 'POST',
    path: '/v1/batches/{batchId}/samples/{sample}/reveal',
    function: 'reveal',
    roles: ['operator'],
    summary: 'Read one key of the sample of a batch that is being tested. It is used up for ever.',
    description:
      'A key that was read is never sold, whatever testing finds. Each reading is recorded, the first and every further one.',
    zh: {
      summary: '查看抽检样品的卡密,该卡密即告作废',
      description: '已查看的样品无论测试结果如何均不再出售。每次查看均留痕。',
    },
    refusals: ['not-found', 'batch-state-unfit', 'selling-closed'],
    example: {
      params: { batchId: samples.batchId, sample: '1' },
      response: { batchId: samples.batchId, sample: 1, key: { secret: 'STAR-8F2K-11QD' } },
    },
    idempotencyKey: false,
    status: 200,
    params: z.object({ batchId: common.batchId, sample: common.sampleNumber }),
    query: common.noQuery,
    body: common.noBody,
    response: z.object({ batchId: common.batchId, sample: z.int(), key: revealedKeySchema }),
  },
] as const satisfies readonly Route[];
