import * as z from 'zod/mini';
import { importPhases } from '../../core/imports/file-import.ts';
import { fileRefusalCodes } from '../../core/imports/file-refusal.ts';
import { batchStatuses } from '../../core/stock/batch.ts';
import { sampleResults } from '../../core/stock/sampling.ts';
import { acceptableQualityLimits, inspectionLevels } from '../../core/stock/sampling-plan.ts';
import * as common from './common.ts';
import { schemaNames } from './naming.ts';
import type { Route } from './route.ts';
import * as samples from './samples.ts';

const batchStatus = z.enum(batchStatuses);

export const source = z
  .strictObject({
    kind: z.enum(['own_stock', 'supplier', 'publisher', 'other']),
    name: common.text(common.limits.nameLength),
    reference: z.optional(common.text(common.limits.nameLength)),
  })
  .register(schemaNames, { id: 'Source' });

/** How the import of a file stands; lines whose fate is settled, and what it was. */
const progress = z
  .object({
    phase: z.enum(importPhases),
    sizeBytes: z.int(),
    receivedBytes: z.int(),
    /** Absent until the file was checked. */
    lines: z.optional(z.int()),
    linesDone: z.int(),
    stored: z.int(),
    rejected: z.int(),
    keysPerSecond: z.optional(z.int()),
    estimatedEndAt: z.optional(common.instant),
    /** Why the file was refused as a whole. */
    refusal: z.optional(z.object({ code: z.enum(fileRefusalCodes), detail: z.string() })),
  })
  .register(schemaNames, { id: 'ImportProgress' });

/** By which plan a batch is tested; what follows the level and limit is known once its sample is drawn. */
const sampling = z
  .object({
    inspectionLevel: z.enum(inspectionLevels),
    aql: z.enum(acceptableQualityLimits),
    size: z.optional(z.int()),
    accept: z.optional(z.int()),
    good: z.optional(z.int()),
    bad: z.optional(z.int()),
    seed: z.optional(z.string()),
    drawnAt: z.optional(common.instant),
    verdict: z.optional(z.enum(['accepted', 'rejected'])),
    decidedAt: z.optional(common.instant),
  })
  .register(schemaNames, { id: 'Sampling' });

export const batchSchema = z
  .object({
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
    /** Present where the keys come as a file. */
    progress: z.optional(progress),
    sampling: z.optional(sampling),
  })
  .register(schemaNames, { id: 'Batch' });

const rejection = z.object({ line: z.int(), code: z.string(), detail: z.string() });
const batchReport = z
  .extend(batchSchema, { rejections: z.array(rejection) })
  .register(schemaNames, { id: 'BatchReport' });

export const batchParams = z.object({ batchId: common.batchId });
export const productParams = z.object({ productId: common.productId });

const importKeysBody = z
  .strictObject({
    source,
    keys: z
      .array(
        z.strictObject({
          secret: z.string().check(z.maxLength(2_048)),
          number: z.optional(z.string().check(z.maxLength(2_048))),
          expiresAt: z.optional(common.instant),
          faceValueMinor: z.optional(common.amountMinor),
        }),
      )
      .check(z.minLength(1), z.maxLength(common.limits.keysPerInlineImport)),
  })
  .register(schemaNames, { id: 'NewBatch' });

