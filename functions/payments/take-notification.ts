import type {
  NotificationFault,
  NotificationReader,
  RawAnswer,
  RawRequest,
} from '../../adapters/channels/payment-channel.ts';
import { assertNever } from '../../core/shared/result.ts';
import type { receivePayment } from './receive-payment.ts';
import type { takeRefundAnswer } from './settle-refund.ts';

/** What came of a notification, for the log and the metrics. */
export type Taken =
  | { readonly result: 'refused'; readonly fault: NotificationFault; readonly detail: string }
  | { readonly result: 'received' | 'known' | 'unknown-payment'; readonly paymentId: string }
  | { readonly result: 'refund-noted' | 'unknown-refund'; readonly refundId: string }
  | { readonly result: 'nothing' };

/**
 * Takes one notification of a channel. «Done» is answered only after what follows from it stands in the tables; what
 * names nothing of ours, or cannot be believed, is asked for again or refused, and changes nothing.
 */
export const takeNotification =
  (deps: { receive: ReturnType<typeof receivePayment>; noteRefund: ReturnType<typeof takeRefundAnswer> }) =>
  async (reader: NotificationReader, request: RawRequest): Promise<{ taken: Taken; answer: RawAnswer }> => {
    const read = await reader.read(request);
    if (!read.genuine) {
      const { fault, detail } = read;
      return { taken: { result: 'refused', fault, detail }, answer: { ...reader.again, status: 400 } };
    }
    const { notification } = read;
    const { channel } = reader;
    switch (notification.kind) {
      case 'nothing':
        return { taken: { result: 'nothing' }, answer: reader.done };
      case 'receipt': {
        const { paymentId } = notification;
        const received = await deps.receive({ paymentId, channel }, notification);
        if (received === 'unknown-payment') return { taken: { result: received, paymentId }, answer: reader.again };
        return {
          taken: { result: received === 'known' ? 'known' : 'received', paymentId },
          answer: reader.done,
        };
      }
      case 'refund': {
        const { refundId, paymentId } = notification;
        const known = await deps.noteRefund({ refundId, paymentId, channel }, notification.answer);
        return known
          ? { taken: { result: 'refund-noted', refundId }, answer: reader.done }
          : { taken: { result: 'unknown-refund', refundId }, answer: reader.again };
      }
      default:
        return assertNever(notification);
    }
  };
