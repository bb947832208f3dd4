import type { IdentityTable, StoredAccount } from '../../adapters/tables/identity.ts';
import type { LedgerTable } from '../../adapters/tables/ledger.ts';
import type { MerchantsTable } from '../../adapters/tables/merchants.ts';
import type { OrderTokensTable } from '../../adapters/tables/order-tokens.ts';
import type { OrdersTable } from '../../adapters/tables/orders.ts';
import type { PaymentsTable } from '../../adapters/tables/payments.ts';
import type { WebhooksTable } from '../../adapters/tables/webhooks.ts';
import { accountSchema, apiKeySchema } from '../../contract/api/identity.ts';
import { documentSchema, eventSchema, noticeSchema } from '../../contract/api/merchants.ts';
import { orderTokenSchema } from '../../contract/api/order-tokens.ts';
import { orderSchema } from '../../contract/api/orders.ts';
import { paymentSchema } from '../../contract/api/payments.ts';
import { endpointSchema } from '../../contract/api/webhooks.ts';
import type { ExportSection } from '../../core/identity/data-export.ts';
import type { Order } from '../../core/orders/order.ts';
import type { Instant } from '../../core/shared/instant.ts';
import { currency } from '../../core/shared/money.ts';
import { accept } from '../../core/shared/result.ts';
import { statementOf } from '../ledger/read-statement.ts';
import { viewOrder } from '../orders/order-view.ts';
import { listPaidFor } from '../payments/list-payments.ts';
import { viewEndpoint } from '../webhooks/endpoint-view.ts';
import { viewOrderToken } from './issued-order-token.ts';

export type ExportTables = {
  readonly identity: Pick<IdentityTable, 'listApiKeys'>;
  readonly merchants: Pick<MerchantsTable, 'getApplication' | 'listDocuments' | 'listHistory' | 'listNotices'>;
  readonly orderTokens: Pick<OrderTokensTable, 'list'>;
  readonly orders: Pick<OrdersTable, 'list' | 'readings'>;
  readonly payments: Pick<PaymentsTable, 'paidFor' | 'getWithRefunds'>;
  readonly ledger: Pick<LedgerTable, 'walletBalance' | 'statement'>;
  readonly webhooks: Pick<WebhooksTable, 'subscriptions'>;
  readonly now: () => Instant;
};

type Section = ExportSection<StoredAccount>;

const everybody = (): boolean => true;
const isMerchant = ({ role }: StoredAccount): boolean => role === 'merchant';
const isBuyer = ({ role }: StoredAccount): boolean => role === 'buyer';

/** Orders are read with their readings, so fewer at a time. */
const ordersAtATime = 50;
/** Attempts to pay an order that an export tells of. */
const paymentsOfAnOrder = 50;

/** What an export holds, in this order. A room that stores something about an account adds its section. */
export const exportSections = (tables: ExportTables): readonly Section[] => [
  {
    name: 'account',
    appliesTo: everybody,
    read: async (account) => accept({ records: [accountSchema.parse(account)] }),
  },
  {
    name: 'application',
    appliesTo: isMerchant,
    read: async ({ accountId }) => {
      const application = await tables.merchants.getApplication(accountId);
      return accept({ records: application === undefined ? [] : [application] });
    },
  },
  ...(
    [
      ['documents', tables.merchants.listDocuments, documentSchema],
      ['decisions', tables.merchants.listHistory, eventSchema],
      ['notices', tables.merchants.listNotices, noticeSchema],
    ] as const
  ).map(
    ([name, list, schema]): Section => ({
      name,
      appliesTo: isMerchant,
      read: async ({ accountId }, limit, cursor) => {
        const page = await list(accountId, { limit, cursor });
        return page.ok
          ? accept({ records: page.value.items.map((item) => schema.parse(item)), next: page.value.nextCursor })
          : page;
      },
    }),
  ),
  {
    name: 'apiKeys',
    appliesTo: everybody,
    read: async ({ accountId }, limit, cursor) => {
      const page = await tables.identity.listApiKeys(accountId, { limit, cursor });
      return page.ok ? pageOf(page.value, (key) => apiKeySchema.parse(key)) : page;
    },
  },
  {
    name: 'orderTokens',
    appliesTo: isBuyer,
    read: async ({ accountId: buyerId }, limit, cursor) => {
      const page = await tables.orderTokens.list({ buyerId }, { limit, cursor });
      return page.ok ? pageOf(page.value, (token) => orderTokenSchema.parse(viewOrderToken(token))) : page;
    },
  },
  {
    name: 'webhookEndpoints',
    appliesTo: everybody,
    read: async ({ accountId }) => {
      const { endpoints } = await tables.webhooks.subscriptions(accountId);
      return accept({ records: endpoints.map((endpoint) => endpointSchema.parse(viewEndpoint(endpoint))) });
    },
  },
  {
    name: 'orders',
    appliesTo: everybody,
    read: async ({ accountId, role }, limit, before) => {
      const whose = role === 'merchant' ? { merchantId: accountId } : { buyerId: accountId };
      const page = await tables.orders.list(whose, Math.min(limit, ordersAtATime), before);
      const records = await Promise.all(page.orders.map((order) => describeOrder(tables, order, role === 'buyer')));
      return accept({ records, next: page.nextBefore });
    },
  },
  {
    name: 'topUps',
    appliesTo: isBuyer,
    read: async ({ accountId }, limit, cursor) => {
      const page = await listPaidFor(tables, 'exportTopUps', accountId, { limit, cursor });
      return page.ok ? pageOf(page.value, (payment) => paymentSchema.parse(payment)) : page;
    },
  },
  {
    name: 'wallet',
    appliesTo: isBuyer,
    read: async ({ accountId }) =>
      accept({ records: [{ balanceMinor: await tables.ledger.walletBalance(accountId), currency }] }),
  },
  {
    name: 'walletStatement',
    appliesTo: isBuyer,
    read: async ({ accountId }, limit, cursor) => {
      const page = await statementOf(tables.ledger, accountId, { limit, cursor });
      return page.ok ? pageOf(page.value, (line) => line) : page;
    },
  },
];

const pageOf = <T>(page: { readonly items: readonly T[]; readonly nextCursor?: string }, show: (item: T) => unknown) =>
  accept({ records: page.items.map(show), next: page.nextCursor });

/**
 * To its buyer an order says also how he paid through channels, the latest attempts first, and who read its keys: the
 * first reading stands on it, the others beside it.
 */
const describeOrder = async (tables: ExportTables, order: Order, isBuyers: boolean) => {
  const shown = orderSchema.parse(viewOrder(order, tables.now()));
  if (!isBuyers) return shown;
  const { firstRevealedAt: at, firstRevealedBy: apiKeyId } = order;
  const readings = at === undefined ? [] : [{ at, apiKeyId }, ...(await tables.orders.readings(order.orderId))];
  const paid = await listPaidFor(tables, 'exportOrderPayments', order.orderId, { limit: paymentsOfAnOrder });
  const payments = paid.ok ? paid.value.items.map((payment) => paymentSchema.parse(payment)) : [];
  return { ...shown, payments, readings };
};
