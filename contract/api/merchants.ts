import * as z from 'zod/mini';
import { documentMediaTypes, documentStatuses } from '../../core/identity/document.ts';
import { merchantActions, merchantStandings, merchantVerdicts } from '../../core/identity/merchant.ts';
import { noticeKinds } from '../../core/identity/notice.ts';
import { documentKinds } from '../../core/policy/policy.ts';
import { accountId, idPattern, instant, limits, noBody, noParams, noQuery, page, pageQuery, text } from './common.ts';
import { schemaNames } from './naming.ts';
import type { Route } from './route.ts';
import { roles } from './route.ts';
import * as samples from './samples.ts';
import { merchantLabelSchema } from './seller.ts';

export const merchantLimits = {
  applicationBodyBytes: 16_384,
  /** Applications that are taken in one hour, from everybody together. */
  applicationsPerHour: 300,
  statementLength: 2_000,
  reasonLength: 1_000,
  emailLength: 254,
  documentBytes: 10_485_760,
  fileNameLength: 200,
  /** How long an upload's form and a link to a document are good for. */
  linkSeconds: 600,
} as const;

const documentId = idPattern('doc');
const standing = z.enum(merchantStandings);
const kind = z.enum(documentKinds);
const name = text(limits.nameLength);
const reason = text(merchantLimits.reasonLength);
const categories = z
  .array(z.string().check(z.regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'must be a category of the policy'), z.maxLength(40)))
  .check(z.minLength(1), z.maxLength(20));

/** What an applicant says of himself. The platform's own label cannot be applied for. */
const applicationFields = {
  legalName: name,
  legalRepresentative: z.exactOptional(name),
  contactEmail: z.email().check(z.maxLength(merchantLimits.emailLength)),
  contactPhone: z.exactOptional(
    z.string().check(z.regex(/^\+?[0-9][0-9 -]{4,24}$/, 'must be a telephone number: digits, spaces, hyphens')),
  ),
  label: z._default(z.enum(['gold', 'standard']), 'standard'),
  categories,
  statement: text(merchantLimits.statementLength),
};

const merchant = z
  .object({
    accountId: z.string(),
    name: z.string(),
    label: merchantLabelSchema,
    standing,
    standingSince: instant,
    warnings: z.int(),
  })
  .register(schemaNames, { id: 'Merchant' });

/** A merchant's whole file, for himself, operators and auditors. */
const merchantFile = z
  .extend(merchant, {
    requiredDocuments: z.array(kind),
    /** Of those, what is not accepted or has expired; empty where an operator vouched for the merchant. */
    missingDocuments: z.array(kind),
    isVouchedFor: z.boolean(),
    /** Until a moment after this, products may still show the earlier label or standing. */
    carryingThroughSince: z.optional(instant),
    application: z.optional(
      z.object({
        legalName: z.string(),
        legalRepresentative: z.optional(z.string()),
        contactEmail: z.string(),
        contactPhone: z.optional(z.string()),
        label: merchantLabelSchema,
        categories: z.array(z.string()),
        statement: z.string(),
        appliedAt: instant,
      }),
    ),
  })
  .register(schemaNames, { id: 'MerchantFile' });

const appliedMerchant = z
  .extend(merchant, {
    apiKeyId: z.string(),
    /** Present in the first answer only: what is stored cannot bring it back. */
    token: z.optional(z.string()),
    /** Stands in for the token when the request is repeated. */
    note: z.optional(z.string()),
  })
  .register(schemaNames, { id: 'AppliedMerchant' });

export const eventSchema = z
  .object({
    eventId: z.string(),
    action: z.enum(merchantActions),
    from: z.optional(standing),
    to: standing,
    label: merchantLabelSchema,
    /** The account that acted; `rule` where the policy did. */
    by: z.string(),
    at: instant,
    reason: z.string(),
  })
  .register(schemaNames, { id: 'MerchantEvent' });

export const noticeSchema = z
  .object({
    noticeId: z.string(),
    kind: z.enum(noticeKinds),
    at: instant,
    detail: z.string(),
    standing: z.optional(standing),
    label: z.optional(merchantLabelSchema),
    documentId: z.optional(z.string()),
    expiresAt: z.optional(instant),
  })
  .register(schemaNames, { id: 'Notice' });

export const documentSchema = z
  .object({
    documentId: z.string(),
    accountId: z.string(),
    kind,
    number: z.optional(z.string()),
    issuer: z.optional(z.string()),
    expiresAt: z.optional(instant),
    fileName: z.string(),
    sizeBytes: z.int(),
    contentType: z.enum(documentMediaTypes),
    status: z.enum(documentStatuses),
    createdAt: instant,
    reviewedAt: z.optional(instant),
    reviewedBy: z.optional(z.string()),
    reviewReason: z.optional(z.string()),
  })
  .register(schemaNames, { id: 'Document' });

