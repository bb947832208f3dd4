import * as z from 'zod/mini';
import { productEventKinds } from '../../core/catalog/history.ts';
import { maxVersions, productKinds, productStatuses } from '../../core/catalog/product.ts';
import { reviewStates } from '../../core/catalog/review.ts';
import { maxSearchLength, maxSearchTerms, searchSorts, searchTermsOf } from '../../core/catalog/search.ts';
import {
  accountId,
  currencySchema,
  instant,
  limits,
  noBody,
  noParams,
  noQuery,
  page,
  pageQuery,
  positiveAmountMinor,
  productId,
  text,
} from './common.ts';
import { schemaNames } from './naming.ts';
import type { Route } from './route.ts';
import { roles } from './route.ts';
import * as samples from './samples.ts';
import { merchantLabelSchema, seller } from './seller.ts';

const catalogLimits = {
  titleLength: 200,
  quantityPerBuyer: 100_000,
} as const;

const kind = z.enum(productKinds);
const status = z.enum(productStatuses);
const category = z
  .string()
  .check(z.regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'must be a category of the policy'), z.maxLength(40));
const version = z.int().check(z.minimum(1), z.maximum(maxVersions));

/** What a merchant writes into a new version. */
const versionBody = z
  .strictObject({
    title: text(catalogLimits.titleLength),
    category,
    kind,
    priceMinor: positiveAmountMinor,
    currency: currencySchema,
    limits: z._default(
      z.strictObject({
        maxPerOrder: z._default(z.int().check(z.minimum(1), z.maximum(limits.keysPerOrder)), limits.keysPerOrder),
        maxPerBuyer: z.exactOptional(z.int().check(z.minimum(1), z.maximum(catalogLimits.quantityPerBuyer))),
      }),
      { maxPerOrder: limits.keysPerOrder },
    ),
    description: z.exactOptional(text(limits.textLength)),
    afterSalesTerms: text(limits.textLength),
    usageNotes: z.exactOptional(text(limits.textLength)),
  })
  .register(schemaNames, { id: 'NewVersion' });

const productVersion = z
  .object({
    version: z.int(),
    title: z.string(),
    category: z.string(),
    kind,
    priceMinor: z.int(),
    currency: currencySchema,
    limits: z.object({ maxPerOrder: z.int(), maxPerBuyer: z.optional(z.int()) }),
    description: z.optional(z.string()),
    afterSalesTerms: z.string(),
    usageNotes: z.optional(z.string()),
  })
  .register(schemaNames, { id: 'ProductVersion' });

const product = z
  .object({
    productId: z.string(),
    seller,
    status,
    latestVersion: z.int(),
    onSaleVersion: z.optional(z.int()),
    /** The highest version that was approved. */
    approvedVersion: z.optional(z.int()),
    createdAt: instant,
    onSale: z.optional(productVersion),
  })
  .register(schemaNames, { id: 'Product' });

const reviewState = z.enum(reviewStates);

const review = z
  .object({
    state: reviewState,
    submittedAt: instant,
    decidedAt: z.optional(instant),
    reason: z.optional(z.string()),
  })
  .register(schemaNames, { id: 'Review' });

const versionOfProduct = z
  .extend(productVersion, {
    productId: z.string(),
    seller,
    createdAt: instant,
    /** Absent until it is submitted for review, and for strangers. */
    review: z.optional(review),
  })
  .register(schemaNames, { id: 'VersionOfProduct' });

const fieldChange = z.object({
  field: z.string(),
  before: z.optional(z.union([z.string(), z.int()])),
  after: z.optional(z.union([z.string(), z.int()])),
  lines: z.optional(z.readonly(z.array(z.object({ sign: z.enum(['-', '+']), line: z.int(), text: z.string() })))),
  linesOmitted: z.optional(z.int()),
});

