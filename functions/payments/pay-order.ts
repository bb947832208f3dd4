import type { paymentRoutes } from '../../contract/api/payments.ts';
import type { Order } from '../../core/orders/order.ts';
import { captureFromWallet } from '../../core/payments/capture-order.ts';
import type { Policy } from '../../core/policy/policy.ts';
import { accept, refuse } from '../../core/shared/result.ts';
import type { Handlers } from '../http/api.ts';
import { sellingClosed } from '../http/selling-closed.ts';
import { viewOrder, visibleTo } from '../orders/order-view.ts';
import { RetryableError } from '../retryable-error.ts';
import { maxAttempts, type Spine } from '../spine.ts';
import { supplyFor } from './supply.ts';

type Deps = Pick<Spine, 'orders' | 'offers' | 'commit' | 'selling' | 'now'> & { readonly policy: Policy };

/** Money and keys change hands in one transaction. A lost race for a key means another key. */
export const payOrder =
  (deps: Deps): Handlers<typeof paymentRoutes>['payOrder'] =>
  async ({ caller, params }) => {
    let order: Order | undefined;
    let racesLost = 0;
    for (let attempt = 1; attempt <= maxAttempts; attempt += 1) {
      const visible = visibleTo(order ?? (await deps.orders.get(params.orderId)), caller);
      if (!visible.ok) return visible;
      order = visible.value;
      if (deps.selling === 'closed' && order.status === 'placed') return sellingClosed();
      const now = deps.now();
      const change = captureFromWallet(order, deps.policy, await supplyFor(deps, order, racesLost, now), now);
      if (!change.ok) return change;
      if (change.value === undefined) return accept(viewOrder(order, now));
      switch (await deps.commit(change.value, now)) {
        case 'committed':
          return accept(viewOrder(change.value.to, now));
        case 'wallet-short':
          if (await isUnmoved(deps, order))
            return refuse('wallet-balance-short', `The wallet holds less than ${order.amountMinor} fen.`);
          order = undefined;
          break;
        case 'limit-reached':
          if (await isUnmoved(deps, order))
            return refuse('buyer-limit-reached', `One buyer may buy ${order.maxPerBuyer} of this product in all.`);
          order = undefined;
          break;
        case 'order-moved':
          order = undefined;
          break;
        case 'offers-gone':
          racesLost += 1;
          break;
      }
    }
    throw new RetryableError(`Order ${params.orderId} lost ${maxAttempts} races for a key`);
  };

/** Whether it was not this very order, paid beside this call, that emptied the wallet or used up the limit. */
const isUnmoved = async (deps: Deps, order: Order): Promise<boolean> =>
  (await deps.orders.get(order.orderId))?.seq === order.seq;
