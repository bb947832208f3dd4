import type { Author } from '../../core/catalog/history.ts';
import { priceFor } from '../../core/catalog/price.ts';
import {
  type Product,
  type ProductVersion,
  type Seller,
  type StoredVersion,
  sellerOf,
} from '../../core/catalog/product.ts';
import { type Result, refuse } from '../../core/shared/result.ts';
import type { Caller } from '../http/request.ts';

/** A product as its owner, operators and auditors see it. */
export const viewProduct = (product: Product) => ({ ...product, seller: sellerOf(product) });

/** What is on sale, as everybody sees it; undefined while nothing is, or its merchant may not sell. */
export const viewListing = (product: Product): (ProductVersion & { productId: string; seller: Seller }) | undefined =>
  product.sellerStanding !== 'admitted' || product.onSale === undefined
    ? undefined
    : {
        ...product.onSale,
        priceMinor: priceFor(product.onSale, undefined),
        productId: product.productId,
        seller: sellerOf(product),
      };

/** A foreign product answers like one that does not exist. */
export const noSuchProduct = refuse('not-found', 'You have no such product.', 'path.productId');

export const noSuchVersion = (product: Product, field: string) =>
  refuse('product-version-unknown', `This product has the versions 1 to ${product.latestVersion}.`, field);

export const reusedIdempotencyKey: Result<never> = refuse(
  'idempotency-key-reused',
  'This Idempotency-Key changed the catalog by another request. Send a fresh one for a new intention.',
  'headers.Idempotency-Key',
);

/** Under whose name a change stands in the history. */
export const authorOf = ({ accountId, apiKeyId }: Caller): Author => ({ accountId, apiKeyId });

/** A version as those see it who may read its product. */
export const viewVersion = ({ firstOnSaleAt, ...version }: StoredVersion) => version;

/** A version as everybody sees it who was ever offered it: what reviewers said of it is not his business. */
export const viewPublishedVersion = ({ firstOnSaleAt, review, ...version }: StoredVersion) => version;
