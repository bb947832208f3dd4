import { toEntryRecord } from '../../adapters/tables/audit-items.ts';
import type { Item } from '../../adapters/tables/gateway.ts';
import { entryKey } from '../../adapters/tables/ledger.ts';
import { orderKey, toOrder } from '../../adapters/tables/orders.ts';
import {
  fromPayment,
  isPaymentItem,
  paymentKey,
  refundKey,
  toPayment,
  toRefund,
} from '../../adapters/tables/payments.ts';
import { checkPayment } from '../../core/audit/payment.ts';
import type { PaymentView } from '../../core/audit/records.ts';
import type { Payment } from '../../core/payments/payment.ts';
import { refundIdOf, refundNumbers } from '../../core/payments/refund.ts';
import type { AuditReader, Found, Wanted } from './audit-reader.ts';
import type { Subject } from './audit-subject.ts';

type Indexed = { readonly payment: Payment; readonly dueIndexed: boolean };
const toIndexed = (item: Item): Indexed => {
  const payment = toPayment(item);
  return { payment, dueIndexed: fromPayment(payment)['dueShard'] === item['dueShard'] };
};

const refundIdsOf = ({ paymentId }: Payment): readonly string[] =>
  refundNumbers.map((number) => refundIdOf(paymentId, number));
const entry = (entryId: string): Wanted => ({ table: 'ledger', key: entryKey(entryId) });
const receiptOf = ({ paymentId }: Payment) => `payment/${paymentId}/receipt`;
const returnOf = ({ paymentId }: Payment) => `payment/${paymentId}/return`;
const assignmentOf = ({ paymentId, orderId }: Payment) =>
  orderId === undefined ? `top-up/${paymentId}` : `order/${orderId}/capture`;
const confirmationOf = (refundId: string) => `refund/${refundId}/confirmed`;

const wantedOf = (payment: Payment): readonly Wanted[] => [
  ...refundIdsOf(payment).flatMap((refundId): Wanted[] => [
    { table: 'payments', key: refundKey(refundId) },
    entry(confirmationOf(refundId)),
  ]),
  ...[receiptOf(payment), returnOf(payment), assignmentOf(payment)].map(entry),
  ...(payment.orderId === undefined ? [] : [{ table: 'orders', key: orderKey(payment.orderId) } as const]),
];

const viewOf = ({ payment, dueIndexed }: Indexed, found: Found): PaymentView => {
  const read = (entryId: string) => found.read('ledger', entryKey(entryId), toEntryRecord);
  const order = payment.orderId === undefined ? undefined : found.read('orders', orderKey(payment.orderId), toOrder);
  // Another payment, or the wallet, may have captured the order: that is no assignment of this one.
  const assignsThis = payment.orderId === undefined || order?.payment?.paymentId === payment.paymentId;
  return {
    payment,
    dueIndexed,
    order,
    refunds: refundIdsOf(payment).flatMap((refundId) => found.read('payments', refundKey(refundId), toRefund) ?? []),
    receipt: read(receiptOf(payment)),
    returned: read(returnOf(payment)),
    assignment: assignsThis ? read(assignmentOf(payment)) : undefined,
    confirmations: new Map(
      refundIdsOf(payment).flatMap((refundId) => {
        const confirmation = read(confirmationOf(refundId));
        return confirmation ? [[refundId, confirmation] as const] : [];
      }),
    ),
  };
};

export const paymentSubject = (reader: AuditReader): Subject<Indexed, PaymentView> => ({
  kind: 'payments',
  promise: 3,
  is: isPaymentItem,
  parse: toIndexed,
  look: async (subjects) => {
    const found = await reader.getMany(subjects.flatMap(({ payment }) => wantedOf(payment)));
    return subjects.map((subject) => viewOf(subject, found));
  },
  lookAgain: async ({ payment }) => {
    const own: Wanted = { table: 'payments', key: paymentKey(payment.paymentId) };
    const found = await reader.getTogether([own, ...wantedOf(payment)]);
    const fresh = found.read(own.table, own.key, toIndexed);
    return fresh ? viewOf(fresh, found) : 'gone';
  },
  check: checkPayment,
});
