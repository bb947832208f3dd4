import * as z from 'zod/mini';
import * as common from './common.ts';
import type { Route } from './route.ts';

const orderStatus = z.enum(['placed', 'expired', 'cancelled', 'captured', 'delivered', 'released', 'refunded']);

/** An order as its buyer, its merchant and the operators see it. It never holds a secret. */
export const orderSchema = z.object({
  orderId: common.orderId,
  status: orderStatus,
  buyerId: common.accountId,
  merchantId: common.accountId,
  productId: common.productId,
  productVersion: z.int(),
  quantity: z.int(),
  unitPriceMinor: common.amountMinor,
  amountMinor: common.amountMinor,
  currency: common.currencySchema,
  whenOutOfStock: z.enum(['refuse', 'wait']),
  allowPartial: z.boolean(),
  createdAt: common.instant,
  expiresAt: common.instant,
  cancelledAt: z.optional(common.instant),
  policyVersion: z.optional(z.string()),
  capturedAt: z.optional(common.instant),
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
});

const orderParams = z.object({ orderId: common.orderId });

const placeOrderBody = z.strictObject({
  productId: common.productId,
  quantity: z._default(z.int().check(z.minimum(1), z.maximum(common.limits.keysPerOrder)), 1),
  whenOutOfStock: z._default(z.enum(['refuse', 'wait']), 'refuse'),
  allowPartial: z._default(z.boolean(), false),
  expectedUnitPriceMinor: z.optional(common.positiveAmountMinor),
});

export const orderRoutes = [
  {
    operation: 'placeOrder',
    method: 'POST',
    path: '/v1/orders',
    function: 'orders',
    roles: ['buyer'],
    summary: 'Place an order. Nothing is charged or reserved yet.',
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
    idempotencyKey: false,
    status: 200,
    params: orderParams,
    query: common.noQuery,
    body: common.noBody,
    response: orderSchema,
  },
] as const satisfies readonly Route[];