const productEvent = z
  .object({
    sequence: z.int(),
    kind: z.enum(productEventKinds),
    at: instant,
    by: z.object({ accountId: z.string(), apiKeyId: z.string() }),
    version: z.optional(z.int()),
    reason: z.optional(z.string()),
    changes: z.optional(z.readonly(z.array(fieldChange))),
  })
  .register(schemaNames, { id: 'ProductEvent' });

const listing = z.extend(productVersion, { productId: z.string(), seller }).register(schemaNames, { id: 'Listing' });

const wholeNumber = z.pipe(
  z.pipe(z.string().check(z.regex(/^\d{1,10}$/, 'must be a whole number')), z.transform(Number)),
  z.int().check(z.minimum(0), z.maximum(limits.amountMinor)),
);

const versionInPath = z.pipe(
  z.pipe(z.string().check(z.regex(/^\d{1,6}$/, 'must be a whole number')), z.transform(Number)),
  version,
);

const merchant = ['merchant'] as const;
const operator = ['operator'] as const;
/** Who may read a product that is not on sale; merchants only their own. */
const readers = ['merchant', 'operator', 'arbiter', 'auditor'] as const;

const versionParams = z.object({ productId, version: versionInPath });
/** Whoever decides says why: the merchant reads it, and so does whoever looks into the case later. */
const reasonBody = z.strictObject({ reason: text(limits.textLength) });

