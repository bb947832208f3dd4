import { describe, expect, test } from 'vitest';
import { attemptLeaseSeconds } from '../../../../core/webhooks/delivery.ts';
import { deliverWebhook } from '../../../../functions/webhooks/deliver-webhook.ts';
import { answer, sayNothing } from '../../../support/webhook-receiver.ts';
import { buyer, refunded, webhooksHouse } from './webhooks-house.ts';

const day = 86_400;
const failing = (times: number) => Array.from({ length: times }, () => answer(500));

describe('a delivery', () => {
  test('that fails comes again after 5 seconds and a minute, under the same id, until it is heard', async () => {
    const { drain, listen, now, passSeconds, record } = webhooksHouse();
    const shop = await listen();
    shop.will(...failing(2));
    await record(refunded());
    await drain();
    expect(await shop.deliveries()).toMatchObject([
      { status: 'pending', attempts: [{ result: 'refused', status: 500 }] },
    ]);
    expect((await shop.read())['failingSince']).toBe(now());
    passSeconds(4);
    await drain();
    expect(shop.received).toHaveLength(1);
    passSeconds(1);
    await drain();
    expect(shop.received).toHaveLength(2);
    passSeconds(60);
    await drain();
    const [delivery] = await shop.deliveries();
    expect(delivery).toMatchObject({ status: 'delivered', attempts: [{}, {}, { result: 'accepted', status: 204 }] });
    expect(delivery).not.toHaveProperty('nextAttemptAt');
    expect(await shop.read()).not.toHaveProperty('failingSince');
    const bodies = shop.received.map((each) => each.verified(shop.secret));
    expect(bodies).toEqual([bodies[0], bodies[0], bodies[0]]);
    expect(new Set(shop.received.map(({ headers }) => headers['webhook-id']))).toEqual(new Set([bodies[0]?.['id']]));
  });

  test('to a receiver that does not answer times out', async () => {
    const { drain, listen, record } = webhooksHouse();
    const shop = await listen();
    shop.will(sayNothing);
    await record(refunded());
    await drain();
    expect(await shop.deliveries()).toMatchObject([{ status: 'pending', attempts: [{ result: 'timed-out' }] }]);
  });

  test('that fails ten times is failed for good, and is sent again on request with all its attempts', async () => {
    const { drain, live, listen, record } = webhooksHouse();
    const shop = await listen();
    shop.will(...failing(11));
    await record(refunded());
    await drain();
    await live(1.2 * day);
    const [failed] = await shop.deliveries();
    expect(failed).toMatchObject({ status: 'failed' });
    expect(shop.received).toHaveLength(10);

    const params = { eventId: String(failed?.['eventId']) };
    const redeliver = (idempotencyKey: string) => shop.ask('redeliverWebhook', { params, idempotencyKey });
    expect(await redeliver('a')).toMatchObject({ status: 200, body: { status: 'pending', eventId: params.eventId } });
    await drain();
    expect(shop.received).toHaveLength(11);
    await live(60);
    expect(await shop.deliveries()).toMatchObject([{ status: 'delivered' }]);
    expect((await redeliver('a')).body['status']).toBe('delivered');
    await drain();
    expect(shop.received).toHaveLength(12);
    await redeliver('b');
    await drain();
    expect(shop.received).toHaveLength(13);
  });

  test('is not sent again under a key of another request, nor an event that this endpoint never had', async () => {
    const { drain, listen, record } = webhooksHouse();
    const shop = await listen();
    const other = await listen({ events: ['batch.open'] });
    for (const message of [refunded(), refunded()]) await record(message);
    await drain();
    const [first, second] = (await shop.deliveries()).map(({ eventId }) => ({ eventId: String(eventId) }));
    if (!first || !second) throw new Error('Two events were recorded');
    expect((await shop.ask('redeliverWebhook', { params: first, idempotencyKey: 'k' })).status).toBe(200);
    expect((await shop.ask('redeliverWebhook', { params: second, idempotencyKey: 'k' })).body['code']).toBe(
      'idempotency-key-reused',
    );
    expect((await other.ask('redeliverWebhook', { params: first })).status).toBe(404);
  });

  test('is attempted once, however many messages name it', async () => {
    const { deliver, listen, queue, record } = webhooksHouse();
    const shop = await listen();
    await record(refunded());
    const [{ message } = { message: { endpointId: '', rank: '' } }] = queue;
    await Promise.all([1, 2, 3, 4, 5].map(() => deliver(message)));
    await deliver(message);
    expect(shop.received).toHaveLength(1);
  });

  test('whose message was lost is found by the sweep, once its message had time', async () => {
    const { drain, listen, passSeconds, queue, record, sweep } = webhooksHouse();
    const shop = await listen();
    await record(refunded());
    queue.length = 0;
    expect(await sweep()).toBe(0);
    passSeconds(31);
    expect(await sweep()).toBe(1);
    await drain();
    expect(shop.received).toHaveLength(1);
    expect(await sweep()).toBe(0);
  });

  test('whose attempt dies is attempted again after the lease, and after ten that died no more', async () => {
    const house = webhooksHouse();
    const shop = await house.listen();
    await house.record(refunded());
    const [{ message } = { message: { endpointId: '', rank: '' } }] = house.queue;
    const dying = deliverWebhook({
      ...house.delivering,
      open: async () => {
        throw new Error('KMS is away');
      },
    });
    await expect(dying(message)).rejects.toThrow('KMS is away');
    house.passSeconds(attemptLeaseSeconds - 1);
    expect(await dying(message)).toBeUndefined();
    house.passSeconds(1);
    for (let attempt = 2; attempt <= 10; attempt += 1) {
      await expect(dying(message)).rejects.toThrow('KMS is away');
      house.passSeconds(21_600);
    }
    expect(await dying(message)).toMatchObject({ delivery: { status: 'failed' } });
    expect(await house.deliver(message)).toBeUndefined();
    expect(shop.received).toEqual([]);
  });

  test('to an endpoint that was deleted is dropped', async () => {
    const { drain, listen, queue, record, sweep, passSeconds, webhooks } = webhooksHouse();
    const shop = await listen();
    await record(refunded());
    const [{ message } = { message: { endpointId: '', rank: '' } }] = queue;
    expect((await shop.ask('deleteWebhookEndpoint')).status).toBe(200);
    await drain();
    expect(await webhooks.getDelivery(message)).toMatchObject({ status: 'dropped' });
    passSeconds(day);
    expect(await sweep()).toBe(0);
    expect(shop.received).toEqual([]);
  });
});

