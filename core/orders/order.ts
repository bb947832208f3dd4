import type { Channel } from '../payments/channel.ts';
import type { MerchantLabel } from '../policy/policy.ts';
import type { Instant } from '../shared/instant.ts';

/**
 * The life of an order. `placed` may also have expired: nothing is reserved for an unpaid order, so its end by time
 * needs no write (`hasExpired`).
 */
export type OrderStatus = 'placed' | 'cancelled' | 'captured' | 'delivered' | 'released' | 'refunded';

/** Every transition there is. */
export const transitions: Record<OrderStatus, readonly OrderStatus[]> = {
  placed: ['cancelled', 'captured', 'delivered'],
  cancelled: [],
  captured: ['captured', 'delivered', 'refunded'],
  delivered: ['released'],
  released: [],
  refunded: ['refunded'],
};

export type Order = {
  readonly orderId: string;
  /** Raised by one with each change; a change is written only over the number it was decided on. */
  readonly seq: number;
  readonly status: OrderStatus;
  /** Tells a replay of the placing request from another request under the same Idempotency-Key. */
  readonly requestHash: string;

  readonly buyerId: string;
  readonly merchantId: string;
  /** Name and label under which he sold: what he is called later does not hide who was liable here. */
  readonly merchantName: string;
  readonly merchantLabel: MerchantLabel;
  readonly productId: string;
  readonly productVersion: number;
  readonly category: string;
  readonly kind: 'card_key';
  readonly quantity: number;
  readonly unitPriceMinor: number;
  readonly amountMinor: number;
  readonly maxPerBuyer?: number | undefined;
  /** What to do where stock is short: refuse the payment, or take it and wait until the promise. */
  readonly whenOutOfStock: 'refuse' | 'wait';
  /** What to do with money that arrives when the order has run out: give it back, or deliver if stock allows. */
  readonly whenPaidLate: 'refund' | 'deliver';
  /** Whether fewer keys than ordered may be delivered, the rest being refunded. */
  readonly allowPartial: boolean;

  readonly createdAt: Instant;
  readonly expiresAt: Instant;
  readonly cancelledAt?: Instant | undefined;

  /** The policy the order lives by, from its capture on. */
  readonly policyVersion?: string | undefined;
  readonly capturedAt?: Instant | undefined;
  /** When the buyer paid; the promise counts from then. With a channel it is earlier than the capture. */
  readonly paidAt?: Instant | undefined;
  /** The payment through a channel that captured the order; absent where the wallet did. */
  readonly payment?: OrderPayment | undefined;
  readonly promiseAt?: Instant | undefined;
  readonly deliveredAt?: Instant | undefined;
  readonly releaseAt?: Instant | undefined;
  readonly confirmedAt?: Instant | undefined;
  readonly releasedAt?: Instant | undefined;
  readonly refundedAt?: Instant | undefined;
  readonly refundedMinor: number;
  /** When the sweep has to look at the order next; absent once nothing remains to be done. */
  readonly dueAt?: Instant | undefined;

  /** Keys bound so far. They are readable only once the order is delivered. */
  readonly boundQuantity: number;
  /** The bound keys of an order of at most `maxKeysInOneTransaction`. */
  readonly keyIds?: readonly string[] | undefined;
  /** How many chunk records list the bound keys of a larger order. */
  readonly chunks: number;
  /** Chunks of a refunded order whose keys went back on sale. */
  readonly chunksReturned: number;
  readonly firstRevealedAt?: Instant | undefined;
  readonly firstRevealedBy?: string | undefined;
};

/** `paidMinor`: what the payment brought in all, which may be more than the order comes to. */
export type OrderPayment = { readonly paymentId: string; readonly channel: Channel; readonly paidMinor: number };

/**
 * A transaction holds 100 items. Binding a key takes two, giving it back up to three, and the order, the money and
 * the limits need their own.
 */
export const maxKeysInOneTransaction = 32;

export const isChunked = (order: Pick<Order, 'quantity'>): boolean => order.quantity > maxKeysInOneTransaction;

export const hasExpired = (order: Order, now: Instant): boolean => order.status === 'placed' && order.expiresAt <= now;

/** The next state of an order; throws on a transition that the table does not know. */
export const advance = (order: Order, changes: Partial<Order> & { readonly status: OrderStatus }): Order => {
  if (!transitions[order.status].includes(changes.status))
    throw new Error(`Order ${order.orderId} cannot go from ${order.status} to ${changes.status}`);
  return { ...order, ...changes, seq: order.seq + 1 };
};
