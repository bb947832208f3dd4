import { hasExpired, type Order, type OrderStatus } from '../orders/order.ts';
import type { Instant } from '../shared/instant.ts';
import { accept, type Result, refuse } from '../shared/result.ts';
import type { Account, AccountRole } from './account.ts';

/** What stands where a name was. The account's id stays: the books and the orders know nobody by another name. */
export const erasedName = '—';

/** Who had an account erased, when, and, where it was an operator, on what grounds. */
export type Erasure = { readonly erasedAt: Instant; readonly erasedBy: string; readonly erasedReason?: string };

/** Roles whose accounts can be erased. Staff acts in the name of the house, and its acts stay with its name. */
const erasable: readonly AccountRole[] = ['buyer', 'merchant'];

type Viewer = { readonly accountId: string; readonly role: AccountRole };

/** Whether the viewer may ask for the erasure: whoever's account it is, or an operator on his behalf. */
export const mayAskForErasure = (viewer: Viewer, accountId: string): boolean =>
  viewer.accountId === accountId || viewer.role === 'operator';

/** What each state of an order leaves to be done with money or keys. */
const isOpen: Record<OrderStatus, boolean> = {
  placed: true,
  cancelled: false,
  captured: true,
  delivered: true,
  released: false,
  refunded: false,
};

/** Whether something may still happen to the order that its buyer or seller has to be there for. */
export const isOpenOrder = (order: Order, now: Instant): boolean => isOpen[order.status] && !hasExpired(order, now);

/** What ties an account to the house. */
export type Ties = {
  /** Of orders bought or sold. */
  readonly hasOpenOrder: boolean;
  /** Buyers only: money may still arrive for the wallet. */
  readonly hasOpenTopUp: boolean;
  /** Buyers only. */
  readonly walletMinor: number;
  /** Merchants only: what the books say is owed to him; below zero, what he owes. */
  readonly payableMinor: number;
  /** Merchants only: whether the books show everything up to his last sale. */
  readonly isBooked: boolean;
  /** Merchants only. */
  readonly hasProductOnSale: boolean;
};

/**
 * Whether the account can be erased now. Refuses in this order: `account-role-unfit`, `products-on-sale`,
 * `orders-open`, `payments-open`, `wallet-not-empty`, `payable-open`.
 */
export const decideErasure = ({ role }: Pick<Account, 'role'>, ties: Ties): Result<true> => {
  if (!erasable.includes(role))
    return refuse(
      'account-role-unfit',
      `The accounts of ${erasable.join(' and ')}s can be erased; this one is a ${role}'s.`,
    );
  if (ties.hasProductOnSale)
    return refuse('products-on-sale', 'Take every product off sale first: orders for it need a seller.');
  if (ties.hasOpenOrder)
    return refuse(
      'orders-open',
      'An order is not closed yet. Wait until every order is released, refunded, cancelled or expired.',
    );
  if (ties.hasOpenTopUp)
    return refuse('payments-open', 'A top-up of the wallet is under way. Pay it, or wait until it expires.');
  if (ties.walletMinor !== 0)
    return refuse('wallet-not-empty', 'The wallet holds money. Spend it or have it paid out first.');
  if (!ties.isBooked)
    return refuse('payable-open', 'The books do not show the last sale yet. Ask again in a few minutes.');
  if (ties.payableMinor !== 0)
    return refuse(
      'payable-open',
      ties.payableMinor > 0
        ? 'The merchant is still owed money. It has to be settled first.'
        : 'The merchant still owes money. It has to be settled first.',
    );
  return accept(true);
};
