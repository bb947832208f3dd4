import * as z from 'zod/mini';
import { channels } from '../../core/payments/channel.ts';
import * as common from './common.ts';
import { schemaNames } from './naming.ts';
import type { Route } from './route.ts';
import * as samples from './samples.ts';
import { seller } from './seller.ts';

const orderStatus = z
  .enum(['placed', 'expired', 'cancelled', 'captured', 'delivered', 'released', 'refunded'])
  .register(schemaNames, { id: 'OrderStatus' });

/** An order as its buyer, its merchant and the operators see it. It never holds a secret. */
export const orderSchema = z
  .object({
    orderId: common.orderId,
    status: orderStatus,
    buyerId: common.accountId,
    merchantId: common.accountId,
    seller,
    productId: common.productId,
    productVersion: z.int(),
    quantity: z.int(),
    unitPriceMinor: common.amountMinor,
    amountMinor: common.amountMinor,
    currency: common.currencySchema,
    whenOutOfStock: z.enum(['refuse', 'wait']),
    whenPaidLate: z.enum(['refund', 'deliver']),
    allowPartial: z.boolean(),
    createdAt: common.instant,
    expiresAt: common.instant,
    cancelledAt: z.optional(common.instant),
    policyVersion: z.optional(z.string()),
    capturedAt: z.optional(common.instant),
    /** When the buyer paid; the promise counts from then. */
    paidAt: z.optional(common.instant),
    /** The payment through a channel that captured the order; absent where the wallet did. */
    payment: z.optional(z.object({ paymentId: common.paymentId, channel: z.enum(channels) })),
    /** Delivered by then, or refunded. */
    promiseAt: z.optional(common.instant),
    deliveredAt: z.optional(common.instant),
    deliveredQuantity: z.int(),
    firstRevealedAt: z.optional(common.instant),
    /** When the escrow goes to the merchant unless the buyer confirms before. */
    releaseAt: z.optional(common.instant),
    confirmedAt: z.optional(common.instant),
    releasedAt: z.optional(common.instant),
    refundedAt: z.optional(common.instant),
    refundedMinor: common.amountMinor,
  })
  .register(schemaNames, { id: 'Order' });

const orderParams = z.object({ orderId: common.orderId });

const placeOrderBody = z
  .strictObject({
    productId: common.productId,
    quantity: z._default(z.int().check(z.minimum(1), z.maximum(common.limits.keysPerOrder)), 1),
    whenOutOfStock: z._default(z.enum(['refuse', 'wait']), 'refuse'),
    whenPaidLate: z._default(z.enum(['refund', 'deliver']), 'refund'),
    allowPartial: z._default(z.boolean(), false),
    expectedUnitPriceMinor: z.optional(common.positiveAmountMinor),
  })
  .register(schemaNames, { id: 'NewOrder' });

export const orderRoutes = [
  {
    operation: 'placeOrder',
    method: 'POST',
    path: '/v1/orders',
    function: 'orders',
    roles: ['buyer'],
    summary: 'Place an order. Nothing is charged or reserved yet.',
    description:
      'Pay it before `expiresAt`. `whenOutOfStock: wait` lets a paid order wait for keys until its promise; then it is delivered or refunded by itself.',
    zh: {
      summary: '下单,尚未扣款或占用库存',
      description:
        '请在 `expiresAt` 前付款。选择 `whenOutOfStock: wait` 的订单付款后等待补货,至承诺时间自动交付或退款。',
    },
    refusals: [
      'selling-closed',
      'product-not-on-sale',
      'merchant-not-admitted',
      'price-changed',
      'quantity-over-limit',
      'buyer-limit-reached',
      'amount-over-limit',
    ],
    example: {
      body: { productId: samples.productId, quantity: 1, expectedUnitPriceMinor: 990 },
      response: samples.placedOrder,
    },
    idempotencyKey: true,
    status: 201,
    params: common.noParams,
    query: common.noQuery,
    body: placeOrderBody,
    response: orderSchema,
  },
  {
    operation: 'listOrders',
    method: 'GET',
    path: '/v1/orders',
    function: 'orders',
    roles: ['buyer', 'merchant'],
    summary: 'List your own orders, newest first: those you placed as a buyer, those you sold as a merchant.',
    description: 'A page may mix every status; an order shows as expired once its time to pay is over.',
    zh: {
      summary: '列出本人订单,新的在前',
      description: '买家看到所下订单,商家看到所售订单;超时未付的订单显示为已过期。',
    },
    refusals: [],
    example: { query: { limit: 50 }, response: { items: [samples.deliveredOrder] } },
    idempotencyKey: false,
    status: 200,
    params: common.noParams,
    query: common.pageQuery,
    body: common.noBody,
    response: common.page(orderSchema),
  },
  {
    operation: 'readOrder',
    method: 'GET',
    path: '/v1/orders/{orderId}',
    function: 'orders',
    roles: ['buyer', 'merchant', 'operator', 'arbiter', 'finance', 'auditor'],
    guest: 'read',
    summary: 'Read one order.',
    description:
      'It never holds a secret: those are read with revealKeys. A foreign order answers like one that does not exist.',
    zh: { summary: '查看一笔订单', description: '订单从不包含卡密,卡密须另行查看;他人的订单视同不存在。' },
    refusals: ['not-found'],
    example: { params: { orderId: samples.orderId }, response: samples.deliveredOrder },
    idempotencyKey: false,
    status: 200,
    params: orderParams,
    query: common.noQuery,
    body: common.noBody,
    response: orderSchema,
  },
  {
    operation: 'cancelOrder',
    method: 'POST',
    path: '/v1/orders/{orderId}/cancel',
    function: 'orders',
    roles: ['buyer'],
    summary: 'Cancel an unpaid order. Cancelling it again changes nothing.',
    description: 'Nothing was charged, so nothing is refunded.',
    zh: { summary: '取消未付款订单,重复取消无副作用', description: '未扣款,故无退款。' },
    refusals: ['not-found', 'order-state-unfit', 'order-expired'],
    example: {
      params: { orderId: samples.orderId },
      response: { ...samples.placedOrder, status: 'cancelled', cancelledAt: samples.later },
    },
    idempotencyKey: false,
    status: 200,
    params: orderParams,
    query: common.noQuery,
    body: common.noBody,
    response: orderSchema,
  },
  {
    operation: 'confirmOrder',
    method: 'POST',
    path: '/v1/orders/{orderId}/confirm',
    function: 'orders',
    roles: ['buyer'],
    guest: 'confirm',
    summary: 'Confirm a delivered order: the escrow goes to the merchant now.',
    description: 'Without it the release comes by itself at `releaseAt`. Confirming again changes nothing.',
    zh: { summary: '确认收货,担保款立即放给商家', description: '不确认则在 `releaseAt` 自动放款;重复确认无副作用。' },
    refusals: ['not-found', 'order-state-unfit'],
    example: {
      params: { orderId: samples.orderId },
      response: {
        ...samples.deliveredOrder,
        status: 'released',
        confirmedAt: samples.later,
        releasedAt: samples.later,
      },
    },
    idempotencyKey: false,
    status: 200,
    params: orderParams,
    query: common.noQuery,
    body: common.noBody,
    response: orderSchema,
  },
] as const satisfies readonly Route[];
