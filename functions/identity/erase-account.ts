import type { Surroundings } from '../../adapters/clock.ts';
import type { CatalogTable } from '../../adapters/tables/catalog.ts';
import type { ErasuresTable } from '../../adapters/tables/erasures.ts';
import type { IdentityTable, StoredAccount } from '../../adapters/tables/identity.ts';
import type { LedgerTable } from '../../adapters/tables/ledger.ts';
import type { OrdersTable } from '../../adapters/tables/orders.ts';
import type { PaymentsTable } from '../../adapters/tables/payments.ts';
import type { WebhooksTable } from '../../adapters/tables/webhooks.ts';
import { limits } from '../../contract/api/common.ts';
import type { personalDataRoutes } from '../../contract/api/personal-data.ts';
import { decideErasure, type Erasure, isOpenOrder, mayAskForErasure, type Ties } from '../../core/identity/erasure.ts';
import { accounts } from '../../core/ledger/entry.ts';
import { startOfNextMinute } from '../../core/ledger/minutes.ts';
import type { Instant } from '../../core/shared/instant.ts';
import { accept, refuse } from '../../core/shared/result.ts';
import type { Handlers } from '../http/api.ts';
import { untilSettled } from '../http/until-settled.ts';

export type ErasureDeps = {
  readonly identity: Pick<IdentityTable, 'getAccount'>;
  readonly erasures: ErasuresTable;
  readonly orders: Pick<OrdersTable, 'list'>;
  readonly ledger: Pick<LedgerTable, 'walletBalance' | 'total' | 'foldPosition'>;
  readonly payments: Pick<PaymentsTable, 'paidFor'>;
  readonly catalog: Pick<CatalogTable, 'isSelling'>;
  readonly webhooks: Pick<WebhooksTable, 'endSubscriptions'>;
  readonly surroundings: Surroundings;
};

/** Pages of orders that are looked through for an open one. */
const maxOrderPages = 500;

/**
 * Closes the account first, with every key that still opens it, and then clears what is left of it; a call that was cut
 * off between the two is completed by the next one, which finds the account closed.
 */
export const eraseAccount =
  (deps: ErasureDeps): Handlers<typeof personalDataRoutes>['eraseAccount'] =>
  ({ caller, params, body }) =>
    untilSettled(deps.surroundings, async () => {
      const mayAsk = mayAskForErasure(caller, params.accountId);
      const account = mayAsk ? await deps.identity.getAccount(params.accountId) : undefined;
      if (account === undefined) return refuse('not-found', 'You have no such account.', 'path.accountId');
      const own = caller.accountId === account.accountId;
      if (!own && body.reason === undefined)
        return refuse('invalid-request', 'Say why: at whose request, and how you know it was his.', 'body.reason');

      const now = deps.surroundings.now();
      if (account.erasedAt === undefined) {
        const decided = decideErasure(account, await tiesOf(deps, account, now));
        if (!decided.ok) return decided;
        const { reason } = body;
        const erasure = {
          erasedAt: now,
          erasedBy: caller.accountId,
          ...(reason !== undefined && { erasedReason: reason }),
        };
        if (!(await deps.erasures.close(account, erasure))) return 'contended';
      }
      const erased = await deps.identity.getAccount(account.accountId);
      const erasure = erasureOf(erased);
      await deps.webhooks.endSubscriptions(account.accountId, erasure.erasedAt);
      await deps.erasures.clear(account.accountId, erasure);
      return accept({ ...account, ...erased });
    });

const erasureOf = (account: StoredAccount | undefined): Erasure => {
  if (account?.erasedAt === undefined || account.erasedBy === undefined)
    throw new Error(`The account ${account?.accountId} was closed and is not erased`);
  return { erasedAt: account.erasedAt, erasedBy: account.erasedBy };
};

const tiesOf = async (deps: ErasureDeps, { accountId, role }: StoredAccount, now: Instant): Promise<Ties> => {
  const isMerchant = role === 'merchant';
  const { hasOpenOrder, lastReleasedAt } = await lookThroughOrders(deps, accountId, isMerchant, now);
  const position = isMerchant ? await deps.ledger.foldPosition() : undefined;
  const isFolded = position !== undefined && position.folding === undefined;
  return {
    hasOpenOrder,
    hasOpenTopUp: !isMerchant && (await hasOpenTopUp(deps, accountId)),
    walletMinor: isMerchant ? 0 : await deps.ledger.walletBalance(accountId),
    payableMinor: isMerchant ? await deps.ledger.total(accounts.payable(accountId)) : 0,
    isBooked: lastReleasedAt === '' || (isFolded && lastReleasedAt < startOfNextMinute(position.minute)),
    hasProductOnSale: isMerchant && (await deps.catalog.isSelling(accountId)),
  };
};

/** A top-up is open for minutes, so that an open one is among the newest. */
const hasOpenTopUp = async ({ payments }: Pick<ErasureDeps, 'payments'>, accountId: string): Promise<boolean> => {
  const newest = await payments.paidFor(accountId, limits.pageSizeMax, undefined);
  return newest.payments.some(({ status }) => status === 'open');
};

/** Newest first, until an open one is found or all have been seen. */
const lookThroughOrders = async (
  { orders }: Pick<ErasureDeps, 'orders'>,
  accountId: string,
  isMerchant: boolean,
  now: Instant,
): Promise<{ hasOpenOrder: boolean; lastReleasedAt: Instant | '' }> => {
  const whose = isMerchant ? { merchantId: accountId } : { buyerId: accountId };
  let lastReleasedAt: Instant | '' = '';
  let before: string | undefined;
  for (let page = 0; page < maxOrderPages; page += 1) {
    const { orders: found, nextBefore } = await orders.list(whose, limits.pageSizeMax, before);
    if (found.some((order) => isOpenOrder(order, now))) return { hasOpenOrder: true, lastReleasedAt };
    if (isMerchant)
      for (const { releasedAt = '' } of found) if (releasedAt > lastReleasedAt) lastReleasedAt = releasedAt;
    if (nextBefore === undefined) return { hasOpenOrder: false, lastReleasedAt };
    before = nextBefore;
  }
  throw new Error(`${accountId} has more orders than one call can look through`);
};
