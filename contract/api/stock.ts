import * as z from 'zod/mini';
import * as common from './common.ts';
import type { Route } from './route.ts';

const batchStatus = z.enum(['importing', 'opening', 'open', 'quarantined', 'reoffering']);

const source = z.strictObject({
  kind: z.enum(['own_stock', 'supplier', 'publisher', 'other']),
  name: common.text(common.limits.nameLength),
  reference: z.optional(common.text(common.limits.nameLength)),
});

const batchSchema = z.object({
  batchId: common.batchId,
  productId: common.productId,
  merchantId: common.accountId,
  status: batchStatus,
  source,
  lines: z.int(),
  stored: z.optional(z.int()),
  rejected: z.optional(z.int()),
  createdAt: common.instant,
  completedAt: z.optional(common.instant),
  quarantinedAt: z.optional(common.instant),
  quarantineReason: z.optional(z.string()),
});

const rejection = z.object({ line: z.int(), code: z.string(), detail: z.string() });
const batchReport = z.extend(batchSchema, { rejections: z.array(rejection) });

const batchParams = z.object({ batchId: common.batchId });
const productParams = z.object({ productId: common.productId });

const importKeysBody = z.strictObject({
  source,
  keys: z
    .array(
      z.strictObject({
        secret: z.string().check(z.maxLength(2_048)),
        number: z.optional(z.string().check(z.maxLength(2_048))),
        expiresAt: z.optional(common.instant),
      }),
    )
    .check(z.minLength(1), z.maxLength(common.limits.keysPerInlineImport)),
});

export const stockRoutes = [
  {
    operation: 'importKeys',
    method: 'POST',
    path: '/v1/products/{productId}/batches',
    function: 'stock',
    roles: ['merchant'],
    summary: 'Import up to 1,000 keys. Every line is stored or reported with its number and reason.',
    idempotencyKey: true,
    status: 201,
    maxBodyBytes: common.limits.importBodyBytes,
    params: productParams,
    query: common.noQuery,
    body: importKeysBody,
    response: batchReport,
  },
  {
    operation: 'listBatches',
    method: 'GET',
    path: '/v1/products/{productId}/batches',
    function: 'stock',
    roles: ['merchant', 'operator', 'arbiter', 'auditor'],
    summary: 'List the batches of a product, newest first.',
    idempotencyKey: false,
    status: 200,
    params: productParams,
    query: common.pageQuery,
    body: common.noBody,
    response: common.page(batchSchema),
  },
  {
    operation: 'readBatch',
    method: 'GET',
    path: '/v1/batches/{batchId}',
    function: 'stock',
    roles: ['merchant', 'operator', 'arbiter', 'auditor'],
    summary: 'Read a batch with its import report.',
    idempotencyKey: false,
    status: 200,
    params: batchParams,
    query: common.noQuery,
    body: common.noBody,
    response: batchReport,
  },
  {
    operation: 'quarantineBatch',
    method: 'POST',
    path: '/v1/batches/{batchId}/quarantine',
    function: 'stock',
    roles: ['merchant', 'operator'],
    summary: 'Take the unsold keys of a batch off sale at once.',
    idempotencyKey: false,
    status: 200,
    params: batchParams,
    query: common.noQuery,
    body: z.strictObject({ reason: common.text(common.limits.textLength) }),
    response: batchSchema,
  },
  {
    operation: 'liftQuarantine',
    method: 'POST',
    path: '/v1/batches/{batchId}/lift-quarantine',
    function: 'stock',
    roles: ['operator'],
    summary: 'Put the unsold keys of a quarantined batch back on sale.',
    idempotencyKey: false,
    status: 200,
    params: batchParams,
    query: common.noQuery,
    body: common.noBody,
    response: batchSchema,
  },
  {
    operation: 'readStock',
    method: 'GET',
    path: '/v1/products/{productId}/stock',
    function: 'stock',
    roles: ['merchant', 'operator', 'auditor'],
    summary: 'How many keys of a product can be sold. Counted a moment after the last change.',
    idempotencyKey: false,
    status: 200,
    params: productParams,
    query: common.noQuery,
    body: common.noBody,
    response: z.object({
      productId: common.productId,
      available: z.int(),
      /** Absent until the first count. */
      countedAt: z.optional(common.instant),
    }),
  },
] as const satisfies readonly Route[];
