import * as z from 'zod/mini';
import { type Channel, channels } from '../../core/payments/channel.ts';

const operations = ['open', 'query', 'close', 'refund', 'query-refund'] as const;
export type Operation = (typeof operations)[number];

/**
 * What can go wrong with a call.
 * `unavailable` a 503 of some machine in between · `silent` no answer ever · `cut` the connection is closed,
 * after which both adapters call once more ·
 * `system-error` the channel's own, nothing done · `answer-lost` done, then cut · `system-error-after` done, then the
 * channel's own · `forged` done, answered with a signature that does not fit · `unknown` nothing done, answered as if
 * there were no such trade or refund; an open trade is opened nevertheless.
 * Of refunds alone: `processing` accepted, confirmed later · `balance-short` · `refused` · `already-refunded` done, and
 * answered as if there were nothing left.
 */
const callFaults = [
  'unavailable',
  'silent',
  'cut',
  'system-error',
  'answer-lost',
  'system-error-after',
  'forged',
  'unknown',
  'processing',
  'balance-short',
  'refused',
  'already-refunded',
] as const;
export type CallFault = (typeof callFaults)[number];

const callOrderSchema = z.strictObject({
  /** Both, if none is named. */
  channel: z.optional(z.enum(channels)),
  /** Every one, if none is named. */
  operation: z.optional(z.enum(operations)),
  fault: z.enum(callFaults),
  /** How many calls; all until further notice, if no number is named. */
  times: z.optional(z.int().check(z.minimum(1), z.maximum(1_000))),
});
export type CallOrder = z.output<typeof callOrderSchema>;

const notificationOrderSchema = z.strictObject({
  /** Waits so long before the first attempt. */
  delayMs: z._default(z.int().check(z.minimum(0), z.maximum(3_600_000)), 0),
  /** So many first attempts of each notification are lost on the way. */
  lose: z._default(z.union([z.int().check(z.minimum(0), z.maximum(100)), z.literal('all')]), 0),
  /** Each attempt arrives so often, at once. */
  copies: z._default(z.int().check(z.minimum(1), z.maximum(100)), 1),
  /** Signed by somebody else; genuine, but for another merchant; in another encoding; with an old signature. */
  twist: z.optional(z.enum(['forged', 'foreign', 'wrongly-encoded', 'stale'])),
});
type NotificationOrder = z.output<typeof notificationOrderSchema>;
export type Twist = NonNullable<NotificationOrder['twist']>;

/** What a test or `POST /control/faults` orders; it takes the place of what was ordered before. */
export const faultsSchema = z.strictObject({
  calls: z._default(z.array(callOrderSchema).check(z.maxLength(100)), []),
  notifications: z._default(notificationOrderSchema, { delayMs: 0, lose: 0, copies: 1 }),
  /** How long a refund that is `processing` takes. */
  refundAfterMs: z._default(z.int().check(z.minimum(0), z.maximum(3_600_000)), 1_000),
});
export type Faults = z.output<typeof faultsSchema>;

/** What goes wrong, as ordered. Without an order nothing does. */
export class FaultDesk {
  #ordered: Faults = faultsSchema.parse({});
  #left: { order: CallOrder; times: number }[] = [];

  order(faults: z.input<typeof faultsSchema>): Faults {
    this.#ordered = faultsSchema.parse(faults);
    this.#left = this.#ordered.calls.map((order) => ({ order, times: order.times ?? Number.POSITIVE_INFINITY }));
    return this.#ordered;
  }

  get ordered(): Faults {
    return this.#ordered;
  }

  /** The fault that this call meets, if any; counts it. */
  take(channel: Channel, operation: Operation): CallFault | undefined {
    const met = this.#left.find(
      ({ order, times }) =>
        times > 0 && (order.channel ?? channel) === channel && (order.operation ?? operation) === operation,
    );
    if (met === undefined) return undefined;
    met.times -= 1;
    return met.order.fault;
  }
}
