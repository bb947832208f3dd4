import type { DeliveryMessage, Send } from '../../adapters/queues.ts';
import { keepPromise } from '../../core/escrow/keep-promise.ts';
import { offersWanted } from '../../core/fulfilment/deliver-order.ts';
import type { Order } from '../../core/orders/order.ts';
import type { Instant } from '../../core/shared/instant.ts';
import { assertNever } from '../../core/shared/result.ts';
import type { Offer } from '../../core/stock/offer.ts';
import { RetryableError } from '../retryable-error.ts';
import { maxAttempts, policyOfOrder, type Spine } from '../spine.ts';

/** Nothing more to do, or nothing before `dueAt`. */
export type Settled = { readonly done: true } | { readonly done: false; readonly dueAt: Instant };

/** An order of 1,000 keys goes back in 32 chunks; with lost races between them this is ample. */
const maxSteps = 32 + maxAttempts;

/**
 * Does what is due for one order, if anything: the workflow and the sweep both call it. It never acts early and may
 * run at any time, twice, and beside itself.
 */
export const settleOrder =
  (spine: Spine, announceDelivery: Send<DeliveryMessage>) =>
  async (orderId: string): Promise<Settled> => {
    for (let step = 0; step < maxSteps; step += 1) {
      const order = await spine.orders.get(orderId);
      if (!order) throw new Error(`There is no order ${orderId}`);
      const now = spine.now();
      const duty = keepPromise(order, policyOfOrder(spine, order), await lastOffers(spine, order, now), now);
      switch (duty.kind) {
        case 'settled':
          return { done: true };
        case 'wait':
          return { done: false, dueAt: duty.dueAt };
        case 'change':
          await spine.commit(duty.change, now);
          break;
        case 'redeliver':
          await announceDelivery({ productId: order.productId });
          await spine.commit(duty.recheck, now);
          break;
        case 'return-keys':
          await spine.returnChunk(order, now);
          break;
        default:
          assertNever(duty);
      }
    }
    throw new RetryableError(`Order ${orderId} was not settled in ${maxSteps} steps`);
  };

/** At its promise an order that allows partial delivery takes what is there. */
const lastOffers = async (spine: Spine, order: Order, now: Instant): Promise<readonly Offer[]> => {
  const atPromise = order.status === 'captured' && order.promiseAt !== undefined && order.promiseAt <= now;
  return atPromise && order.allowPartial ? spine.offers.find(order.productId, offersWanted(order), 'all', now) : [];
};
