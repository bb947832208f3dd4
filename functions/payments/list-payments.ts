import { decodeCursor, encodeCursor } from '../../adapters/cursor.ts';
import type { PaymentsTable } from '../../adapters/tables/payments.ts';
import type { channelPaymentRoutes } from '../../contract/api/payments.ts';
import type { Payment } from '../../core/payments/payment.ts';
import { accept } from '../../core/shared/result.ts';
import type { Handlers } from '../http/api.ts';
import { visibleTo } from '../orders/order-view.ts';
import type { Spine } from '../spine.ts';
import { viewPayment, viewRefund } from './payment-view.ts';

type Lists = Handlers<typeof channelPaymentRoutes>;

export const listOrderPayments =
  (deps: Pick<Spine, 'orders' | 'payments'>): Lists['listOrderPayments'] =>
  async ({ caller, params, query }) => {
    const order = visibleTo(await deps.orders.get(params.orderId), caller);
    return order.ok ? listPaidFor(deps, 'listOrderPayments', params.orderId, query) : order;
  };

export const listTopUps =
  (deps: Pick<Spine, 'payments'>): Lists['listTopUps'] =>
  ({ caller, query }) =>
    listPaidFor(deps, 'listTopUps', caller.accountId, query);

type Page = { readonly limit: number; readonly cursor?: string | undefined };

/** A page of the payments for an order, or into the wallet of a buyer, with their refunds. */
export const listPaidFor = async (
  deps: { readonly payments: Pick<PaymentsTable, 'paidFor' | 'getWithRefunds'> },
  operation: string,
  paidFor: string,
  { limit, cursor }: Page,
) => {
  const scope = { operation, paidFor };
  const start = decodeCursor(scope, cursor, { paidFor }, ['pk', 'sk', 'paidFor', 'createdAt']);
  if (!start.ok) return start;
  const page = await deps.payments.paidFor(paidFor, limit, start.value.ExclusiveStartKey);
  const items = await Promise.all(page.payments.map((payment) => withRefunds(deps, payment)));
  return accept({ items, ...encodeCursor(scope, page.lastKey) });
};

/** Only what was received can have refunds. */
const withRefunds = async (deps: { readonly payments: Pick<PaymentsTable, 'getWithRefunds'> }, payment: Payment) => {
  if (payment.status !== 'received') return viewPayment(payment, []);
  const found = await deps.payments.getWithRefunds(payment.paymentId);
  return viewPayment(found?.payment ?? payment, found?.refunds ?? []);
};

export const listUnconfirmedRefunds =
  (deps: Pick<Spine, 'payments'>): Lists['listUnconfirmedRefunds'] =>
  async ({ query }) => {
    const { status, limit, cursor } = query;
    const scope = { operation: 'listUnconfirmedRefunds', status };
    const keys = ['pk', 'sk', 'unconfirmed', 'committedAt'];
    const start = decodeCursor(scope, cursor, { unconfirmed: status }, keys);
    if (!start.ok) return start;
    const page = await deps.payments.unconfirmedRefunds(status, limit, start.value.ExclusiveStartKey);
    return accept({ items: page.refunds.map(viewRefund), ...encodeCursor(scope, page.lastKey) });
  };
