import type { StandingSeller } from '../../core/catalog/product.ts';
import { sellerOfAccount } from '../../core/identity/account.ts';
import type { CatalogDeps } from './deps.ts';

/** The merchant as his account knows him this moment. */
export const sellerNow = async (identity: CatalogDeps['identity'], accountId: string): Promise<StandingSeller> => {
  const account = await identity.getAccount(accountId);
  const seller = account && sellerOfAccount(account);
  if (seller === undefined) throw new Error(`${accountId} is no merchant's account`);
  return seller;
};
