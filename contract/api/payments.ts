import * as z from 'zod/mini';
import * as common from './common.ts';
import { schemaNames } from './naming.ts';
import { orderSchema } from './orders.ts';
import type { Route } from './route.ts';
import * as samples from './samples.ts';

const topUpSchema = z
  .object({
    topUpId: z.string(),
    accountId: common.accountId,
    amountMinor: common.amountMinor,
    currency: common.currencySchema,
    postedAt: common.instant,
  })
  .register(schemaNames, { id: 'TopUp' });

export const paymentRoutes = [
  {
    operation: 'payOrder',
    method: 'POST',
    path: '/v1/orders/{orderId}/pay',
    function: 'payments',
    roles: ['buyer'],
    summary: 'Pay an order from your wallet. Paying it again changes nothing; out of stock costs nothing.',
    description:
      'Money and keys change hands in one step where the keys are there. Repeat it after any failure: an order is paid once.',
    zh: {
      summary: '用钱包支付订单,重复支付无副作用',
      description: '库存充足时钱货一步两清。失败后可放心重试:订单只会支付一次;缺货不扣款。',
    },
    refusals: [
      'selling-closed',
      'not-found',
      'order-state-unfit',
      'order-expired',
      'out-of-stock',
      'wallet-balance-short',
      'buyer-limit-reached',
    ],
    example: { params: { orderId: samples.orderId }, body: { method: 'wallet' }, response: samples.deliveredOrder },
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
    description: 'For trying things out: the money comes from the channel `test`, which the books show as such.',
    zh: { summary: '向买家钱包充入测试资金', description: '供试用:资金来自 `test` 渠道,账簿如实记载。' },
    refusals: ['not-found', 'account-role-unfit', 'wallet-balance-limit'],
    example: {
      params: { accountId: samples.buyerId },
      body: { amountMinor: 50000, currency: 'CNY' },
      response: {
        topUpId: 'top_7k2m9p4q6r8s0t1v3w5x7y9z2b',
        accountId: samples.buyerId,
        amountMinor: 50000,
        currency: 'CNY',
        postedAt: samples.earlier,
      },
    },
    idempotencyKey: true,
    status: 201,
    params: z.object({ accountId: common.accountId }),
    query: common.noQuery,
    body: z.strictObject({ amountMinor: common.positiveAmountMinor, currency: common.currencySchema }),
    response: topUpSchema,
  },
] as const satisfies readonly Route[];
