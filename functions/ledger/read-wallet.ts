import type { LedgerTable } from '../../adapters/tables/ledger.ts';
import type { ledgerRoutes } from '../../contract/api/ledger.ts';
import { currency } from '../../core/shared/money.ts';
import { accept } from '../../core/shared/result.ts';
import type { Handlers } from '../http/api.ts';
import { type WalletDeps, walletOwner } from './wallet-owner.ts';

type LedgerHandlers = Handlers<typeof ledgerRoutes>;

const walletOf = async (ledger: LedgerTable, accountId: string) =>
  accept({ accountId, balanceMinor: await ledger.walletBalance(accountId), currency });

/** A wallet nothing was ever paid into holds nothing. */
export const readOwnWallet =
  (ledger: LedgerTable): LedgerHandlers['readOwnWallet'] =>
  ({ caller }) =>
    walletOf(ledger, caller.accountId);

export const readWallet =
  ({ ledger, identity }: WalletDeps): LedgerHandlers['readWallet'] =>
  async ({ params }) => {
    const owner = await walletOwner(identity, params.accountId);
    return owner.ok ? walletOf(ledger, owner.value) : owner;
  };
