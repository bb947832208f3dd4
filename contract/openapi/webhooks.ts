import { earlier } from '../api/samples.ts';
import { type WebhookEventType, webhookEvents, webhookEventTypes, webhookPayload } from '../webhooks.ts';
import { schemaOf } from './schemas.ts';
import type { Parameter, Webhook } from './types.ts';

/** The headers of Standard Webhooks, by which a receiver knows the sender and a repetition. */
const headers: readonly Parameter[] = [
  { name: 'webhook-id', description: 'The same for each repetition of an event.' },
  { name: 'webhook-timestamp', description: 'Seconds since the epoch at which this attempt was signed.' },
  { name: 'webhook-signature', description: 'HMAC-SHA256 of id, timestamp and body, one for each living secret.' },
].map((header) => ({ ...header, in: 'header', required: true, schema: { type: 'string' } }));

/** `order.captured` as the name of an operation: `onOrderCaptured`. */
const operationId = (type: string): string =>
  `on${type.replace(/(?:^|[._-])(\w)/g, (_, letter: string) => letter.toUpperCase())}`;

/** An event as a receiver gets it. */
const exampleOf = (type: WebhookEventType) => ({
  id: 'evt_7k2m9p4q6r8s0t1v3w5x7y9z2e',
  timestamp: earlier,
  sequence: 2,
  type,
  data: webhookEvents[type].example,
});

/** What we send to the endpoints of integrators, an event each. */
export const webhooks = (): Readonly<Record<string, Webhook>> =>
  Object.fromEntries(
    webhookEventTypes.map((type) => {
      const { summary, zh } = webhookEvents[type];
      return [
        type,
        {
          post: {
            operationId: operationId(type),
            tags: ['webhooks'],
            summary: summary.replace(/\.$/, ''),
            description: `Sent to every endpoint that asks for \`${type}\`; again, with longer pauses, until it answers 2xx.`,
            'x-zh': { summary: zh, description: `发送至订阅了 \`${type}\` 的每个端点;未答复 2xx 则延时重发。` },
            security: [],
            parameters: headers,
            requestBody: {
              description: 'The event. Check the signature before anything else.',
              required: true,
              content: {
                'application/json': {
                  schema: schemaOf(webhookPayload(type)),
                  example: exampleOf(type),
                },
              },
            },
            responses: {
              '2XX': { description: 'Heard.' },
              '4XX': { description: 'Not heard: it is sent again later.' },
            },
          },
        },
      ];
    }),
  );
