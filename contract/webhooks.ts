/**
 * Every event that integrators can hear of, by webhook or from the log at `GET /v1/events`. One table feeds the checks
 * of endpoints, the payloads and the OpenAPI document: a new event is a row here and a line in
 * `functions/webhooks/events-of-change.ts`. Payloads hold ids and facts, never a secret and nothing personal.
 */
import * as z from 'zod/mini';
import { merchantStandings } from '../core/identity/merchant.ts';
import { noticeKinds } from '../core/identity/notice.ts';
import { channels } from '../core/payments/channel.ts';
import { paymentPurposes, receiptOutcomes } from '../core/payments/payment.ts';
import { refundReasons } from '../core/payments/refund.ts';
import { merchantLabels } from '../core/policy/policy.ts';
import { retryDelaysSeconds } from '../core/webhooks/delivery.ts';
import * as common from './api/common.ts';
import * as samples from './api/samples.ts';

export type WebhookEventDefinition = {
  /** When it is sent: a sentence. */
  readonly summary: string;
  /** The same in Chinese. */
  readonly zh: string;
  /** What `data` holds. */
  readonly data: z.ZodMiniType;
  /** A `data` that fits. */
  readonly example: Readonly<Record<string, unknown>>;
};

const order = {
  orderId: common.orderId,
  productId: common.productId,
  buyerId: common.accountId,
  merchantId: common.accountId,
  quantity: z.int(),
  amountMinor: common.amountMinor,
  currency: common.currencySchema,
};

const batch = {
  batchId: common.batchId,
  productId: common.productId,
  merchantId: common.accountId,
  lines: z.int(),
};

const exampleOrder = {
  orderId: samples.orderId,
  productId: samples.productId,
  buyerId: samples.buyerId,
  merchantId: samples.merchantId,
  quantity: 1,
  amountMinor: 990,
  currency: 'CNY',
} as const;

const exampleBatch = {
  batchId: samples.batchId,
  productId: samples.productId,
  merchantId: samples.merchantId,
  lines: 3,
} as const;

