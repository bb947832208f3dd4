import type { Entry } from '../ledger/entry.ts';
import type { Payment } from '../payments/payment.ts';
import type { Refund } from '../payments/refund.ts';
import type { Offer } from '../stock/offer.ts';
import type { Order } from './order.ts';

/** Everything that happens together when an order moves on: written in one transaction or not at all. */
export type OrderChange = {
  readonly from: Order;
  readonly to: Order;
  readonly entries: readonly Entry[];
  /** Offers that end because their keys become the order's. */
  readonly take: readonly Offer[];
  /** The buyer's wallet moves by `deltaMinor`, if it holds at least `atLeastMinor` before. */
  readonly wallet?: { readonly deltaMinor: number; readonly atLeastMinor: number };
  /** The payment through a channel whose money captures the order. */
  readonly payment?: { readonly from: Payment; readonly to: Payment };
  /** Refunds that are committed to the channel. */
  readonly refunds?: readonly Refund[];
  /** The order joins or leaves those that wait for stock of its product. */
  readonly waiting?: 'join' | 'leave';
  /** The count of what this buyer bought of a limited product moves by `delta` and stays within the limit. */
  readonly bought?: { readonly delta: number; readonly max: number };
};

export const noEffects = { entries: [], take: [] } as const;