export const catalogRoutes = [
  {
    operation: 'createProduct',
    method: 'POST',
    path: '/v1/products',
    function: 'catalog',
    roles: merchant,
    summary: 'Creates a product as a draft, with its version 1',
    description:
      'The product begins as a draft that nobody else sees. Its version 1 holds what a buyer would be promised; the category must stand in the policy in force.',
    zh: {
      summary: '创建商品草稿及其第 1 版',
      description: '新商品为草稿,仅商家本人可见。第 1 版即对买家的承诺;类目须在现行白皮书内。',
    },
    refusals: ['merchant-not-admitted', 'category-unknown'],
    example: { body: samples.newVersion, response: samples.draft },
    idempotencyKey: true,
    status: 201,
    params: noParams,
    query: noQuery,
    body: versionBody,
    response: product,
  },
  {
    operation: 'addVersion',
    method: 'POST',
    path: '/v1/products/{productId}/versions',
    function: 'catalog',
    roles: merchant,
    summary: 'Adds an immutable version; what is on sale stays as it is',
    description:
      'A version never changes once it is written. Buyers see it only when you put it on sale; orders keep the version they were placed for.',
    zh: {
      summary: '新增一个不可更改的版本,在售版本不变',
      description: '版本写入后不再更改。上架之前买家看不到;订单始终对应下单时的版本。',
    },
    refusals: ['not-found', 'category-unknown', 'version-limit-reached'],
    example: { params: { productId: samples.productId }, body: samples.newVersion, response: samples.versionOfProduct },
    idempotencyKey: true,
    status: 201,
    params: z.object({ productId }),
    query: noQuery,
    body: versionBody,
    response: versionOfProduct,
  },
  {
    operation: 'putOnSale',
    method: 'POST',
    path: '/v1/products/{productId}/put-on-sale',
    function: 'catalog',
    roles: merchant,
    summary: 'Puts a version on sale, in place of the one that was',
    description:
      'Orders placed from now on are for this version. A repeated request answers with the product as it is now and brings no old price back.',
    zh: {
      summary: '上架某一版本,取代原在售版本',
      description: '此后的订单均对应该版本。重复请求返回商品当前状态,不会恢复旧价格。',
    },
    refusals: [
      'not-found',
      'product-version-unknown',
      'merchant-not-admitted',
      'product-not-on-sale',
      'category-unknown',
      'review-needed',
    ],
    example: { params: { productId: samples.productId }, body: { version: 1 }, response: samples.product },
    idempotencyKey: true,
    status: 200,
    params: z.object({ productId }),
    query: noQuery,
    body: z.strictObject({ version }),
    response: product,
  },
  {
    operation: 'submitVersion',
    method: 'POST',
    path: '/v1/products/{productId}/versions/{version}/submit',
    function: 'catalog',
    roles: merchant,
    summary: 'Asks for the review of a version that the policy wants reviewed before it goes on sale',
    description:
      'The policy says per label and category which versions are reviewed. One that differs from the last approved version in price or limits only needs no review, and asking for one is refused. A second call changes nothing.',
    zh: {
      summary: '提交版本审核',
      description:
        '哪些版本需要审核由白皮书按商家标签与类目规定。仅价格或限购与最近通过的版本不同的,无需审核,提交会被拒绝。重复调用不产生变化。',
    },
    refusals: ['not-found', 'product-version-unknown', 'review-state-unfit'],
    example: { params: samples.versionParams, response: samples.submittedVersion },
    idempotencyKey: false,
    status: 200,
    params: versionParams,
    query: noQuery,
    body: noBody,
    response: versionOfProduct,
  },
  {
    operation: 'approveVersion',
    method: 'POST',
    path: '/v1/products/{productId}/versions/{version}/approve',
    function: 'catalog',
    roles: operator,
    summary: 'Approves a submitted version, with the reason; its merchant may put it on sale then',
    description:
      'Approval is final. Later versions that say the same and differ in price or limits only inherit it. The same decision again changes nothing; the other one is refused.',
    zh: {
      summary: '审核通过已提交的版本,并说明理由',
      description:
        '通过后不可撤回。此后内容相同、仅价格或限购不同的版本无需再审。重复同一决定不产生变化,相反的决定会被拒绝。',
    },
    refusals: ['not-found', 'product-version-unknown', 'review-state-unfit'],
    example: { params: samples.versionParams, body: samples.decision, response: samples.approvedVersion },
    idempotencyKey: false,
    status: 200,
    params: versionParams,
    query: noQuery,
    body: reasonBody,
    response: versionOfProduct,
  },
  {
    operation: 'rejectVersion',
    method: 'POST',
    path: '/v1/products/{productId}/versions/{version}/reject',
    function: 'catalog',
    roles: operator,
    summary: 'Rejects a submitted version for good, with the reason; another version may answer it',
    description:
      'Rejection is final for this version and keeps it off sale; the merchant reads the reason and adds another version. What is on sale stays on sale.',
    zh: {
      summary: '驳回已提交的版本,并说明理由',
      description: '该版本永不得上架;商家可看到理由并新增版本。在售版本不受影响。',
    },
    refusals: ['not-found', 'product-version-unknown', 'review-state-unfit'],
    example: { params: samples.versionParams, body: samples.objection, response: samples.rejectedVersion },
    idempotencyKey: false,
    status: 200,
    params: versionParams,
    query: noQuery,
    body: reasonBody,
    response: versionOfProduct,
  },
  {
    operation: 'listReviews',
    method: 'GET',
    path: '/v1/reviews',
    function: 'catalog',
    roles: ['operator', 'auditor'],
    summary: 'Versions by the state of their review, first submitted first: the worklist of operators',
    description:
      'Without `state`, those that wait for a decision. What was submitted or decided a moment ago may not show yet.',
    zh: {
      summary: '按审核状态列出版本,先提交者在前',
      description: '不带 `state` 时列出待审核的版本。刚刚提交或刚刚决定的版本可能稍后才显示。',
    },
    refusals: [],
    example: { query: { state: 'submitted', limit: 50 }, response: { items: [samples.submittedVersion] } },
    idempotencyKey: false,
    status: 200,
    params: noParams,
    query: z.extend(pageQuery, { state: z._default(reviewState, 'submitted') }),
    body: noBody,
    response: page(versionOfProduct),
  },
  {
    operation: 'readHistory',
    method: 'GET',
    path: '/v1/products/{productId}/history',
    function: 'catalog',
    roles: readers,
    summary:
      'Who changed what of a product and when, newest first, with the difference of each version to the one before',
    description:
      'Each change stands here for good, written together with the change itself. Long texts are compared line by line, at most 20 lines of each. `editsIn30Days` counts the versions added in the last 30 days among the latest 200 changes: frequent edits are an early warning.',
    zh: {
      summary: '商品的变更历史:何人、何时、改了什么,新的在前',
      description:
        '每次变更与其记录同时写入,永久保留。长文本逐行比较,每项最多列出 20 行。`editsIn30Days` 为最近 200 次变更中近 30 天新增版本的次数;频繁修改是预警信号。',
    },
    refusals: ['not-found'],
    example: {
      params: { productId: samples.productId },
      query: { limit: 50 },
      response: { items: samples.productHistory, editsIn30Days: 1 },
    },
    idempotencyKey: false,
    status: 200,
    params: z.object({ productId }),
    query: pageQuery,
    body: noBody,
    response: z.extend(page(productEvent), {
      /** Versions added in the last 30 days; frequent edits are an early warning. Counts the latest 200 changes. */
      editsIn30Days: z.int(),
    }),
  },
  {
    operation: 'takeOffSale',
    method: 'POST',
    path: '/v1/products/{productId}/take-off-sale',
    function: 'catalog',
    roles: merchant,
    summary: 'Takes a product off sale; orders that were placed are not touched',
    description:
      'Nobody can order the product until a version is put on sale again. Paid orders are delivered as promised.',
    zh: { summary: '下架商品,不影响已有订单', description: '再次上架之前无法下单;已付款订单照常履行。' },
    refusals: ['not-found', 'product-not-on-sale'],
    example: { params: { productId: samples.productId }, response: samples.offSale },
    idempotencyKey: true,
    status: 200,
    params: z.object({ productId }),
    query: noQuery,
    body: noBody,
    response: product,
  },
  {
    operation: 'readProduct',
    method: 'GET',
    path: '/v1/products/{productId}',
    function: 'catalog',
    roles: readers,
    summary: 'A product with its status, for its owner and those who watch over the marketplace',
    description: 'A merchant sees his own products only; a foreign one answers like one that does not exist.',
    zh: { summary: '查看商品及其状态', description: '商家只能看到自己的商品;他人的商品视同不存在。' },
    refusals: ['not-found'],
    example: { params: { productId: samples.productId }, response: samples.product },
    idempotencyKey: false,
    status: 200,
    params: z.object({ productId }),
    query: noQuery,
    body: noBody,
    response: product,
  },
  {
    operation: 'readVersion',
    method: 'GET',
    path: '/v1/products/{productId}/versions/{version}',
    function: 'catalog',
    roles,
    summary: 'The text of a version that was ever on sale; before that, for those who may read the product only',
    description: 'What an order was placed for stays readable for ever, whatever the product says today.',
    zh: { summary: '查看某一版本的全文', description: '订单所对应的版本永久可查,不受商品后续变更影响。' },
    refusals: ['not-found'],
    example: { params: { productId: samples.productId, version: '1' }, response: samples.versionOfProduct },
    idempotencyKey: false,
    status: 200,
    params: versionParams,
    query: noQuery,
    body: noBody,
    response: versionOfProduct,
  },
  {
    operation: 'listVersions',
    method: 'GET',
    path: '/v1/products/{productId}/versions',
    function: 'catalog',
    roles: readers,
    summary: 'All versions of a product, newest first, for those who may read the product',
    description: 'Drafts included.',
    zh: { summary: '列出商品的全部版本,新的在前', description: '包括尚未上架的版本。' },
    refusals: ['not-found'],
    example: {
      params: { productId: samples.productId },
      query: { limit: 50 },
      response: { items: [samples.versionOfProduct] },
    },
    idempotencyKey: false,
    status: 200,
    params: z.object({ productId }),
    query: pageQuery,
    body: noBody,
    response: page(versionOfProduct),
  },
  {
    operation: 'listProducts',
    method: 'GET',
    path: '/v1/products',
    function: 'catalog',
    roles: merchant,
    summary: 'The products of the merchant that asks, newest first',
    description: 'Drafts and products off sale included.',
    zh: { summary: '列出本商家的商品,新的在前', description: '包括草稿与已下架商品。' },
    refusals: [],
    example: { query: { limit: 50 }, response: { items: [samples.product] } },
    idempotencyKey: false,
    status: 200,
    params: noParams,
    query: pageQuery,
    body: noBody,
    response: page(product),
  },
  {
    operation: 'browseCatalog',
    method: 'GET',
    path: '/v1/catalog',
    function: 'catalog',
    roles: 'public',
    summary: 'What is on sale, searched and filtered; a page may be short and still have a next one',
    description:
      'Filters combine. `text` finds listings whose title and seller together have every word asked for; of Chinese, Japanese and Korean any two adjacent characters, or a single one. Upper and lower case and full-width forms count as the same. Without `sort` a search begins with the listing that says least beside what was asked for, and a list without `text` with the lowest price. Each listing names the seller who is liable for it. What changed a moment ago may be found a moment later.',
    zh: {
      summary: '搜索并筛选在售商品',
      description:
        '筛选条件可以组合。`text` 匹配标题与商家名称,须包含全部词语;中文、日文、韩文可按任意相邻两字或单字搜索,不区分大小写与全角半角。不指定 `sort` 时,搜索结果以最贴合者在前,无 `text` 时以价格低者在前。每件商品均标明责任商家。刚刚变更的内容可能稍后才能搜到。',
    },
    refusals: [],
    example: {
      query: { text: 'starlight', category: 'game-point-card', limit: 20 },
      response: { items: [samples.listing] },
    },
    idempotencyKey: false,
    status: 200,
    params: noParams,
    query: z
      .extend(pageQuery, {
        text: z.optional(
          text(maxSearchLength).check(
            z.refine((value) => searchTermsOf(value).length > 0, 'must have a letter or a digit'),
            z.refine(
              (value) => searchTermsOf(value).length <= maxSearchTerms,
              `must ask for at most ${maxSearchTerms} words and pairs of characters, once abbreviations are written out`,
            ),
          ),
        ),
        category: z.optional(category),
        label: z.optional(merchantLabelSchema),
        merchantId: z.optional(accountId),
        minPriceMinor: z.optional(wholeNumber),
        maxPriceMinor: z.optional(wholeNumber),
        /** By relevance where there is a text, else by price. */
        sort: z.optional(z.enum(searchSorts)),
      })
      .check(
        z.refine(({ sort, text: asked }) => sort !== 'relevance' || asked !== undefined, {
          path: ['sort'],
          error: 'relevance needs a text to be relevant to',
        }),
        z.refine(({ minPriceMinor = 0, maxPriceMinor = limits.amountMinor }) => minPriceMinor <= maxPriceMinor, {
          path: ['maxPriceMinor'],
          error: 'must not be below minPriceMinor',
        }),
      ),
    body: noBody,
    response: page(listing),
  },
  {
    operation: 'readListing',
    method: 'GET',
    path: '/v1/catalog/{productId}',
    function: 'catalog',
    roles: 'public',
    summary: 'The version of a product that is on sale, with the seller who is liable',
    description: 'What a buyer should read before ordering: text, price, limits, after-sales terms.',
    zh: { summary: '查看在售版本及责任商家', description: '买家下单前应阅读的内容:说明、价格、限购与售后条款。' },
    refusals: ['not-found'],
    example: { params: { productId: samples.productId }, response: samples.listing },
    idempotencyKey: false,
    status: 200,
    params: z.object({ productId }),
    query: noQuery,
    body: noBody,
    response: listing,
  },
] as const satisfies readonly Route[];
