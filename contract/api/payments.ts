import * as z from 'zod/mini';
import { channels, paymentScenes } from '../../core/payments/channel.ts';
import { paymentPurposes, paymentStatuses, receiptOutcomes } from '../../core/payments/payment.ts';
import { refundReasons, refundStatuses, refundTroubles } from '../../core/payments/refund.ts';
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

/** How the buyer wants to pay. `wechat_pay` in the scene `jsapi` needs his `payerOpenId`. */
const channelChoice = {
  channel: z.enum(channels),
  scene: z.enum(paymentScenes),
  /** Where the browser goes after a payment by `page`; it says nothing about whether it was paid. */
  returnUrl: z.optional(z.url({ protocol: /^https?$/ }).check(z.maxLength(500))),
  payerOpenId: z.optional(z.string().check(z.regex(/^[A-Za-z0-9_-]{1,128}$/, 'must be an openid of WeChat'))),
};

const refundSchema = z
  .object({
    refundId: z.string(),
    paymentId: common.paymentId,
    orderId: z.optional(common.orderId),
    channel: z.enum(channels),
    /** `order`: its order was refunded; otherwise why the money could not be assigned. */
    reason: z.enum(refundReasons),
    status: z.enum(refundStatuses),
    amountMinor: common.amountMinor,
    currency: common.currencySchema,
    /** From then on the books owe the buyer this; the channel's confirmation follows. */
    committedAt: common.instant,
    confirmedAt: z.optional(common.instant),
    attempts: z.int(),
    lastAttemptAt: z.optional(common.instant),
    /** What keeps it from being confirmed. */
    trouble: z.optional(z.enum(refundTroubles)),
    /** When the channel is asked next. */
    nextAttemptAt: z.optional(common.instant),
  })
  .register(schemaNames, { id: 'Refund' });

export const paymentSchema = z
  .object({
    paymentId: common.paymentId,
    status: z.enum(paymentStatuses),
    purpose: z.enum(paymentPurposes),
    orderId: z.optional(common.orderId),
    channel: z.enum(channels),
    scene: z.enum(paymentScenes),
    /** What the channel was asked to take. */
    amountMinor: common.amountMinor,
    currency: common.currencySchema,
    createdAt: common.instant,
    /** The channel takes no money for it afterwards. */
    expiresAt: common.instant,
    closedAt: z.optional(common.instant),
    /** What the buyer paid; more or less than asked is settled by `outcome`. */
    paidMinor: z.optional(common.amountMinor),
    paidAt: z.optional(common.instant),
    receivedAt: z.optional(common.instant),
    outcome: z.optional(z.enum(receiptOutcomes)),
    refunds: z.array(refundSchema),
  })
  .register(schemaNames, { id: 'Payment' });

/** What the buyer's page or app does to pay. */
const wayToPay = z
  .union([
    z.object({ kind: z.literal('redirect'), url: z.string() }),
    z.object({ kind: z.literal('app'), parameters: z.string() }),
    z.object({ kind: z.literal('qr'), content: z.string() }),
    z.object({ kind: z.literal('jsapi'), parameters: z.record(z.string(), z.string()) }),
  ])
  .register(schemaNames, { id: 'WayToPay' });

/** `pay` is absent once there is nothing to pay any more. */
const startedPayment = z.extend(paymentSchema, { pay: z.optional(wayToPay) });

const paymentReaders = ['buyer', 'operator', 'finance', 'auditor'] as const;

