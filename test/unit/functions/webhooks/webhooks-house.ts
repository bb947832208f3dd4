import { afterAll } from 'vitest';
import { realSurroundings, type Surroundings } from '../../../../adapters/clock.ts';
import type { EventMessage, WebhookMessage } from '../../../../adapters/queues.ts';
import { TableGateway } from '../../../../adapters/tables/gateway.ts';
import { WebhooksTable } from '../../../../adapters/tables/webhooks.ts';
import { openSecretWith, sealSecretWith } from '../../../../adapters/webhooks/secrets.ts';
import { webhookSender } from '../../../../adapters/webhooks/sender.ts';
import { newSigningSecret } from '../../../../adapters/webhooks/signature.ts';
import { webhookRoutes } from '../../../../contract/api/webhooks.ts';
import { promisedPatience, webhookEvents } from '../../../../contract/webhooks.ts';
import { addSeconds } from '../../../../core/shared/instant.ts';
import { createWebhookEndpoint } from '../../../../functions/webhooks/create-webhook-endpoint.ts';
import { deleteWebhookEndpoint } from '../../../../functions/webhooks/delete-webhook-endpoint.ts';
import { deliverWebhook } from '../../../../functions/webhooks/deliver-webhook.ts';
import { disableWebhookEndpoint } from '../../../../functions/webhooks/disable-webhook-endpoint.ts';
import { enableWebhookEndpoint } from '../../../../functions/webhooks/enable-webhook-endpoint.ts';
import { listEvents } from '../../../../functions/webhooks/list-events.ts';
import { listWebhookDeliveries } from '../../../../functions/webhooks/list-webhook-deliveries.ts';
import { listWebhookEndpoints } from '../../../../functions/webhooks/list-webhook-endpoints.ts';
import { queueDue } from '../../../../functions/webhooks/queue-due.ts';
import { readWebhookEndpoint } from '../../../../functions/webhooks/read-webhook-endpoint.ts';
import { recordEvent } from '../../../../functions/webhooks/record-event.ts';
import { redeliverWebhook } from '../../../../functions/webhooks/redeliver-webhook.ts';
import { rotateWebhookSecret } from '../../../../functions/webhooks/rotate-webhook-secret.ts';
import { testWebhookEndpoint } from '../../../../functions/webhooks/test-webhook-endpoint.ts';
import { fakeKms } from '../../../support/fake-kms.ts';
import { type TestCaller, type TestRequest, testApi, testRooms } from '../../../support/test-rooms.ts';
import { startReceiver } from '../../../support/webhook-receiver.ts';

export const buyer: TestCaller = { accountId: `acc_${'0'.repeat(25)}b`, role: 'buyer' };
export const rival: TestCaller = { accountId: `acc_${'0'.repeat(25)}r`, role: 'merchant' };

const receivers: Awaited<ReturnType<typeof startReceiver>>[] = [];
afterAll(async () => {
  for (const receiver of receivers.splice(0)) await receiver.stop();
});

/**
 * The room with everything in it but AWS: tables in memory, a KMS that holds real keys, a sender that speaks HTTP. Its
 * clock starts at the real time, since receivers refuse what was signed long ago or is to be signed yet.
 */
export const webhooksHouse = () => {
  const rooms = testRooms(realSurroundings.now());
  const { passSeconds } = rooms;
  const surroundings: Surroundings = { ...rooms.surroundings, random: () => 0 };
  const { now } = surroundings;
  const webhooks = new WebhooksTable(new TableGateway(rooms.memory, surroundings), 'webhooks');
  const kms = fakeKms();
  const queue: { readonly message: WebhookMessage; readonly at: string }[] = [];
  const announce = async (message: WebhookMessage, delaySeconds = 0): Promise<void> => {
    queue.push({ message, at: addSeconds(now(), delaySeconds) });
  };
  const announceAll = async (messages: readonly WebhookMessage[]): Promise<void> => {
    for (const message of messages) await announce(message);
  };
  const deps = {
    webhooks,
    surroundings,
    announce,
    seal: sealSecretWith(kms, 'signing'),
    newSecret: newSigningSecret,
    reach: 'loopback-too',
  } as const;
  const call = testApi(webhookRoutes, {
    createWebhookEndpoint: createWebhookEndpoint(deps),
    listWebhookEndpoints: listWebhookEndpoints(deps),
    readWebhookEndpoint: readWebhookEndpoint(deps),
    deleteWebhookEndpoint: deleteWebhookEndpoint(deps),
    rotateWebhookSecret: rotateWebhookSecret(deps),
    disableWebhookEndpoint: disableWebhookEndpoint(deps),
    enableWebhookEndpoint: enableWebhookEndpoint(deps),
    testWebhookEndpoint: testWebhookEndpoint(deps),
    listWebhookDeliveries: listWebhookDeliveries(deps),
    redeliverWebhook: redeliverWebhook(deps),
    listEvents: listEvents(deps),
  });
  const open = openSecretWith(kms, 'signing', () => Date.parse(now()));
  const delivering = {
    webhooks,
    open,
    send: webhookSender('loopback-too', 0.3),
    announce,
    retryDelaysSeconds: promisedPatience.retryDelaysSeconds,
    surroundings,
  };
  const deliver = deliverWebhook(delivering);
  const record = recordEvent({ webhooks, now, announce: announceAll });
  const sweep = queueDue({ webhooks, now, announce: announceAll });

  /** Lets every message be received whose time has come, and those that come of them. */
  const drain = async (): Promise<void> => {
    for (;;) {
      const index = queue.findIndex(({ at }) => at <= now());
      const [next] = index < 0 ? [] : queue.splice(index, 1);
      if (next === undefined) return;
      await deliver(next.message);
    }
  };

  /** An endpoint at a receiver of its own. */
  const listen = async (of: { readonly as?: TestCaller; readonly events?: readonly string[] } = {}) => {
    const { as = buyer, events = ['*'] } = of;
    const receiver = await startReceiver();
    receivers.push(receiver);
    const { status, body } = await call('createWebhookEndpoint', { as, body: { url: receiver.url, events } });
    if (status !== 201) throw new Error(`No endpoint: ${JSON.stringify(body)}`);
    const params = { endpointId: String(body['endpointId']) };
    const ask = (operation: Parameters<typeof call>[0], more: TestRequest = {}) =>
      call(operation, { as, ...more, params: { ...params, ...more.params } });
    return {
      ...receiver,
      ...params,
      secret: String(body['secret']),
      ask,
      read: async () => (await ask('readWebhookEndpoint')).body,
      deliveries: async () => (await ask('listWebhookDeliveries')).body['items'] as Record<string, unknown>[],
    };
  };

  return {
    ...rooms,
    webhooks,
    queue,
    call,
    listen,
    delivering,
    deliver,
    record,
    sweep,
    drain,
    now,
    /** Time goes by a minute at a time, and each minute what is due happens. */
    live: async (seconds: number): Promise<void> => {
      for (let passed = 0; passed < seconds; passed += 60) {
        passSeconds(Math.min(60, seconds - passed));
        await sweep();
        await drain();
      }
    },
  };
};

let orders = 0;
/** A refund of some order, as the relay announces it. */
export const refunded = (over: Partial<EventMessage> = {}): EventMessage => {
  orders += 1;
  return {
    type: 'order.refunded',
    accountIds: [buyer.accountId],
    subject: `ord_${orders}`,
    sequence: 30,
    occurredAt: realSurroundings.now(),
    data: { ...webhookEvents['order.refunded'].example },
    ...over,
  };
};
