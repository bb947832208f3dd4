import * as z from 'zod/mini';
import * as common from './common.ts';
import { orderSchema } from './orders.ts';
import type { Route } from './route.ts';

const topUpSchema = z.object({
  topUpId: z.string(),
  accountId: common.accountId,
  amountMinor: common.amountMinor,
  currency: common.currencySchema,
  postedAt: common.instant,
});

export const paymentRoutes = [
  {
    operation: 'payOrder',
    method: 'POST',
    path: '/v1/orders/{orderId}/pay',
    function: 'payments',
    roles: ['buyer'],
    summary: 'Pay an order from your wallet. Paying it again changes nothing; out of stock costs nothing.',
    idempotencyKey: false,
    status: 200,
    params: z.object({ orderId: common.orderId }),
    query: common.noQuery,
    body: z.strictObject({ method: z.literal('wallet') }),
    response: orderSchema,
  },
  {
    operation: 'grantTestTopUp',
    method: 'POST',
    path: '/v1/wallets/{accountId}/test-top-ups',
    function: 'payments',
    roles: ['operator'],
    summary: 'Put test money into the wallet of a buyer.',
    idempotencyKey: true,
    status: 201,
    params: z.object({ accountId: common.accountId }),
    query: common.noQuery,
    body: z.strictObject({ amountMinor: common.positiveAmountMinor, currency: common.currencySchema }),
    response: topUpSchema,
  },
] as const satisfies readonly Route[];
