import type { AccountRole } from '../identity/account.ts';
import type { ProductVersion } from './product.ts';

/** Who looks at a price; nobody in particular in the public catalogue. */
export type PriceViewer = { readonly accountId: string; readonly role: AccountRole } | undefined;

/**
 * What one unit of a version costs whoever looks at it, in minor units. Listings show it and orders charge it, so that
 * nobody is charged another price than he was shown. Everybody gets the list price: price lists of members and resellers
 * are decided here and nowhere else.
 */
export const priceFor = (version: Pick<ProductVersion, 'priceMinor'>, _viewer: PriceViewer): number =>
  version.priceMinor;
