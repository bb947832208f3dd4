import * as z from 'zod/mini';
import { maxVersions, productKinds, productStatuses } from '../../core/catalog/product.ts';
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
import { merchantLabelSchema } from './identity.ts';
import type { Route } from './route.ts';
import { roles } from './route.ts';

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
const versionBody = z.strictObject({
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
  afterSalesTerms: text(limits.textLength),
  usageNotes: z.exactOptional(text(limits.textLength)),
});

const productVersion = z.object({
  version: z.int(),
  title: z.string(),
  category: z.string(),
  kind,
  priceMinor: z.int(),
  currency: currencySchema,
  limits: z.object({ maxPerOrder: z.int(), maxPerBuyer: z.optional(z.int()) }),
  afterSalesTerms: z.string(),
  usageNotes: z.optional(z.string()),
});

/** The liable seller: a label never hides him. */
const seller = z.object({ merchantId: z.string(), name: z.string(), label: merchantLabelSchema });

const product = z.object({
  productId: z.string(),
  seller,
  status,
  latestVersion: z.int(),
  onSaleVersion: z.optional(z.int()),
  createdAt: instant,
  onSale: z.optional(productVersion),
});

const versionOfProduct = z.extend(productVersion, { productId: z.string(), seller, createdAt: instant });

const listing = z.extend(productVersion, { productId: z.string(), seller });

const wholeNumber = z.pipe(
  z.pipe(z.string().check(z.regex(/^\d{1,10}$/, 'must be a whole number')), z.transform(Number)),
  z.int().check(z.minimum(0), z.maximum(limits.amountMinor)),
);

const versionInPath = z.pipe(
  z.pipe(z.string().check(z.regex(/^\d{1,6}$/, 'must be a whole number')), z.transform(Number)),
  version,
);

const merchant = ['merchant'] as const;

export const catalogRoutes = [
  {
    operation: 'createProduct',
    method: 'POST',
    path: '/v1/products',
    function: 'catalog',
    roles: merchant,
    summary: 'Creates a product as a draft, with its version 1',
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
    idempotencyKey: true,
    status: 200,
    params: z.object({ productId }),
    query: noQuery,
    body: z.strictObject({ version }),
    response: product,
  },
  {
    operation: 'takeOffSale',
    method: 'POST',
    path: '/v1/products/{productId}/take-off-sale',
    function: 'catalog',
    roles: merchant,
    summary: 'Takes a product off sale; orders that were placed are not touched',
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
    roles: ['merchant', 'operator', 'auditor'],
    summary: 'A product with its status, for its owner, operators and auditors',
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
    summary: 'The text of a version that was ever on sale; before that, for its owner, operators and auditors only',
    idempotencyKey: false,
    status: 200,
    params: z.object({ productId, version: versionInPath }),
    query: noQuery,
    body: noBody,
    response: versionOfProduct,
  },
  {
    operation: 'listVersions',
    method: 'GET',
    path: '/v1/products/{productId}/versions',
    function: 'catalog',
    roles: ['merchant', 'operator', 'auditor'],
    summary: 'All versions of a product, newest first, for its owner, operators and auditors',
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
    summary: 'What is on sale, by price; a page may be short and still have a next one',
    idempotencyKey: false,
    status: 200,
    params: noParams,
    query: z
      .extend(pageQuery, {
        category: z.optional(category),
        merchantId: z.optional(accountId),
        minPriceMinor: z.optional(wholeNumber),
        maxPriceMinor: z.optional(wholeNumber),
        sort: z._default(z.enum(['price', '-price']), 'price'),
      })
      .check(
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
    idempotencyKey: false,
    status: 200,
    params: z.object({ productId }),
    query: noQuery,
    body: noBody,
    response: listing,
  },
] as const satisfies readonly Route[];
