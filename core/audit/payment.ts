import { accounts } from '../ledger/entry.ts';
import type { Payment } from '../payments/payment.ts';
import type { Refund } from '../payments/refund.ts';
import type { Instant } from '../shared/instant.ts';
import { type Finding, findingsOn, isLate } from './finding.ts';
import type { EntryRecord, PaymentView } from './records.ts';

/**
 * Promises 3 to 5 on money that came through a channel: each fen received is the order's, the wallet's or on its way
 * back, each once; and what is still to be asked of the channel has its time.
 */
export const checkPayment = (view: PaymentView, now: Instant): readonly Finding[] => [
  ...checkAssignment(view),
  ...view.refunds.flatMap((refund) => checkRefund(view, refund, now)),
  ...checkPaymentDue(view, now),
];

/** What of the received money is neither the order's nor the wallet's. */
const unassignedMinor = ({ status, outcome, paidMinor = 0, amountMinor }: Payment): number => {
  if (status !== 'received' || outcome === 'captured' || outcome === 'credited') return 0;
  return outcome === 'over' ? paidMinor - amountMinor : paidMinor;
};

const isAssigned = ({ outcome }: Payment): boolean =>
  outcome === 'captured' || outcome === 'credited' || outcome === 'over';

const checkAssignment = ({
  payment,
  refunds,
  receipt,
  returned,
  assignment,
  order,
}: PaymentView): readonly Finding[] => {
  const { paymentId, channel, amountMinor } = payment;
  const find = findingsOn(3, `payment ${paymentId}`);
  const findings: Finding[] = [];
  const unassigned = unassignedMinor(payment);
  if (
    movedOn(receipt, accounts.channel(channel)) !== -unassigned ||
    movedOn(returned, accounts.refunds(paymentId)) !== unassigned
  )
    findings.push(find('unassigned-not-returned', `${unassigned} fen could not be assigned; the books say otherwise.`));
  const given = refunds.filter(({ reason }) => reason !== 'order').reduce((sum, refund) => sum + refund.amountMinor, 0);
  if (given !== unassigned)
    findings.push(find('unassigned-not-refunded', `${unassigned} fen are to be given back, and ${given} are.`));
  const expected = isAssigned(payment) ? amountMinor : 0;
  if (-movedOn(assignment, accounts.channel(channel)) !== expected)
    findings.push(find('assignment-differs', `${expected} fen were assigned; the books say otherwise.`));
  if (payment.purpose === 'order' && isAssigned(payment) && order?.payment?.paymentId !== paymentId)
    findings.push(find('order-not-captured', `It captured ${payment.orderId}, which does not say so.`));
  const ofOrder = refunds
    .filter(({ reason }) => reason === 'order')
    .reduce((sum, refund) => sum + refund.amountMinor, 0);
  const owed = order?.payment?.paymentId === paymentId ? order.refundedMinor : 0;
  if (ofOrder !== owed)
    findings.push(find('order-refund-differs', `Its order refunded ${owed} fen, and ${ofOrder} go back through it.`));
  return findings;
};

const checkRefund = ({ confirmations }: PaymentView, refund: Refund, now: Instant): readonly Finding[] => {
  const record = `refund ${refund.refundId}`;
  const confirmed = movedOn(confirmations.get(refund.refundId), accounts.channel(refund.channel));
  const expected = refund.status === 'confirmed' ? refund.amountMinor : 0;
  const findings: Finding[] = [];
  if (confirmed !== expected)
    findings.push(
      findingsOn(3, record)(
        'confirmation-differs',
        `It is ${refund.status}; ${confirmed} fen are booked as given back.`,
      ),
    );
  const isToAsk = refund.status === 'committed' || refund.status === 'processing';
  if (isToAsk !== (refund.dueAt !== undefined))
    findings.push(
      findingsOn(5, record)('due-unfit', `It is ${refund.status} and due at ${refund.dueAt ?? 'no time'}.`),
    );
  else if (refund.dueAt !== undefined && isLate(refund.dueAt, now))
    findings.push(findingsOn(5, record)('overdue', `It is ${refund.status} and was due at ${refund.dueAt}.`));
  return findings;
};

const checkPaymentDue = ({ payment, dueIndexed }: PaymentView, now: Instant): readonly Finding[] => {
  const find = findingsOn(5, `payment ${payment.paymentId}`);
  const { status, dueAt } = payment;
  if ((status === 'open') !== (dueAt !== undefined))
    return [find('due-unfit', `It is ${status} and due at ${dueAt ?? 'no time'}.`)];
  if (!dueIndexed) return [find('due-not-indexed', `It is due at ${dueAt}, and the sweep cannot find it.`)];
  return dueAt !== undefined && isLate(dueAt, now) ? [find('overdue', `It was to be asked about at ${dueAt}.`)] : [];
};

const movedOn = (entry: EntryRecord | undefined, account: string): number =>
  (entry?.legs ?? []).reduce((sum, leg) => (leg.account === account ? sum + leg.amountMinor : sum), 0);
