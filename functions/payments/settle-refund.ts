import { ChannelUnavailable, type RefundAnswer } from '../../adapters/channels/payment-channel.ts';
import { settleRefund as decide, type Refund, type RefundAttempt } from '../../core/payments/refund.ts';
import { RetryableError } from '../retryable-error.ts';
import { maxAttempts, type Spine } from '../spine.ts';
import type { ChannelOf } from './settle-payment.ts';

type Deps = Pick<Spine, 'payments' | 'now'> & {
  readonly channelOf: ChannelOf;
  /** Told of the refund after each attempt. */
  readonly onAttempt: (refund: Refund) => void;
};

/**
 * Gives a committed refund to its channel until the channel confirms it. The refund's id is its request number there,
 * so that sending it twice is one refund. Does nothing before the refund is due.
 */
export const settleRefund =
  (deps: Deps) =>
  async (refundId: string): Promise<void> => {
    const refund = await deps.payments.getRefund(refundId);
    if (!refund) throw new Error(`There is no refund ${refundId}`);
    if (refund.dueAt === undefined || refund.dueAt > deps.now()) return;
    const change = decide(refund, await attempt(deps, refund), deps.now());
    // Lost to another attempt: that one wrote what came of it.
    if (change && (await deps.payments.commitRefund(change))) deps.onAttempt(change.to);
  };

const attempt = async (deps: Deps, refund: Refund): Promise<RefundAttempt> => {
  const channel = deps.channelOf(refund.channel);
  const { refundId, paymentId, amountMinor, paidMinor } = refund;
  const send = () => channel.refund({ refundId, paymentId, amountMinor, paidMinor, reason: wordsOf(refund) });
  try {
    const standing = refund.status === 'processing' ? await channel.queryRefund(refund) : undefined;
    return attemptOf(standing && standing.outcome !== 'unknown' ? standing : await send());
  } catch (error) {
    if (!(error instanceof ChannelUnavailable)) throw error;
    return { outcome: 'unavailable', detail: error.message };
  }
};

const attemptOf = (answer: RefundAnswer): RefundAttempt =>
  answer.outcome === 'unknown'
    ? { outcome: 'unavailable', detail: 'The channel took the refund and does not know it.' }
    : answer;

/** What the buyer reads at the channel. */
const wordsOf = ({ reason, orderId }: Refund): string => {
  const what = orderId === undefined ? '充值退款' : `订单 ${orderId} 退款`;
  return reason === 'order' ? what : `${what} (${reason})`;
};

/** Books what a channel says of a refund on its own account; false where it has none of ours to give back. */
export const takeRefundAnswer =
  (deps: Pick<Deps, 'payments' | 'now' | 'onAttempt'>) =>
  async (
    { refundId, paymentId, channel }: Pick<Refund, 'refundId' | 'paymentId' | 'channel'>,
    answer: RefundAnswer,
  ): Promise<boolean> => {
    for (let round = 1; round <= maxAttempts; round += 1) {
      const refund = await deps.payments.getRefund(refundId);
      if (refund?.channel !== channel || refund.paymentId !== paymentId) return false;
      const change = decide(refund, attemptOf(answer), deps.now());
      if (!change) return true;
      if (await deps.payments.commitRefund(change)) {
        deps.onAttempt(change.to);
        return true;
      }
    }
    throw new RetryableError(`Refund ${refundId} moved on ${maxAttempts} times while it was being confirmed`);
  };