export const channelPaymentRoutes = [
  {
    operation: 'startPayment',
    method: 'POST',
    path: '/v1/orders/{orderId}/payments',
    function: 'channelPayments',
    roles: ['buyer'],
    summary: 'Pay an order through Alipay or WeChat Pay: opens a trade there and says how to pay it.',
    description:
      'Answers with `pay`: a page to go to (`redirect`), parameters for an app (`app`), a code to show (`qr`) or parameters for a page inside WeChat (`jsapi`). Nothing is charged or held here; the order is captured once the channel has told us that it was paid. Out of stock is refused before any money moves. The same request sent again opens the same trade.',
    zh: {
      summary: '通过支付宝或微信支付付款',
      description:
        '返回 `pay`:跳转页面(`redirect`)、App 参数(`app`)、二维码内容(`qr`)或微信内网页参数(`jsapi`)。此时不扣款、不占库存;渠道通知支付成功后订单才收款。缺货时在收款前即拒绝。重复发送同一请求对应同一笔交易。',
    },
    refusals: [
      'selling-closed',
      'not-found',
      'channel-scene-unfit',
      'order-state-unfit',
      'order-expired',
      'out-of-stock',
      'payment-limit-reached',
      'trade-not-openable',
      'channel-unavailable',
    ],
    example: {
      params: { orderId: samples.orderId },
      body: { channel: 'alipay', scene: 'page', returnUrl: 'https://shop.example.com/paid' },
      response: { ...samples.openPayment, pay: { kind: 'redirect', url: 'https://openapi.alipay.com/gateway.do?…' } },
    },
    idempotencyKey: true,
    status: 201,
    params: z.object({ orderId: common.orderId }),
    query: common.noQuery,
    body: z.strictObject(channelChoice),
    response: startedPayment,
  },
  {
    operation: 'startTopUp',
    method: 'POST',
    path: '/v1/wallet/top-ups',
    function: 'channelPayments',
    roles: ['buyer'],
    summary: 'Top up your wallet through Alipay or WeChat Pay.',
    description:
      'Answers as `startPayment` does. The money is in the wallet once the channel has told us that it was paid.',
    zh: { summary: '通过支付宝或微信支付充值钱包', description: '返回内容同 `startPayment`。渠道通知支付成功后入账。' },
    refusals: ['channel-scene-unfit', 'trade-not-openable', 'channel-unavailable'],
    example: {
      body: { channel: 'wechat_pay', scene: 'qr', amountMinor: 5000, currency: 'CNY' },
      response: {
        ...samples.topUpPayment,
        pay: { kind: 'qr', content: 'weixin://wxpay/bizpayurl?pr=p4lpSuKzz' },
      },
    },
    idempotencyKey: true,
    status: 201,
    params: common.noParams,
    query: common.noQuery,
    body: z.strictObject({
      ...channelChoice,
      amountMinor: common.positiveAmountMinor,
      currency: common.currencySchema,
    }),
    response: startedPayment,
  },
  {
    operation: 'readPayment',
    method: 'GET',
    path: '/v1/payments/{paymentId}',
    function: 'channelPayments',
    roles: paymentReaders,
    summary: 'A payment through a channel with its refunds, for its buyer, operators, finance and auditors.',
    description:
      '`status` says whether the channel has told us of money; `outcome` what became of it. Money that could not be assigned (`short`, `late`, `duplicate`, `limit-reached`, the excess of `over`) is on its way back under `refunds`.',
    zh: {
      summary: '查看一笔渠道付款及其退款',
      description:
        '`status` 表示是否已收到渠道款项;`outcome` 表示款项去向。无法入账的款项(少付、迟付、重复付、超限,以及多付部分)在 `refunds` 中原路退回。',
    },
    refusals: ['not-found'],
    example: { params: { paymentId: samples.paymentId }, response: samples.latePayment },
    idempotencyKey: false,
    status: 200,
    params: z.object({ paymentId: common.paymentId }),
    query: common.noQuery,
    body: common.noBody,
    response: paymentSchema,
  },
  {
    operation: 'listOrderPayments',
    method: 'GET',
    path: '/v1/orders/{orderId}/payments',
    function: 'channelPayments',
    roles: paymentReaders,
    summary: 'The payments through channels that were begun for an order, newest first.',
    description: 'Each with its outcome and its refunds, for the buyer of the order, operators, finance and auditors.',
    zh: { summary: '列出订单的渠道付款', description: '按时间倒序,含结果与退款;买家本人、运营、财务与审计可见。' },
    refusals: ['not-found'],
    example: { params: { orderId: samples.orderId }, response: { items: [samples.openPayment] } },
    idempotencyKey: false,
    status: 200,
    params: z.object({ orderId: common.orderId }),
    query: common.pageQuery,
    body: common.noBody,
    response: common.page(paymentSchema),
  },
  {
    operation: 'listTopUps',
    method: 'GET',
    path: '/v1/wallet/top-ups',
    function: 'channelPayments',
    roles: ['buyer'],
    summary: 'Your top-ups through channels, newest first.',
    description: 'Those that were begun, paid or not.',
    zh: { summary: '列出自己的渠道充值', description: '按时间倒序,含未支付的充值。' },
    refusals: [],
    example: { response: { items: [samples.topUpPayment] } },
    idempotencyKey: false,
    status: 200,
    params: common.noParams,
    query: common.pageQuery,
    body: common.noBody,
    response: common.page(paymentSchema),
  },
  {
    operation: 'listUnconfirmedRefunds',
    method: 'GET',
    path: '/v1/refunds',
    function: 'channelPayments',
    roles: ['operator', 'finance', 'auditor'],
    summary: 'Refunds that are committed and not yet confirmed by their channel, oldest first.',
    description:
      '`committed`: still to be accepted by the channel, with `trouble` where it was not yet; `processing`: accepted, its end not told yet; `refused`: the channel will never do it, and a person has to.',
    zh: {
      summary: '列出渠道尚未确认的退款',
      description:
        '`committed` 待渠道受理(受阻原因见 `trouble`);`processing` 渠道处理中;`refused` 渠道拒绝,需人工处理。按时间正序。',
    },
    refusals: [],
    example: { query: { status: 'committed' }, response: { items: [samples.lateRefund] } },
    idempotencyKey: false,
    status: 200,
    params: common.noParams,
    query: z.extend(common.pageQuery, {
      status: z._default(z.enum(['committed', 'processing', 'refused']), 'committed'),
    }),
    body: common.noBody,
    response: common.page(refundSchema),
  },
] as const satisfies readonly Route[];
