import type { Payment } from '../../core/payments/payment.ts';
import {
  receivePayment as decide,
  type ReceiptDecision,
  type ReceivedMoney,
} from '../../core/payments/receive-payment.ts';
import type { Policy } from '../../core/policy/policy.ts';
import { assertNever } from '../../core/shared/result.ts';
import { RetryableError } from '../retryable-error.ts';
import { maxAttempts, type Spine } from '../spine.ts';
import { noSupply, supplyFor } from './supply.ts';

type Deps = Pick<Spine, 'orders' | 'offers' | 'payments' | 'commit' | 'now'> & { readonly policy: Policy };

/** What was done with the money; `known`: it was received before; `unknown-payment`: none of ours through this channel has this id. */
export type Received = 'committed' | 'known' | 'unknown-payment';

/**
 * Books money that a channel took, with all that follows from it. It is told to the channel only afterwards, so that a
 * crash has the channel say it again; saying it again changes nothing.
 */
export const receivePayment =
  (deps: Deps) =>
  async ({ paymentId, channel }: Pick<Payment, 'paymentId' | 'channel'>, money: ReceivedMoney): Promise<Received> => {
    let racesLost = 0;
    let isOverLimit = false;
    for (let attempt = 1; attempt <= maxAttempts; attempt += 1) {
      const payment = await deps.payments.get(paymentId);
      if (payment?.channel !== channel) return 'unknown-payment';
      const order = payment.orderId === undefined ? undefined : await deps.orders.get(payment.orderId);
      const now = deps.now();
      const supply = order && payment.status !== 'received' ? await supplyFor(deps, order, racesLost, now) : noSupply;
      const decision = decide({ payment, money, order, policy: deps.policy, supply, isOverLimit, now });
      switch (await write(deps, decision, now)) {
        case 'known':
          return 'known';
        case 'committed':
          return 'committed';
        case 'over-limit':
          isOverLimit = true;
          break;
        case 'moved':
          // What stood in the way of the limit may have moved on with the records.
          isOverLimit = false;
          break;
        case 'offers-gone':
          racesLost += 1;
          break;
      }
    }
    throw new RetryableError(`Payment ${paymentId} was not booked in ${maxAttempts} attempts`);
  };

const write = async (
  deps: Deps,
  decision: ReceiptDecision,
  now: string,
): Promise<'known' | 'committed' | 'moved' | 'over-limit' | 'offers-gone'> => {
  switch (decision.kind) {
    case 'known':
      return 'known';
    case 'payment': {
      const outcome = await deps.payments.commit(decision.change);
      if (outcome === 'committed') return outcome;
      return outcome === 'wallet-full' ? 'over-limit' : 'moved';
    }
    case 'order': {
      const outcome = await deps.commit(decision.change, now);
      if (outcome === 'wallet-short') throw new Error(`A payment of ${decision.change.from.orderId} asked the wallet`);
      if (outcome === 'limit-reached') return 'over-limit';
      return outcome === 'order-moved' ? 'moved' : outcome;
    }
    default:
      return assertNever(decision);
  }
};
