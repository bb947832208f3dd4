import { decodeCursor, encodeCursor } from '../../adapters/cursor.ts';
import type { LedgerTable } from '../../adapters/tables/ledger.ts';
import type { ledgerRoutes } from '../../contract/api/ledger.ts';
import { accounts, type Entry } from '../../core/ledger/entry.ts';
import { accept } from '../../core/shared/result.ts';
import type { Handlers } from '../http/api.ts';
import { type WalletDeps, walletOwner } from './wallet-owner.ts';

type LedgerHandlers = Handlers<typeof ledgerRoutes>;
const keyAttributes = ['pk', 'sk', 'statementAccount', 'postedAt'];

/** A page of the movements of an account's wallet. */
export const statementOf = async (
  ledger: Pick<LedgerTable, 'statement'>,
  accountId: string,
  query: { limit: number; cursor?: string | undefined },
) => {
  const account = accounts.wallet(accountId);
  const scope = { operation: 'readStatement', account };
  const start = decodeCursor(scope, query.cursor, { statementAccount: account }, keyAttributes);
  if (!start.ok) return start;
  const page = await ledger.statement(account, query.limit, start.value.ExclusiveStartKey);
  return accept({ items: page.entries.map((entry) => lineOf(entry, account)), ...encodeCursor(scope, page.lastKey) });
};

const lineOf = ({ entryId, kind, postedAt, legs }: Entry, account: string) => ({
  entryId,
  kind,
  postedAt,
  amountMinor: legs.filter((leg) => leg.account === account).reduce((sum, leg) => sum + leg.amountMinor, 0),
});

export const readOwnStatement =
  (ledger: LedgerTable): LedgerHandlers['readOwnStatement'] =>
  ({ caller, query }) =>
    statementOf(ledger, caller.accountId, query);

export const readStatement =
  ({ ledger, identity }: WalletDeps): LedgerHandlers['readStatement'] =>
  async ({ params, query }) => {
    const owner = await walletOwner(identity, params.accountId);
    return owner.ok ? statementOf(ledger, owner.value, query) : owner;
  };