describe('an endpoint', () => {
  test('that fails waits for the sweep with its new events, and does not hold up one that is well', async () => {
    const { drain, listen, queue, record } = webhooksHouse();
    const [ill, well] = [await listen(), await listen()];
    ill.will(...failing(1));
    await record(refunded());
    await drain();
    queue.length = 0;
    await record(refunded());
    expect(queue.map(({ message }) => message.endpointId)).toEqual([well.endpointId]);
  });

  test('that accepts nothing for three days is disabled, and the others and the log hear why', async () => {
    const { drain, live, listen, record } = webhooksHouse();
    const [ill, well] = [await listen(), await listen({ events: ['endpoint.disabled'] })];
    ill.will(...failing(1_000));
    for (let passed = 0; passed <= 4 && !(await ill.read())['disabled']; passed += 1) {
      await record(refunded());
      await drain();
      await live(day);
    }
    expect(await ill.read()).toMatchObject({ disabled: { reason: 'failing' } });
    const { failingSince, disabled } = (await ill.read()) as { failingSince: string; disabled: { at: string } };
    expect(Date.parse(disabled.at) - Date.parse(failingSince)).toBeGreaterThanOrEqual(3 * day * 1_000);
    await live(120);
    const told = well.received.map(({ body }) => JSON.parse(body));
    expect(told).toMatchObject([
      {
        type: 'endpoint.disabled',
        data: { endpointId: ill.endpointId, reason: 'failing', failingSince, disabledAt: disabled.at },
      },
    ]);
    const { body } = await well.ask('listEvents');
    expect((body['items'] as { type: string }[]).map(({ type }) => type)).toContain('endpoint.disabled');
  });

  test('that answers 410 is disabled at once, and what was on its way is dropped', async () => {
    const { drain, listen, record } = webhooksHouse();
    const shop = await listen();
    shop.will(answer(410));
    for (const message of [refunded(), refunded()]) await record(message);
    await drain();
    expect(await shop.read()).toMatchObject({ disabled: { reason: 'gone' } });
    expect(shop.received).toHaveLength(1);
    expect((await shop.deliveries()).map(({ status }) => status).sort()).toEqual(['dropped', 'pending']);
  });
});

describe('a test event', () => {
  test('goes to one endpoint, whatever it listens to, once for each request', async () => {
    const { call, drain, listen } = webhooksHouse();
    const [shop, other] = [await listen({ events: ['batch.open'] }), await listen()];
    const send = (endpointId: string) =>
      call('testWebhookEndpoint', { as: buyer, params: { endpointId }, idempotencyKey: 't' });
    const made = await Promise.all([send(shop.endpointId), send(shop.endpointId)]);
    expect(made).toMatchObject([
      { status: 201, body: { type: 'endpoint.test', status: 'pending' } },
      { status: 201, body: { eventId: made[0]?.body['eventId'] } },
    ]);
    await drain();
    expect(shop.received.map((each) => each.verified(shop.secret))).toMatchObject([
      { id: made[0]?.body['eventId'], data: { endpointId: shop.endpointId } },
    ]);
    expect((await send(shop.endpointId)).body['status']).toBe('delivered');
    expect((await send(other.endpointId)).body['code']).toBe('idempotency-key-reused');
    await drain();
    expect([shop.received.length, other.received.length]).toEqual([1, 0]);
  });

  test('that two send a moment apart is one, and both see it', async () => {
    const house = webhooksHouse();
    const shop = await house.listen();
    const { getEvent } = house.webhooks;
    let isFirst = true;
    // Between the first one's look for its event and its writing, the second one runs whole, a second later.
    house.webhooks.getEvent = async (eventId) => {
      const found = await getEvent.call(house.webhooks, eventId);
      if (isFirst) {
        isFirst = false;
        await shop.ask('testWebhookEndpoint', { idempotencyKey: 't' });
        house.passSeconds(1);
      }
      return found;
    };
    const { status, body } = await shop.ask('testWebhookEndpoint', { idempotencyKey: 't' });
    const deliveries = await shop.deliveries();
    expect(deliveries).toHaveLength(1);
    expect({ status, body }).toEqual({ status: 201, body: deliveries[0] });
    const event = await house.webhooks.getEvent(String(body['eventId']));
    expect(event?.recordedAt).toBe(body['recordedAt']);
  });
});
