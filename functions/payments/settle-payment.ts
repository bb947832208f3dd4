import { ChannelUnavailable, type PaymentChannel, type Trade } from '../../adapters/channels/payment-channel.ts';
import type { Channel } from '../../core/payments/channel.ts';
import { askAgain, closePayment, isToBeClosed, type Payment } from '../../core/payments/payment.ts';
import type { Spine } from '../spine.ts';
import type { receivePayment } from './receive-payment.ts';

export type ChannelOf = (channel: Channel) => PaymentChannel;

type Deps = Pick<Spine, 'orders' | 'payments' | 'now'> & {
  readonly channelOf: ChannelOf;
  readonly receive: ReturnType<typeof receivePayment>;
  /** Told of each fault of a channel that passes. */
  readonly onFault: (paymentId: string, fault: ChannelUnavailable) => void;
};

/**
 * Asks the channel about an unpaid payment, for a notification may never come, and closes it there when it has run out
 * or is not wanted any more. May run at any time and twice; it does nothing before the payment is due.
 */
export const settlePayment =
  (deps: Deps) =>
  async (paymentId: string): Promise<void> => {
    const payment = await deps.payments.get(paymentId);
    if (!payment) throw new Error(`There is no payment ${paymentId}`);
    if (payment.status !== 'open' || payment.dueAt === undefined || payment.dueAt > deps.now()) return;
    const trade = await askChannel(deps, payment);
    if (trade.state === 'paid') await deps.receive(payment, trade);
    // Should the payment have moved on meanwhile, the change is not written and whoever moved it went further.
    else if (trade.state === 'closed') await deps.payments.commit(closePayment(payment, deps.now()));
    else await deps.payments.commit(askAgain(payment, deps.now()));
  };

/** What became of the trade, `closed` where it was closed just now; a channel that does not answer leaves it open. */
const askChannel = async (deps: Deps, payment: Payment): Promise<Trade> => {
  const channel = deps.channelOf(payment.channel);
  try {
    const trade = await channel.query(payment.paymentId);
    if (trade.state === 'paid' || trade.state === 'closed' || !(await isToEnd(deps, payment, trade))) return trade;
    const ended = await channel.close(payment.paymentId);
    return ended === 'closed' ? { state: 'closed' } : await channel.query(payment.paymentId);
  } catch (error) {
    if (!(error instanceof ChannelUnavailable)) throw error;
    deps.onFault(payment.paymentId, error);
    return { state: 'open' };
  }
};

/**
 * It ran out, or its order was cancelled or paid in another way. A trade that the channel does not know yet, a code that
 * nobody scanned, cannot be ended before its time: whoever scans it could still pay.
 */
const isToEnd = async (deps: Deps, payment: Payment, { state }: Trade): Promise<boolean> => {
  if (isToBeClosed(payment, deps.now())) return true;
  if (state === 'unknown' || payment.orderId === undefined) return false;
  return (await deps.orders.get(payment.orderId))?.status !== 'placed';
};