export const webhookEvents = {
  'order.captured': {
    summary: "An order's money is held in escrow: by `promiseAt` it is delivered or refunded.",
    zh: '订单款项已进入担保:到 `promiseAt` 前交付,否则退款。',
    data: z.object({ ...order, capturedAt: common.instant, promiseAt: z.optional(common.instant) }),
    example: { ...exampleOrder, capturedAt: samples.later, promiseAt: samples.deliveredOrder.promiseAt },
  },
  'order.delivered': {
    summary:
      "An order's keys are there to be revealed; the escrow is released at `releaseAt`, or when it is confirmed.",
    zh: '订单的卡密已可查看;款项在 `releaseAt` 或确认收货时放款。',
    data: z.object({
      ...order,
      deliveredAt: common.instant,
      deliveredQuantity: z.int(),
      releaseAt: z.optional(common.instant),
    }),
    example: samples.event.data,
  },
  'order.refunded': {
    summary: 'Money of an order goes back to its buyer: all of it, or the part that was not delivered.',
    zh: '订单款项退回会员:全部,或未交付的部分。',
    data: z.object({ ...order, refundedAt: common.instant, refundedMinor: common.amountMinor }),
    example: { ...exampleOrder, refundedAt: samples.later, refundedMinor: 990 },
  },
  'order.released': {
    summary: "An order's escrow is the merchant's, because its buyer confirmed or the hold ran out.",
    zh: '会员已确认或担保期已满,担保款项归商家。',
    data: z.object({ ...order, releasedAt: common.instant, confirmedAt: z.optional(common.instant) }),
    example: { ...exampleOrder, releasedAt: samples.deliveredOrder.releaseAt },
  },
  'batch.open': {
    summary: 'An import is complete, or a quarantine is over: the unsold keys of a batch are on sale.',
    zh: '导入完成或隔离解除:该批次未售卡密已上架。',
    data: z.object({ ...batch, stored: z.optional(z.int()), rejected: z.optional(z.int()) }),
    example: { ...exampleBatch, stored: 2, rejected: 1 },
  },
  'batch.quarantined': {
    summary: 'The unsold keys of a batch are off sale.',
    zh: '该批次未售卡密已下架。',
    data: z.object({ ...batch, quarantinedAt: common.instant, reason: z.optional(z.string()) }),
    example: { ...exampleBatch, quarantinedAt: samples.later, reason: 'The supplier recalled them.' },
  },
  'payment.received': {
    summary:
      'A channel reported money of a payment: it captured the order or filled the wallet, or goes back as `outcome` says.',
    zh: '渠道报告一笔支付到账:款项用于订单或充值,或按 `outcome` 所述退回。',
    data: z.object({
      paymentId: common.paymentId,
      purpose: z.enum(paymentPurposes),
      orderId: z.optional(common.orderId),
      buyerId: common.accountId,
      channel: z.enum(channels),
      amountMinor: common.amountMinor,
      paidMinor: common.amountMinor,
      currency: common.currencySchema,
      outcome: z.enum(receiptOutcomes),
      receivedAt: common.instant,
    }),
    example: {
      paymentId: samples.paymentId,
      purpose: 'order',
      orderId: samples.orderId,
      buyerId: samples.buyerId,
      channel: 'wechat_pay',
      amountMinor: 990,
      paidMinor: 990,
      currency: 'CNY',
      outcome: 'captured',
      receivedAt: samples.later,
    },
  },
  'refund.confirmed': {
    summary: 'A channel confirmed that a refund went back by the way the money came.',
    zh: '渠道确认退款已按原路退回。',
    data: z.object({
      refundId: z.string(),
      paymentId: common.paymentId,
      orderId: z.optional(common.orderId),
      buyerId: common.accountId,
      channel: z.enum(channels),
      reason: z.enum(refundReasons),
      amountMinor: common.amountMinor,
      currency: common.currencySchema,
      confirmedAt: common.instant,
    }),
    example: {
      refundId: samples.refundId,
      paymentId: samples.paymentId,
      orderId: samples.orderId,
      buyerId: samples.buyerId,
      channel: 'wechat_pay',
      reason: 'order',
      amountMinor: 990,
      currency: 'CNY',
      confirmedAt: samples.later,
    },
  },
  'account.notice': {
    summary:
      'Your account was told something: a decision about it, or about a document. Read its words at `/v1/me/notices`.',
    zh: '账户收到一条通知:有关账户或文件的决定。内容见 `/v1/me/notices`。',
    data: z.object({
      noticeId: z.string(),
      kind: z.enum(noticeKinds),
      at: common.instant,
      standing: z.optional(z.enum(merchantStandings)),
      label: z.optional(z.enum(merchantLabels)),
      documentId: z.optional(z.string()),
      expiresAt: z.optional(common.instant),
    }),
    example: {
      noticeId: samples.noticeId,
      kind: 'document.expiring',
      at: samples.later,
      documentId: samples.documentId,
      expiresAt: '2026-12-22T02:30:00.000Z',
    },
  },
  'endpoint.disabled': {
    summary: 'A webhook endpoint is no longer called, because it failed for days or said that it is gone.',
    zh: 'Webhook 地址不再被调用,因其连续数日失败或答复已停用。',
    data: z.object({
      endpointId: common.webhookEndpointId,
      reason: z.enum(['failing', 'gone']),
      failingSince: z.optional(common.instant),
      disabledAt: common.instant,
    }),
    example: { endpointId: samples.webhookEndpointId, reason: 'failing', disabledAt: samples.later },
  },
  'endpoint.test': {
    summary: 'You asked for it, to see whether an endpoint answers; only that endpoint hears it.',
    zh: '由您发起,用于检查某个地址是否应答;仅该地址收到。',
    data: z.object({ endpointId: common.webhookEndpointId }),
    example: { endpointId: samples.webhookEndpointId },
  },
} as const satisfies Record<string, WebhookEventDefinition>;

export type WebhookEventType = keyof typeof webhookEvents;
export const webhookEventTypes = Object.keys(webhookEvents) as unknown as readonly WebhookEventType[];
export const webhookEventType = z.enum(webhookEventTypes as readonly [WebhookEventType, ...WebhookEventType[]]);

/** What surrounds the data of every event, in a webhook's body and in the log alike. */
const envelope = {
  /** The same for every delivery of the event, and in the header `webhook-id`: what you have seen, you may skip. */
  id: z.string(),
  /** When it happened. */
  timestamp: common.instant,
  /** Rises along the life of the order, payment or batch, with gaps: of two events about it the higher one is later. */
  sequence: z.int(),
};

/** The body of a webhook of one type. */
export const webhookPayload = <Type extends WebhookEventType>(type: Type) =>
  z.object({ ...envelope, type: z.literal(type), data: webhookEvents[type].data });

/** An event as the log lists it; what `data` holds depends on the type, which may be one of an earlier release. */
export const eventSchema = z.object({ ...envelope, type: z.string(), data: z.record(z.string(), z.unknown()) });

/**
 * Seconds after which an event is listed in the log. Whoever records events may take less than this in all, so that none
 * appears before one that a reader has seen already.
 */
export const eventSettleSeconds = 30;

/** Days that events and deliveries are kept. */
export const eventRetentionDays = 30;

/** How long a receiver may take, and the seconds from each failed attempt to the next. */
export const webhookPatience = z.object({
  timeoutSeconds: z.int(),
  retryDelaysSeconds: z.array(z.int()),
});
export type WebhookPatience = z.output<typeof webhookPatience>;

/** What integrators are promised; `docs/webhooks.md` says it in words. */
export const promisedPatience: WebhookPatience = { timeoutSeconds: 10, retryDelaysSeconds: [...retryDelaysSeconds] };