export const stockRoutes = [
  {
    operation: 'importKeys',
    method: 'POST',
    path: '/v1/products/{productId}/batches',
    function: 'stock',
    roles: ['merchant'],
    summary: 'Import up to 1,000 keys. Every line is stored or reported with its number and reason.',
    description:
      'Each line is stored once for ever, across all merchants, or reported with its number and the reason. Send the same request again after a failure: it goes on where it stopped and answers the same report.',
    zh: {
      summary: '导入至多 1,000 条卡密,逐行入库或报告',
      description: '每条卡密在全平台只入库一次;被拒的行附行号与原因。失败后重发同一请求即可从中断处继续,报告一致。',
    },
    refusals: ['not-found'],
    example: { params: { productId: samples.productId }, body: samples.newBatch, response: samples.batchReport },
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
    description: 'Merchants see the batches of their own products only.',
    zh: { summary: '列出商品的批次,新的在前', description: '商家只能看到自己商品的批次。' },
    refusals: ['not-found'],
    example: { params: { productId: samples.productId }, query: { limit: 50 }, response: { items: [samples.batch] } },
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
    description: 'The report names the rejected lines and why; never a secret.',
    zh: { summary: '查看批次及导入报告', description: '报告列出被拒行号与原因,绝不包含卡密。' },
    refusals: ['not-found'],
    example: { params: { batchId: samples.batchId }, response: samples.batchReport },
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
    description: 'Keys that were sold are not touched. Quarantining again changes nothing.',
    zh: { summary: '立即停售批次中未售出的卡密', description: '已售卡密不受影响;重复操作无副作用。' },
    refusals: ['not-found', 'batch-state-unfit'],
    example: {
      params: { batchId: samples.batchId },
      body: { reason: 'Buyers report invalid keys' },
      response: {
        ...samples.batch,
        status: 'quarantined',
        quarantinedAt: samples.later,
        quarantineReason: 'Buyers report invalid keys',
      },
    },
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
    description: 'Sold and expired keys stay off sale.',
    zh: { summary: '恢复销售被隔离批次中未售出的卡密', description: '已售与过期卡密不会恢复。' },
    refusals: ['not-found', 'batch-state-unfit'],
    example: { params: { batchId: samples.batchId }, response: samples.batch },
    idempotencyKey: false,
    status: 200,
    params: batchParams,
    query: common.noQuery,
    body: common.noBody,
    response: batchSchema,
  },
  {
    operation: 'listSamplings',
    method: 'GET',
    path: '/v1/samplings',
    function: 'stock',
    roles: ['operator', 'auditor'],
    summary: 'The batches that are being tested, first come first: the worklist of testers.',
    description:
      'A batch shows here once its import is complete; its sample is drawn within a minute or two. `size` keys are to be tested, and up to `accept` of them may be bad.',
    zh: {
      summary: '列出抽检中的批次,先到者在前',
      description: '批次在导入完成后显示,一两分钟内抽取样品。共需测试 `size` 条,其中不合格不超过 `accept` 条。',
    },
    refusals: [],
    example: { query: { limit: 50 }, response: { items: [samples.sampledBatch] } },
    idempotencyKey: false,
    status: 200,
    params: common.noParams,
    query: common.pageQuery,
    body: common.noBody,
    response: common.page(batchSchema),
  },
  {
    operation: 'recordSampleResult',
    method: 'POST',
    path: '/v1/batches/{batchId}/samples/{sample}/result',
    function: 'stock',
    roles: ['operator'],
    summary: 'Report what testing a key of the sample found. Results decide the batch by its plan.',
    description:
      'The batch is decided as soon as no further result can change the outcome: accepted, its unsold keys are offered; rejected, they are never sold. A result is final; the same one again changes nothing.',
    zh: {
      summary: '登记样品测试结果,按抽样方案判定批次',
      description:
        '一旦其余结果已不影响结论即作判定:合格则其余卡密上架,不合格则永不销售。结果不可更改,重复登记同一结果不产生变化。',
    },
    refusals: ['not-found', 'batch-state-unfit', 'sample-state-unfit'],
    example: {
      params: { batchId: samples.batchId, sample: '1' },
      body: { result: 'good' },
      response: samples.sampledBatch,
    },
    idempotencyKey: false,
    status: 200,
    params: z.object({ batchId: common.batchId, sample: common.sampleNumber }),
    query: common.noQuery,
    body: z.strictObject({ result: z.enum(sampleResults) }),
    response: batchSchema,
  },
  {
    operation: 'readStock',
    method: 'GET',
    path: '/v1/products/{productId}/stock',
    function: 'stock',
    roles: ['merchant', 'operator', 'arbiter', 'auditor'],
    summary: 'How many keys of a product can be sold. Counted a moment after the last change.',
    description: 'Counted behind the scenes, so a moment old: an order may still find the last key gone.',
    zh: { summary: '查看商品可售数量', description: '后台统计,略有延迟;下单时最后一条卡密可能已售出。' },
    refusals: ['not-found'],
    example: {
      params: { productId: samples.productId },
      response: { productId: samples.productId, available: 2, countedAt: samples.later },
    },
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
