import type { IdentityTable } from '../../adapters/tables/identity.ts';
import type { LedgerTable } from '../../adapters/tables/ledger.ts';
import { accept, type Result, refuse } from '../../core/shared/result.ts';

export type WalletDeps = { readonly ledger: LedgerTable; readonly identity: Pick<IdentityTable, 'getAccount'> };

/** The account, if it has a wallet: buyers do, also those whose wallet nothing was ever paid into. */
export const walletOwner = async (identity: WalletDeps['identity'], accountId: string): Promise<Result<string>> => {
  const account = await identity.getAccount(accountId);
  return account?.role === 'buyer'
    ? accept(accountId)
    : refuse('not-found', 'No buyer has this account.', 'path.accountId');
};
