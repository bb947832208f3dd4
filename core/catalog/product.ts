import type { MerchantLabel } from '../policy/policy.ts';
import type { Instant } from '../shared/instant.ts';
import type { Currency } from '../shared/money.ts';

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
  readonly afterSalesTerms: string;
  readonly usageNotes?: string;
};

export type PurchaseLimits = {
  readonly maxPerOrder: number;
  /** Over all orders of one buyer, whatever the version; absent where there is no limit. */
  readonly maxPerBuyer?: number;
};

export type Product = {
  readonly productId: string;
  readonly merchantId: string;
  readonly merchantName: string;
  readonly merchantLabel: MerchantLabel;
  readonly status: ProductStatus;
  readonly latestVersion: number;
  readonly createdAt: Instant;
  /** The version on sale; present exactly while the status is `on_sale`. */
  readonly onSaleVersion?: number;
  readonly onSale?: ProductVersion;
};
