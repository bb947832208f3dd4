import type { Payment } from '../../core/payments/payment.ts';
import type { Refund } from '../../core/payments/refund.ts';
import { currency } from '../../core/shared/money.ts';
import { accept, type Result, refuse } from '../../core/shared/result.ts';
import type { Caller } from '../http/request.ts';

export const viewRefund = (refund: Refund) => ({ ...refund, currency, nextAttemptAt: refund.dueAt });

export const viewPayment = (payment: Payment, refunds: readonly Refund[]) => ({
  ...payment,
  currency,
  refunds: refunds.map(viewRefund),
});

/** Buyers see their own payments; a foreign one looks like one that does not exist. */
export const visiblePayment = <Found extends { readonly payment: Payment }>(
  found: Found | undefined,
  caller: Caller,
): Result<Found> =>
  found === undefined || (caller.role === 'buyer' && found.payment.buyerId !== caller.accountId)
    ? refuse('not-found', 'You have no such payment.', 'path.paymentId')
    : accept(found);
