import * as z from 'zod/mini';
import { attemptResults } from '../../core/webhooks/delivery.ts';
import { disabledReasons, maxEndpointsPerAccount } from '../../core/webhooks/endpoint.ts';
import { eventSchema, webhookEventType } from '../webhooks.ts';
import * as common from './common.ts';
import type { Route } from './route.ts';
import * as samples from './samples.ts';

const webhookLimits = {
  overlapSecondsDefault: 86_400,
  overlapSecondsMax: 604_800,
} as const;

export const endpointSchema = z.object({
  endpointId: common.webhookEndpointId,
  url: z.string(),
  events: z.array(z.string()),
  description: z.optional(z.string()),
  createdAt: common.instant,
  /** Since when no delivery succeeded; absent while the endpoint is well. */
  failingSince: z.optional(common.instant),
  /** Present while the endpoint is not called. */
  disabled: z.optional(z.object({ at: common.instant, reason: z.enum(disabledReasons) })),
  /** Until then webhooks are signed with the secret before the last rotation too. */
  previousSecretUntil: z.optional(common.instant),
});

const endpointWithSecret = z.extend(endpointSchema, {
  /** Present in the first answer only: afterwards only whoever signs can read it. */
  secret: z.optional(z.string()),
  /** Stands in for the secret when the request is repeated. */
  note: z.optional(z.string()),
});

const deliverySchema = z.object({
  eventId: common.eventId,
  endpointId: common.webhookEndpointId,
  type: z.string(),
  recordedAt: common.instant,
  status: z.enum(['pending', 'delivered', 'failed', 'dropped']),
  /** The latest attempts, oldest first. */
  attempts: z.array(
    z.object({
      at: common.instant,
      result: z.enum(attemptResults),
      status: z.optional(z.int()),
      durationMs: z.int(),
    }),
  ),
  /** When the next attempt comes; absent once nothing remains to be done. */
  nextAttemptAt: z.optional(common.instant),
});

const endpointParams = z.object({ endpointId: common.webhookEndpointId });

const everyEvent = z.literal('*');

