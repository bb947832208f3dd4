import * as z from 'zod/mini';
import { maxUploadBytes } from '../../core/imports/file-refusal.ts';
import * as common from './common.ts';
import type { Route } from './route.ts';
import * as samples from './samples.ts';
import { batchParams, batchSchema, productParams, source } from './stock.ts';

/** A larger file is refused by name, with the limit, rather than by the schema; this only bounds the number. */
const anySize = z.int().check(z.minimum(1), z.maximum(Number.MAX_SAFE_INTEGER));

export const importRoutes = [
  {
    operation: 'announceFile',
    method: 'POST',
    path: '/v1/products/{productId}/imports',
    function: 'imports',
    roles: ['merchant'],
    summary: `Announce a file of keys, of up to ${maxUploadBytes} bytes, and get a form to upload it with.`,
    description:
      'The batch begins as `importing`. Upload the file as `multipart/form-data`: the fields of the form, then the file as the last field `file`, with exactly `sizeBytes` bytes. Then start the import. txt has a key on each line; CSV has a header with `secret` and as needed `number`, `expiresAt` (date or moment) and `faceValue` (fen). UTF-8 or GB18030; gzip, or a zip with one file. Announcing again with the same Idempotency-Key gives a fresh form. A file that is not started within 24 hours is dropped.',
    zh: {
      summary: '申报卡密文件并获取上传表单',
      description:
        '批次状态为 `importing`。以 `multipart/form-data` 上传:先是表单字段,最后是字段 `file`,字节数须与 `sizeBytes` 完全一致;然后开始导入。txt 每行一条卡密;CSV 首行为列名:`secret`,可选 `number`、`expiresAt`(日期或时刻)、`faceValue`(分)。支持 UTF-8 与 GB18030,gzip 或仅含一个文件的 zip。使用相同 Idempotency-Key 重新申报可取得新表单。24 小时内未开始导入则作废。',
    },
    refusals: ['not-found', 'upload-too-large'],
    example: {
      params: { productId: samples.productId },
      body: { source: samples.newBatch.source, fileName: 'starlight-100.csv.gz', sizeBytes: 3_400_000 },
      response: {
        ...samples.announcedBatch,
        upload: {
          url: 'https://surety-imports.s3.eu-central-1.amazonaws.com/',
          fields: { key: `uploads/${samples.batchId}`, Policy: 'eyJleHBpcmF0aW9uIjoi…' },
          expiresAt: '2026-11-22T03:30:00.000Z',
        },
      },
    },
    idempotencyKey: true,
    status: 201,
    params: productParams,
    query: common.noQuery,
    body: z.strictObject({
      source,
      fileName: common.text(common.limits.nameLength),
      /** Exactly as many bytes must be uploaded. */
      sizeBytes: anySize,
      /** By the file's name if absent: CSV where it ends with .csv, else a text with a key on each line. */
      format: z.optional(z.enum(['txt', 'csv'])),
    }),
    response: z.extend(batchSchema, {
      /** A form for `multipart/form-data`: the fields, then the file as the field `file`. Absent once it was used. */
      upload: z.optional(
        z.object({ url: z.string(), fields: z.record(z.string(), z.string()), expiresAt: common.instant }),
      ),
    }),
  },
  {
    operation: 'startImport',
    method: 'POST',
    path: '/v1/batches/{batchId}/start-import',
    function: 'imports',
    roles: ['merchant'],
    summary: 'Start to import the uploaded file. Read the batch to see how far it is.',
    description:
      'The file is read once from end to end and refused as a whole, with nothing stored, if it is not as announced; otherwise each line is stored or reported. `progress` of the batch tells how far it is. Starting again changes nothing.',
    zh: {
      summary: '开始导入已上传的文件',
      description:
        '先通读整个文件:不合格则整体拒绝、不入库任何卡密;否则逐行入库或报告。批次的 `progress` 显示进度。重复调用无副作用。',
    },
    refusals: ['not-found', 'batch-state-unfit', 'upload-missing', 'upload-size-differs'],
    example: { params: { batchId: samples.batchId }, response: samples.startedBatch },
    idempotencyKey: false,
    status: 200,
    params: batchParams,
    query: common.noQuery,
    body: common.noBody,
    response: batchSchema,
  },
  {
    operation: 'readRejectionsFile',
    method: 'GET',
    path: '/v1/batches/{batchId}/rejections-file',
    function: 'imports',
    roles: ['merchant', 'operator', 'arbiter', 'auditor'],
    summary: 'Get a link to the lines of a file that were not stored, as CSV: line, code and reason.',
    description:
      'Rows are line, code and reason, by line; never a secret. In a CSV the header is line 1 and a line break inside quotation marks begins no line. The link works for five minutes.',
    zh: {
      summary: '获取未入库行的 CSV 报告链接',
      description:
        '每行为行号、代码与原因,绝不包含卡密。CSV 文件的列名行为第 1 行,引号内的换行不另计行。链接五分钟内有效。',
    },
    refusals: ['not-found', 'batch-state-unfit'],
    example: {
      params: { batchId: samples.batchId },
      response: {
        batchId: samples.batchId,
        rejected: 12,
        url: `https://surety-imports.s3.eu-central-1.amazonaws.com/reports/${samples.batchId}.csv?X-Amz-Signature=…`,
        expiresAt: samples.later,
      },
    },
    idempotencyKey: false,
    status: 200,
    params: batchParams,
    query: common.noQuery,
    body: common.noBody,
    response: z.object({
      batchId: common.batchId,
      rejected: z.int(),
      url: z.string(),
      expiresAt: common.instant,
    }),
  },
] as const satisfies readonly Route[];
