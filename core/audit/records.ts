import type { Order } from '../orders/order.ts';
import type { Payment } from '../payments/payment.ts';
import type { Refund } from '../payments/refund.ts';
import type { Batch } from '../stock/batch.ts';
import type { Rejection } from '../stock/import-keys.ts';
import type { Lane, Offer } from '../stock/offer.ts';

/** A key without its secret, which an audit never reads. */
export type KeyRecord = {
  readonly keyId: string;
  readonly batchId: string;
  readonly productId: string;
  readonly sellUntilDay: string;
  readonly owner?: string | undefined;
  readonly ownedAt?: string | undefined;
  /** When a replay of claims gave it its owner, after a restore that had forgotten him. */
  readonly replayedAt?: string | undefined;
};

/** A journal entry as it stands, whatever numbers it holds. */
export type EntryRecord = {
  readonly entryId: string;
  readonly kind: string;
  readonly postedAt: string;
  readonly legs: readonly { readonly account: string; readonly amountMinor: number }[];
};

/** A key that an order lists; `returned` where it went back on sale after a refund and is the order's no more. */
export type ListedKey = { readonly keyId: string; readonly returned: boolean; readonly key: KeyRecord | undefined };

export const orderEntryKinds = ['capture', 'refund', 'release'] as const;
export type OrderEntryKind = (typeof orderEntryKinds)[number];

/** An order and everything that must agree with it, as they stood at one moment. */
export type OrderView = {
  readonly order: Order;
  readonly listed: readonly ListedKey[];
  readonly entries: Readonly<Partial<Record<OrderEntryKind, EntryRecord>>>;
  /** Whether a record says that the order waits for stock. */
  readonly waits: boolean;
  /** Whether the index of due records shows the order exactly if it is due. */
  readonly dueIndexed: boolean;
};

export type KeyView = {
  readonly key: KeyRecord;
  readonly batch: Batch | undefined;
  /** The order that owns the key, and whether it lists it. */
  readonly owner: { readonly order: Order; readonly lists: boolean } | undefined;
  /** Where the key is on offer; read for unowned keys only. */
  readonly offeredIn: readonly Lane[];
  /** Whether the archive of claims holds its owner; `undefined` where that was not asked. */
  readonly isArchived?: boolean | undefined;
};

export type OfferView = {
  readonly offer: Offer;
  /** The public lane in which this key belongs. */
  readonly publicLane: Lane;
  readonly key: KeyRecord | undefined;
  readonly batch: Batch | undefined;
};

export type WaitingView = {
  readonly orderId: string;
  readonly productId: string;
  readonly order: Order | undefined;
};

export type BatchView = {
  readonly batch: Batch;
  readonly rejections: readonly Rejection[];
  /** Keys that stand under this batch. */
  readonly keys: number;
  readonly dueIndexed: boolean;
};

export type EntryView = {
  readonly entry: EntryRecord;
  /** Whether the order that the entry's id names exists. */
  readonly orderExists: boolean;
};

/** A payment through a channel and everything that must agree with it, as they stood at one moment. */
export type PaymentView = {
  readonly payment: Payment;
  readonly dueIndexed: boolean;
  readonly order: Order | undefined;
  readonly refunds: readonly Refund[];
  /** Into suspense, and out of it towards the refund. */
  readonly receipt: EntryRecord | undefined;
  readonly returned: EntryRecord | undefined;
  /** The capture of its order, or the top-up, if this payment made it. */
  readonly assignment: EntryRecord | undefined;
  /** The entries of confirmed refunds by refund id. */
  readonly confirmations: ReadonlyMap<string, EntryRecord>;
};