export const webhookRoutes = [
  {
    operation: 'createWebhookEndpoint',
    method: 'POST',
    path: '/v1/webhook-endpoints',
    function: 'webhooks',
    roles: ['buyer', 'merchant'],
    summary: `Names an address to be told of events; its signing secret is shown in this one answer. At most ${maxEndpointsPerAccount} an account`,
    description:
      'Each webhook is signed by Standard Webhooks with the `secret` of this answer. The address is `https` on port 443 of a public host. Of `events` name those you want, or `*` for all, those of later releases included.',
    zh: {
      summary: '登记接收事件的地址,签名密钥仅在本次应答中出现',
      description:
        'Webhook 按 Standard Webhooks 用应答中的 `secret` 签名。地址须为公网主机的 `https`,端口 443。`events` 列出所需事件,`*` 表示全部。',
    },
    refusals: ['webhook-url-unfit', 'webhook-endpoint-limit-reached'],
    example: {
      body: { url: samples.webhookEndpoint.url, events: samples.webhookEndpoint.events, description: 'shop server' },
      response: { ...samples.webhookEndpoint, secret: samples.signingSecret },
    },
    idempotencyKey: true,
    status: 201,
    params: common.noParams,
    query: common.noQuery,
    body: z.strictObject({
      url: z.string().check(z.minLength(1), z.maxLength(common.limits.urlLength)),
      events: z.array(z.union([everyEvent, webhookEventType])).check(
        z.minLength(1),
        z.refine((events) => new Set(events).size === events.length, 'must not name an event twice'),
      ),
      description: z.optional(common.text(common.limits.nameLength)),
    }),
    response: endpointWithSecret,
  },
  {
    operation: 'listWebhookEndpoints',
    method: 'GET',
    path: '/v1/webhook-endpoints',
    function: 'webhooks',
    roles: ['buyer', 'merchant'],
    summary: 'Your webhook endpoints, all on one page',
    description: 'There are never more than fit one page.',
    zh: {
      summary: '列出您的全部 Webhook 地址',
      description: '总数有限,一页即可列完。',
    },
    refusals: [],
    example: { response: { items: [samples.webhookEndpoint] } },
    idempotencyKey: false,
    status: 200,
    params: common.noParams,
    query: common.noQuery,
    body: common.noBody,
    response: common.page(endpointSchema),
  },
  {
    operation: 'readWebhookEndpoint',
    method: 'GET',
    path: '/v1/webhook-endpoints/{endpointId}',
    function: 'webhooks',
    roles: ['buyer', 'merchant'],
    summary: 'One of your webhook endpoints, and whether it is well',
    description:
      '`failingSince` says since when nothing was accepted; `disabled` says since when and why it is not called.',
    zh: {
      summary: '查看一个 Webhook 地址及其状况',
      description: '`failingSince` 为持续失败的起点;`disabled` 说明停用的时间与原因。',
    },
    refusals: ['not-found'],
    example: { params: { endpointId: samples.webhookEndpointId }, response: samples.webhookEndpoint },
    idempotencyKey: false,
    status: 200,
    params: endpointParams,
    query: common.noQuery,
    body: common.noBody,
    response: endpointSchema,
  },
  {
    operation: 'deleteWebhookEndpoint',
    method: 'DELETE',
    path: '/v1/webhook-endpoints/{endpointId}',
    function: 'webhooks',
    roles: ['buyer', 'merchant'],
    summary: 'Deletes a webhook endpoint with its secrets; what was on its way to it is dropped',
    description: 'The log at `/v1/events` keeps its events.',
    zh: {
      summary: '删除 Webhook 地址及其密钥',
      description: '未送达的事件不再发送;`/v1/events` 中的事件仍保留。',
    },
    refusals: ['not-found'],
    example: { params: { endpointId: samples.webhookEndpointId }, response: samples.webhookEndpoint },
    idempotencyKey: false,
    status: 200,
    params: endpointParams,
    query: common.noQuery,
    body: common.noBody,
    response: endpointSchema,
  },
  {
    operation: 'rotateWebhookSecret',
    method: 'POST',
    path: '/v1/webhook-endpoints/{endpointId}/rotate-secret',
    function: 'webhooks',
    roles: ['buyer', 'merchant'],
    summary: 'Makes a new signing secret, shown once; for the overlap webhooks are signed with the old one too',
    description:
      'During the overlap each webhook carries two signatures, so that you can change over without losing one. A rotation during an overlap ends the oldest secret at once.',
    zh: {
      summary: '更换签名密钥,新密钥仅出现一次',
      description: '重叠期内每个 Webhook 带两个签名,可从容切换。重叠期内再次更换,则最旧的密钥立即失效。',
    },
    refusals: ['not-found'],
    example: {
      params: { endpointId: samples.webhookEndpointId },
      body: { overlapSeconds: 3_600 },
      response: {
        ...samples.webhookEndpoint,
        secret: samples.signingSecret,
        previousSecretUntil: '2026-11-22T03:31:12.345Z',
      },
    },
    idempotencyKey: true,
    status: 201,
    params: endpointParams,
    query: common.noQuery,
    body: z.strictObject({
      overlapSeconds: z._default(
        z.int().check(z.minimum(0), z.maximum(webhookLimits.overlapSecondsMax)),
        webhookLimits.overlapSecondsDefault,
      ),
    }),
    response: endpointWithSecret,
  },
  {
    operation: 'disableWebhookEndpoint',
    method: 'POST',
    path: '/v1/webhook-endpoints/{endpointId}/disable',
    function: 'webhooks',
    roles: ['buyer', 'merchant'],
    summary: 'Stops calling a webhook endpoint; repeating it changes nothing',
    description: 'What happens meanwhile is not sent later; read it from `/v1/events`.',
    zh: {
      summary: '停止调用一个 Webhook 地址',
      description: '停用期间的事件不会补发,请从 `/v1/events` 读取。重复调用无副作用。',
    },
    refusals: ['not-found'],
    example: {
      params: { endpointId: samples.webhookEndpointId },
      response: { ...samples.webhookEndpoint, disabled: { at: samples.later, reason: 'owner' } },
    },
    idempotencyKey: false,
    status: 200,
    params: endpointParams,
    query: common.noQuery,
    body: common.noBody,
    response: endpointSchema,
  },
  {
    operation: 'enableWebhookEndpoint',
    method: 'POST',
    path: '/v1/webhook-endpoints/{endpointId}/enable',
    function: 'webhooks',
    roles: ['buyer', 'merchant'],
    summary: 'Calls a disabled webhook endpoint again, with what happens from now on; repeating it changes nothing',
    description:
      'What happened meanwhile is in `/v1/events`, and what had been on its way can be sent again by `redeliver`.',
    zh: {
      summary: '重新启用一个 Webhook 地址',
      description: '停用期间的事件见 `/v1/events`;曾在途的可用 `redeliver` 重发。重复调用无副作用。',
    },
    refusals: ['not-found'],
    example: { params: { endpointId: samples.webhookEndpointId }, response: samples.webhookEndpoint },
    idempotencyKey: false,
    status: 200,
    params: endpointParams,
    query: common.noQuery,
    body: common.noBody,
    response: endpointSchema,
  },
  {
    operation: 'testWebhookEndpoint',
    method: 'POST',
    path: '/v1/webhook-endpoints/{endpointId}/test',
    function: 'webhooks',
    roles: ['buyer', 'merchant'],
    summary: 'Sends a test event to a webhook endpoint',
    description:
      'The event `endpoint.test` goes to this endpoint alone, whatever it listens to. Read the list of its deliveries to see how it went.',
    zh: {
      summary: '向一个 Webhook 地址发送测试事件',
      description: '事件 `endpoint.test` 只发给该地址,不论其订阅了什么。结果见其投递列表。',
    },
    refusals: ['not-found', 'webhook-endpoint-disabled'],
    example: {
      params: { endpointId: samples.webhookEndpointId },
      response: { ...samples.webhookDelivery, type: 'endpoint.test', status: 'pending', attempts: [] },
    },
    idempotencyKey: true,
    status: 201,
    params: endpointParams,
    query: common.noQuery,
    body: common.noBody,
    response: deliverySchema,
  },
  {
    operation: 'listWebhookDeliveries',
    method: 'GET',
    path: '/v1/webhook-endpoints/{endpointId}/deliveries',
    function: 'webhooks',
    roles: ['buyer', 'merchant'],
    summary: 'What was sent to a webhook endpoint in the last 30 days, newest first, with the latest attempts of each',
    description:
      'Of each attempt it says when, what came of it, the HTTP status and how long it took; the body of your answer is not kept.',
    zh: {
      summary: '列出近 30 天发往该地址的投递,新的在前',
      description: '每次尝试记录时间、结果、HTTP 状态与耗时;您的应答内容不会保存。',
    },
    refusals: ['not-found'],
    example: {
      params: { endpointId: samples.webhookEndpointId },
      query: { limit: 50 },
      response: { items: [samples.webhookDelivery] },
    },
    idempotencyKey: false,
    status: 200,
    params: endpointParams,
    query: common.pageQuery,
    body: common.noBody,
    response: common.page(deliverySchema),
  },
  {
    operation: 'redeliverWebhook',
    method: 'POST',
    path: '/v1/webhook-endpoints/{endpointId}/deliveries/{eventId}/redeliver',
    function: 'webhooks',
    roles: ['buyer', 'merchant'],
    summary: 'Sends an event to a webhook endpoint again, with as many attempts as the first time',
    description: 'The event keeps its id, so that a receiver who had it knows it again.',
    zh: {
      summary: '向该地址重新发送一个事件',
      description: '事件编号不变,已收到者可据此识别。尝试次数与首次相同。',
    },
    refusals: ['not-found', 'webhook-endpoint-disabled'],
    example: {
      params: { endpointId: samples.webhookEndpointId, eventId: samples.eventId },
      response: { ...samples.webhookDelivery, status: 'pending', nextAttemptAt: samples.later },
    },
    idempotencyKey: true,
    status: 200,
    params: z.extend(endpointParams, { eventId: common.eventId }),
    query: common.noQuery,
    body: common.noBody,
    response: deliverySchema,
  },
  {
    operation: 'listEvents',
    method: 'GET',
    path: '/v1/events',
    function: 'webhooks',
    roles: ['buyer', 'merchant'],
    summary:
      'What happened to your orders and batches, oldest first, for 30 days; `after` goes on behind the last event you have',
    description:
      'The durable source of what webhooks announce: the same events under the same ids, about half a minute after they happened. A log begins with your first endpoint or your first call of this route, and goes on while you have an endpoint or have read it in the last 30 days.',
    zh: {
      summary: '列出您的订单与批次的事件,旧的在前,保留 30 天',
      description:
        'Webhook 所通知的事件均可在此读取,编号相同,约迟半分钟。`after` 填您已处理的最后一个事件。首次登记地址或首次调用本接口后开始记录。',
    },
    refusals: ['cursor-invalid'],
    example: { query: { limit: 50, after: samples.eventId }, response: { items: [samples.event], hasMore: false } },
    idempotencyKey: false,
    status: 200,
    params: common.noParams,
    query: z.strictObject({ limit: common.pageQuery.shape.limit, after: z.optional(common.eventId) }),
    body: common.noBody,
    response: z.object({ items: z.array(eventSchema), hasMore: z.boolean() }),
  },
] as const satisfies readonly Route[];