const broughtDocument = z
  .extend(documentSchema, {
    /** A form for one file: POST its fields and then the file, as `multipart/form-data`, to the URL. */
    upload: z.optional(
      z.object({ url: z.string(), fields: z.record(z.string(), z.string()), expiresAt: instant, maxBytes: z.int() }),
    ),
  })
  .register(schemaNames, { id: 'BroughtDocument' });

const readableDocument = z
  .extend(documentSchema, {
    /** Absent until the file is uploaded. */
    file: z.optional(z.object({ url: z.string(), expiresAt: instant, sizeBytes: z.int(), etag: z.string() })),
  })
  .register(schemaNames, { id: 'ReadableDocument' });

const params = z.object({ accountId });
const documentParams = z.object({ accountId, documentId });
const watchers = ['merchant', 'operator', 'auditor'] as const;

export const merchantRoutes = [
  {
    operation: 'applyAsMerchant',
    method: 'POST',
    path: '/v1/merchant-applications',
    function: 'admission',
    roles: 'public',
    summary:
      'Applies as a merchant; the answer shows the first API key, this once. Nothing can be sold before admission',
    description:
      "Anybody may apply. The answer shows the account's first API key, this once: with it the applicant brings documents and reads how he stands. Nothing can be listed or sold before admission. How many applications one hour takes is bounded. A repeated request is told by e-mail address and Idempotency-Key together.",
    zh: {
      summary: '申请成为商家;应答中一次性给出首个 API 密钥',
      description:
        '任何人均可申请。申请人凭该密钥提交资质文件并查询进度;准入前不能上架或销售。每小时受理的申请数量有限。重复请求按邮箱与 Idempotency-Key 共同识别。',
    },
    refusals: ['category-unknown', 'applications-limit-reached'],
    example: { body: samples.application, response: samples.appliedMerchant },
    idempotencyKey: true,
    status: 201,
    maxBodyBytes: merchantLimits.applicationBodyBytes,
    params: noParams,
    query: noQuery,
    body: z.strictObject({ name, ...applicationFields }),
    response: appliedMerchant,
  },
  {
    operation: 'reapplyAsMerchant',
    method: 'POST',
    path: '/v1/merchants/{accountId}/applications',
    function: 'admission',
    roles: ['merchant'],
    summary: 'Applies again after a rejection, with a new application in place of the old one',
    description: 'The label wished for now is the one that is reviewed. Documents that were accepted stay accepted.',
    zh: {
      summary: '被拒后重新申请,新申请取代旧申请',
      description: '以本次申请的标签进行审核;已通过的文件继续有效。',
    },
    refusals: ['not-found', 'merchant-standing-unfit', 'category-unknown'],
    example: { params: { accountId: samples.merchantId }, body: samples.reapplication, response: samples.merchantFile },
    idempotencyKey: true,
    status: 200,
    maxBodyBytes: merchantLimits.applicationBodyBytes,
    params,
    query: noQuery,
    body: z.strictObject(applicationFields),
    response: merchantFile,
  },
  {
    operation: 'listMerchants',
    method: 'GET',
    path: '/v1/merchants',
    function: 'admission',
    roles: ['operator', 'auditor'],
    summary: 'The merchants of one standing, longest in it first: with `applied`, the worklist of admission',
    description:
      'Without a standing it lists those who applied. From an index: what was decided a moment ago may not show yet.',
    zh: {
      summary: '按状态列出商家,等待最久者在前;默认为待审申请',
      description: '未指定状态时列出待审申请。列表来自索引,刚刚作出的决定可能稍后才显示。',
    },
    refusals: [],
    example: { query: { standing: 'applied' }, response: { items: samples.merchants } },
    idempotencyKey: false,
    status: 200,
    params: noParams,
    query: z.extend(pageQuery, { standing: z._default(standing, 'applied') }),
    body: noBody,
    response: page(merchant),
  },
  {
    operation: 'readMerchant',
    method: 'GET',
    path: '/v1/merchants/{accountId}',
    function: 'admission',
    roles: watchers,
    summary: 'The file of a merchant: standing, label, application, missing documents',
    description:
      'For the merchant himself, operators and auditors. It says which documents the policy asks for under his label, and which of them are missing.',
    zh: {
      summary: '查看商家档案:状态、标签、申请与所缺文件',
      description: '仅商家本人、运营与审计可见。列明其标签所需的文件以及尚缺的文件。',
    },
    refusals: ['not-found'],
    example: { params: { accountId: samples.merchantId }, response: samples.merchantFile },
    idempotencyKey: false,
    status: 200,
    params,
    query: noQuery,
    body: noBody,
    response: merchantFile,
  },
  {
    operation: 'decideMerchant',
    method: 'POST',
    path: '/v1/merchants/{accountId}/decisions',
    function: 'admission',
    roles: ['operator'],
    summary: 'Reviews, admits, rejects, warns, suspends, reinstates or bans a merchant, with a reason he can read',
    description:
      'Steps: `begin_review` takes up an application, `admit` or `reject` end the review, `warn` leaves everything as it is, `suspend` and `reinstate` close and open the shop, `ban` is for good. Each is kept with author, time and reason, and the merchant is told. To admit and to reinstate need the documents of the policy. Most products hear of it before this answers, the others within minutes; until then an order may still be placed. What was placed before stays as it was.',
    zh: {
      summary: '对商家作出决定:受理、准入、拒绝、警告、暂停、恢复或封禁,并说明理由',
      description:
        '每个决定均记录操作人、时间与理由,并通知商家。准入与恢复须具备白皮书要求的文件。多数商品在应答前即已更新,其余在数分钟内更新,其间仍可能有订单产生;此前已下的订单不受影响。',
    },
    refusals: ['not-found', 'merchant-standing-unfit', 'documents-missing'],
    example: {
      params: { accountId: samples.merchantId },
      body: samples.warning,
      response: samples.warnedMerchant,
    },
    idempotencyKey: true,
    status: 200,
    params,
    query: noQuery,
    body: z
      .strictObject({ verdict: z.enum(merchantVerdicts), reason, label: z.exactOptional(merchantLabelSchema) })
      .check(
        z.refine((body) => body.label === undefined || body.verdict === 'admit', {
          path: ['label'],
          error: 'is given with the verdict admit only; later it is changed at …/label',
        }),
      ),
    response: merchantFile,
  },
  {
    operation: 'relabelMerchant',
    method: 'POST',
    path: '/v1/merchants/{accountId}/label',
    function: 'admission',
    roles: ['operator'],
    summary: 'Gives a merchant another label; orders that were placed keep theirs',
    description:
      'For admitted and suspended merchants. The new label needs the documents that the policy asks for under it. Orders that were placed keep the label they were placed under.',
    zh: {
      summary: '变更商家标签;已下订单保留原标签',
      description: '适用于已准入或已暂停的商家;新标签所需文件须齐备。已下订单沿用下单时的标签。',
    },
    refusals: ['not-found', 'merchant-standing-unfit', 'documents-missing'],
    example: {
      params: { accountId: samples.merchantId },
      body: samples.relabel,
      response: samples.relabelledMerchant,
    },
    idempotencyKey: true,
    status: 200,
    params,
    query: noQuery,
    body: z.strictObject({ label: merchantLabelSchema, reason }),
    response: merchantFile,
  },
  {
    operation: 'listMerchantHistory',
    method: 'GET',
    path: '/v1/merchants/{accountId}/history',
    function: 'admission',
    roles: watchers,
    summary: 'What was decided about a merchant, by whom and why, newest first',
    description:
      'Every step of admission, every warning, label and reviewed document, with who, when and why. For the merchant himself, operators and auditors.',
    zh: {
      summary: '查看商家历史记录,最新在前',
      description: '包括准入的每一步、警告、标签变更与文件审核,均载明操作人、时间与理由。仅商家本人、运营与审计可见。',
    },
    refusals: ['not-found'],
    example: { params: { accountId: samples.merchantId }, response: { items: samples.merchantHistory } },
    idempotencyKey: false,
    status: 200,
    params,
    query: pageQuery,
    body: noBody,
    response: page(eventSchema),
  },
  {
    operation: 'bringDocument',
    method: 'POST',
    path: '/v1/merchants/{accountId}/documents',
    function: 'admission',
    roles: ['merchant'],
    summary: 'Announces a document; the answer holds the form with which its file is uploaded',
    description:
      "Send the form's fields and then the file, as `multipart/form-data`, to its URL before it expires; a repeated request gets a fresh form. The file may be no larger than announced, and PDF, JPEG or PNG. A document with an end is announced with it: reminders come before, and at its end it no longer counts.",
    zh: {
      summary: '申报资质文件,应答中给出上传表单',
      description:
        '请在表单有效期内,以 `multipart/form-data` 依次发送各字段与文件;重复请求将获得新表单。文件不得大于申报大小,格式为 PDF、JPEG 或 PNG。有有效期的文件须一并申报;到期前会提醒,到期后不再有效。',
    },
    refusals: ['not-found', 'merchant-standing-unfit', 'document-limit-reached'],
    example: {
      params: { accountId: samples.merchantId },
      body: samples.newDocument,
      response: samples.broughtDocument,
    },
    idempotencyKey: true,
    status: 201,
    params,
    query: noQuery,
    body: z.strictObject({
      kind,
      number: z.exactOptional(name),
      issuer: z.exactOptional(name),
      expiresAt: z.exactOptional(instant),
      fileName: text(merchantLimits.fileNameLength),
      sizeBytes: z.int().check(z.minimum(1), z.maximum(merchantLimits.documentBytes)),
      contentType: z.enum(documentMediaTypes),
    }),
    response: broughtDocument,
  },
  {
    operation: 'listDocuments',
    method: 'GET',
    path: '/v1/merchants/{accountId}/documents',
    function: 'admission',
    roles: watchers,
    summary: 'The documents of a merchant, newest first',
    description: 'Without their files. For the merchant himself, operators and auditors.',
    zh: {
      summary: '列出商家的资质文件,最新在前',
      description: '不含文件内容。仅商家本人、运营与审计可见。',
    },
    refusals: ['not-found'],
    example: { params: { accountId: samples.merchantId }, response: { items: samples.documents } },
    idempotencyKey: false,
    status: 200,
    params,
    query: pageQuery,
    body: noBody,
    response: page(documentSchema),
  },
  {
    operation: 'readDocument',
    method: 'GET',
    path: '/v1/merchants/{accountId}/documents/{documentId}',
    function: 'admission',
    roles: watchers,
    summary: 'A document with a short-lived link to its file',
    description:
      '`file` is absent until something was uploaded. The link leads to the content that was accepted, or to what was uploaded last, and ends after minutes; `etag` is what an operator sends to accept that content.',
    zh: {
      summary: '查看一份资质文件,并获得短时有效的下载链接',
      description: '上传之前没有 `file`。链接指向已通过的内容或最近上传的内容,数分钟后失效;运营凭 `etag` 通过该内容。',
    },
    refusals: ['not-found'],
    example: { params: samples.documentParams, response: samples.readableDocument },
    idempotencyKey: false,
    status: 200,
    params: documentParams,
    query: noQuery,
    body: noBody,
    response: readableDocument,
  },
  {
    operation: 'reviewDocument',
    method: 'POST',
    path: '/v1/merchants/{accountId}/documents/{documentId}/review',
    function: 'admission',
    roles: ['operator'],
    summary: 'Accepts the content that was read, told by its etag, or rejects the document, with a reason',
    description:
      'To accept sends the `etag` that reading the document showed, so that nothing is accepted that nobody read. An accepted document counts from the same moment; one that was rejected is replaced by another.',
    zh: {
      summary: '审核资质文件:通过所阅读的内容,或拒绝,并说明理由',
      description:
        '通过时须发送阅读文件时得到的 `etag`,确保通过的正是所阅读的内容。通过后立即生效;被拒的文件须另行提交。',
    },
    refusals: ['not-found', 'document-state-unfit', 'document-not-uploaded', 'document-changed'],
    example: {
      params: samples.documentParams,
      body: samples.documentReview,
      response: samples.acceptedDocument,
    },
    idempotencyKey: true,
    status: 200,
    params: documentParams,
    query: noQuery,
    body: z
      .strictObject({
        verdict: z.enum(['accept', 'reject']),
        reason,
        etag: z.exactOptional(z.string().check(z.minLength(1), z.maxLength(200))),
      })
      .check(
        z.refine((body) => (body.verdict === 'accept') === (body.etag !== undefined), {
          path: ['etag'],
          error: 'must be given to accept, as reading the document showed it, and not to reject',
        }),
      ),
    response: documentSchema,
  },
  {
    operation: 'listNotices',
    method: 'GET',
    path: '/v1/me/notices',
    function: 'admission',
    roles,
    summary: 'What the account that asks was told, newest first',
    description: 'Decisions about the account, reviewed documents, documents that expire soon or have expired.',
    zh: {
      summary: '查看本账户收到的通知,最新在前',
      description: '包括对本账户的决定、文件审核结果、即将到期与已到期的文件。',
    },
    refusals: [],
    example: { response: { items: samples.notices } },
    idempotencyKey: false,
    status: 200,
    params: noParams,
    query: pageQuery,
    body: noBody,
    response: page(noticeSchema),
  },
] as const satisfies readonly Route[];
