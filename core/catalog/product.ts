import type { AccountRole } from '../identity/account.ts';
import type { MerchantStanding } from '../identity/merchant.ts';
import { hasCategory, type MerchantLabel, type Policy } from '../policy/policy.ts';
import type { Instant } from '../shared/instant.ts';
import type { Currency } from '../shared/money.ts';
import { accept, type Result, refuse } from '../shared/result.ts';
import { passReview, type VersionReview, withApproval } from './review.ts';

/** How an order of the product is fulfilled. */
export const productKinds = ['card_key'] as const;
export type ProductKind = (typeof productKinds)[number];

export const productStatuses = ['draft', 'on_sale', 'off_sale'] as const;
export type ProductStatus = (typeof productStatuses)[number];

/** What a listing says. It never changes: another text or price is another version. */
export type ProductVersion = {
  readonly version: number;
  readonly title: string;
  /** One of the policy's categories. */
  readonly category: string;
  readonly kind: ProductKind;
  readonly priceMinor: number;
  readonly currency: Currency;
  readonly limits: PurchaseLimits;
  /** What is sold, at length. */
  readonly description?: string;
  readonly afterSalesTerms: string;
  readonly usageNotes?: string;
};

type PurchaseLimits = {
  readonly maxPerOrder: number;
  /** Over all orders of one buyer, whatever the version; absent where there is no limit. */
  readonly maxPerBuyer?: number;
};

export type Product = {
  readonly productId: string;
  readonly merchantId: string;
  readonly merchantName: string;
  readonly merchantLabel: MerchantLabel;
  /** How the merchant stood when this record was last told. Only while it says `admitted` is anything shown or sold. */
  readonly sellerStanding: MerchantStanding;
  /** The merchant's `merchantSeq` that name, label and standing are from; an earlier one never replaces a later. */
  readonly sellerSeq: number;
  readonly status: ProductStatus;
  readonly latestVersion: number;
  readonly createdAt: Instant;
  /** Changes so far; each is written over the number it was decided on, and has an event of its own. */
  readonly revision: number;
  /** The highest version that was approved; one that says the same needs no review of its own. */
  readonly approvedVersion?: number;
  /** The version on sale; present exactly while the status is `on_sale`. */
  readonly onSaleVersion?: number;
  readonly onSale?: ProductVersion;
};

/** Who sells, and is liable. Shown with everything he lists: a label never hides him. */
export type Seller = { readonly merchantId: string; readonly name: string; readonly label: MerchantLabel };

/** A seller as his account knows him, with the number of that knowledge. */
export type StandingSeller = Seller & { readonly standing: MerchantStanding; readonly seq: number };

/** A version as it is kept, readable for good. */
export type StoredVersion = ProductVersion & {
  readonly productId: string;
  readonly seller: Seller;
  readonly createdAt: Instant;
  /** Since then anybody may read this version: an order may name it. */
  readonly firstOnSaleAt?: Instant;
  /** Absent until it is submitted. */
  readonly review?: VersionReview;
};

export type VersionDraft = Omit<ProductVersion, 'version'>;

/** Where a sale action leads from each status; `undefined` where it is refused. Leading back to itself is no error. */
const productTransitions: Readonly<
  Record<'putOnSale' | 'takeOffSale', Readonly<Record<ProductStatus, ProductStatus | undefined>>>
> = {
  putOnSale: { draft: 'on_sale', on_sale: 'on_sale', off_sale: 'on_sale' },
  takeOffSale: { draft: undefined, on_sale: 'off_sale', off_sale: 'off_sale' },
};

/** Refuses `category-unknown` for a category that the policy does not list. */
export const admitVersion = (policy: Policy, draft: VersionDraft): Result<VersionDraft> =>
  hasCategory(policy, draft.category)
    ? accept(draft)
    : refuse(
        'category-unknown',
        `The policy lists ${policy.categories.map(({ id }) => id).join(', ')}.`,
        'body.category',
      );

/** Refuses `merchant-not-admitted` for a merchant who may not sell. */
export const admitSeller = ({ standing }: Pick<StandingSeller, 'standing'>): Result<'admitted'> =>
  standing === 'admitted'
    ? accept(standing)
    : refuse(
        'merchant-not-admitted',
        `Only an admitted merchant offers products; you are ${standing}. GET /v1/merchants/{accountId} says what is missing.`,
      );

