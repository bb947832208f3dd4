import { accounts } from '../ledger/entry.ts';
import type { Order } from '../orders/order.ts';
import { type Finding, findingsOn } from './finding.ts';
import { type EntryRecord, type OrderEntryKind, type OrderView, orderEntryKinds } from './records.ts';

/** Promises 3 and 4: each step of an order is booked once, with its amount, and escrow holds what the state says. */
export const checkOrderMoney = ({ order, entries }: OrderView): readonly Finding[] => {
  const record = `order ${order.orderId}`;
  const booked = bookedAmounts(order);
  const findings = orderEntryKinds.flatMap((kind) => {
    const fault = faultOf(order, kind, entries[kind], booked[kind]);
    return fault ? [findingsOn(4, record)(...fault)] : [];
  });
  const heldMinor = orderEntryKinds.reduce(
    (sum, kind) => sum + movedOn(entries[kind], accounts.escrow(order.orderId)),
    0,
  );
  const dueMinor = booked.capture - booked.refund - booked.release;
  if (heldMinor !== dueMinor)
    findings.push(
      findingsOn(3, record)(
        dueMinor === 0 ? 'escrow-not-empty' : 'escrow-differs',
        `It is ${order.status}; escrow holds ${heldMinor} for it and should hold ${dueMinor}.`,
      ),
    );
  return findings;
};

/** What the state of an order says was booked of each kind. */
const bookedAmounts = (order: Order): Record<OrderEntryKind, number> => {
  const wasCaptured = order.status !== 'placed' && order.status !== 'cancelled';
  return {
    capture: wasCaptured ? order.amountMinor : 0,
    refund: order.refundedMinor,
    release: order.status === 'released' ? order.amountMinor - order.refundedMinor : 0,
  };
};

const faultOf = (
  order: Order,
  kind: OrderEntryKind,
  entry: EntryRecord | undefined,
  amountMinor: number,
): readonly [code: string, detail: string] | undefined => {
  if (amountMinor === 0) return entry && ['entry-unexpected', `It is ${order.status}, and ${entry.entryId} is booked.`];
  if (!entry) return ['entry-missing', `It is ${order.status}, and no ${kind} of ${amountMinor} is booked.`];
  return fits(order, kind, entry, amountMinor)
    ? undefined
    : ['entry-unfit', `${entry.entryId} does not book a ${kind} of ${amountMinor} between the accounts of this order.`];
};

const fits = (order: Order, kind: OrderEntryKind, entry: EntryRecord, amountMinor: number): boolean => {
  const isOut = kind === 'capture';
  const others = otherAccounts(order, kind);
  const known = new Set([accounts.escrow(order.orderId), ...others]);
  return (
    entry.kind === kind &&
    movedOn(entry, accounts.escrow(order.orderId)) === (isOut ? amountMinor : -amountMinor) &&
    others.reduce((sum, account) => sum + movedOn(entry, account), 0) === (isOut ? -amountMinor : amountMinor) &&
    others.every((account) => (isOut ? movedOn(entry, account) <= 0 : movedOn(entry, account) >= 0)) &&
    entry.legs.every(({ account }) => known.has(account))
  );
};

const otherAccounts = (order: Order, kind: OrderEntryKind): readonly string[] => {
  if (kind === 'release') return [accounts.payable(order.merchantId), accounts.commission];
  if (order.payment === undefined) return [accounts.wallet(order.buyerId)];
  const { channel, paymentId } = order.payment;
  return [kind === 'capture' ? accounts.channel(channel) : accounts.refunds(paymentId)];
};

const movedOn = (entry: EntryRecord | undefined, account: string): number =>
  (entry?.legs ?? []).reduce((sum, leg) => (leg.account === account ? sum + leg.amountMinor : sum), 0);
