import { deriveId, hashRequest } from '../../adapters/ids.ts';
import type { IdentityTable } from '../../adapters/tables/identity.ts';
import type { LedgerTable } from '../../adapters/tables/ledger.ts';
import type { paymentRoutes } from '../../contract/api/payments.ts';
import { topUpEntry } from '../../core/ledger/entry.ts';
import type { Instant } from '../../core/shared/instant.ts';
import { currency, maxAmountMinor } from '../../core/shared/money.ts';
import { accept, refuse } from '../../core/shared/result.ts';
import type { Handlers } from '../http/api.ts';

type Deps = {
  readonly identity: Pick<IdentityTable, 'getAccount'>;
  readonly ledger: LedgerTable;
  readonly now: () => Instant;
};

/** Test money from the channel `test`. The journal entry is its own idempotency record. */
export const grantTestTopUp =
  (deps: Deps): Handlers<typeof paymentRoutes>['grantTestTopUp'] =>
  async ({ caller, params, idempotencyKey, body }) => {
    const { accountId } = params;
    const { amountMinor } = body;
    const account = await deps.identity.getAccount(accountId);
    if (!account || account.erasedAt !== undefined)
      return refuse('not-found', 'There is no such account.', 'path.accountId');
    if (account.role !== 'buyer')
      return refuse(
        'account-role-unfit',
        `Only buyers have wallets; this account is a ${account.role}.`,
        'path.accountId',
      );
    const topUpId = deriveId('top', caller.accountId, idempotencyKey);
    const requestHash = hashRequest([params, body]);
    const entry = topUpEntry({ topUpId, channel: 'test', accountId, amountMinor, postedAt: deps.now() });
    const booked = await deps.ledger.topUp({
      entry,
      requestHash,
      accountId,
      amountMinor,
      maxBalanceMinor: maxAmountMinor,
    });
    const view = { topUpId, accountId, amountMinor, currency };
    switch (booked.outcome) {
      case 'booked':
        return accept({ ...view, postedAt: entry.postedAt });
      case 'over-limit':
        return refuse('wallet-balance-limit', `A wallet holds at most ${maxAmountMinor} fen.`, 'body.amountMinor');
      case 'replayed':
        return booked.requestHash === requestHash
          ? accept({ ...view, postedAt: booked.entry.postedAt })
          : refuse('idempotency-key-reused', 'This Idempotency-Key booked another top-up; use a fresh one for each.');
    }
  };