/** The product as its merchant stands now. What is on sale stays, and is neither shown nor sold unless he is admitted. */
export const withSeller = (product: Product, seller: StandingSeller): Product => ({
  ...product,
  merchantName: seller.name,
  merchantLabel: seller.label,
  sellerStanding: seller.standing,
  sellerSeq: seller.seq,
});

/** A new product, with its version 1 and nothing on sale. */
export const draftProduct = (
  productId: string,
  { standing, seq, ...seller }: StandingSeller,
  draft: VersionDraft,
  now: Instant,
): { product: Product; first: StoredVersion } => ({
  product: {
    productId,
    merchantId: seller.merchantId,
    merchantName: seller.name,
    merchantLabel: seller.label,
    sellerStanding: standing,
    sellerSeq: seq,
    status: 'draft',
    latestVersion: 1,
    createdAt: now,
    revision: 1,
  },
  first: { ...draft, version: 1, productId, seller, createdAt: now },
});

/** Versions of one product: what its sort key can number. */
export const maxVersions = 999_999;

/** The version after the product's latest. Refuses `version-limit-reached`. */
export const nextVersion = (product: Product, draft: VersionDraft, now: Instant): Result<StoredVersion> =>
  product.latestVersion < maxVersions
    ? accept({
        ...draft,
        version: product.latestVersion + 1,
        productId: product.productId,
        seller: sellerOf(product),
        createdAt: now,
      })
    : refuse('version-limit-reached', `A product may have ${maxVersions} versions. Create another product.`);

/**
 * The product with this version on sale, in place of any other.
 * Refuses, in this order: `merchant-not-admitted`, `category-unknown`, `review-needed`.
 *
 * @param approved the last approved version of the product, where there is one
 */
export const putOnSale = (
  policy: Policy,
  product: Product,
  stored: StoredVersion,
  approved: StoredVersion | undefined,
): Result<Product> => {
  const mayOffer = admitSeller({ standing: product.sellerStanding });
  if (!mayOffer.ok) return mayOffer;
  const { productId, seller, createdAt, firstOnSaleAt, review, ...version } = stored;
  const admitted = admitVersion(policy, version);
  const status = productTransitions.putOnSale[product.status];
  if (!admitted.ok) return admitted;
  const passed = passReview(policy, product, stored, approved);
  if (!passed.ok) return passed;
  if (status === undefined) return refuse('product-not-on-sale', 'This product cannot be put on sale.');
  return accept({ ...product, status, onSaleVersion: version.version, onSale: version });
};

/** The product with nothing on sale. Refuses `product-not-on-sale` for one that never was. */
export const takeOffSale = (product: Product): Result<Product> => {
  const status = productTransitions.takeOffSale[product.status];
  if (status === undefined) return refuse('product-not-on-sale', 'This product was never on sale.');
  const { onSale, onSaleVersion, ...rest } = product;
  return accept({ ...rest, status });
};

/** The product after a review was decided: others inherit from an approved version, and a rejected one is not sold any more. */
export const afterReview = (product: Product, version: StoredVersion): Product => {
  if (version.review?.state !== 'rejected' || product.onSaleVersion !== version.version)
    return withApproval(product, version);
  const taken = takeOffSale(product);
  return taken.ok ? taken.value : product;
};

export const sellerOf = (product: Product): Seller => ({
  merchantId: product.merchantId,
  name: product.merchantName,
  label: product.merchantLabel,
});

type Viewer = { readonly accountId: string; readonly role: AccountRole };

/** Owners see their drafts; those who watch over the marketplace see everything. */
export const mayReadProduct = (viewer: Viewer, merchantId: string): boolean =>
  viewer.accountId === merchantId || watchers.has(viewer.role);

const watchers: ReadonlySet<AccountRole> = new Set(['operator', 'arbiter', 'auditor']);

/** What was ever on sale is everybody's to read, for good. */
export const mayReadVersion = (viewer: Viewer, version: StoredVersion): boolean =>
  version.firstOnSaleAt !== undefined || mayReadProduct(viewer, version.seller.merchantId);
