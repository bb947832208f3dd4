import { Webhook } from 'standardwebhooks';
import { describe, expect, test } from 'vitest';
import { maxEndpointsPerAccount } from '../../../../core/webhooks/endpoint.ts';
import { buyer, refunded, rival, webhooksHouse } from './webhooks-house.ts';

const url = 'http://127.0.0.1:9/hooks';
const body = { url, events: ['order.refunded'] };

describe('an endpoint', () => {
  test('shows its secret once, and a repeated request makes no second one', async () => {
    const { call, itemsOf } = webhooksHouse();
    const create = (idempotencyKey: string, change: object = {}) =>
      call('createWebhookEndpoint', { as: buyer, idempotencyKey, body: { ...body, ...change } });
    const first = await create('a');
    expect(first).toMatchObject({ status: 201, body: { url, secret: expect.stringMatching(/^whsec_.{44}$/) } });
    const before = itemsOf('webhooks');
    const again = await create('a');
    expect(again).toMatchObject({ status: 201, body: { endpointId: first.body['endpointId'] } });
    expect(again.body).not.toHaveProperty('secret');
    expect(await create('a', { url: `${url}/2` })).toMatchObject({
      status: 422,
      body: { code: 'idempotency-key-reused' },
    });
    expect(itemsOf('webhooks')).toEqual(before);
  });

  test('keeps its secret where only the signer reads it', async () => {
    const { call, itemsOf } = webhooksHouse();
    const { body: made } = await call('createWebhookEndpoint', { as: buyer, body });
    const secret = String(made['secret']);
    const stored = [...itemsOf('webhooks').values()].flatMap((item) => Object.values(item));
    const bytes = stored.flatMap((value) =>
      typeof value === 'object' && value !== null ? Object.values(value) : [value],
    );
    for (const value of bytes)
      expect(value instanceof Uint8Array ? Buffer.from(value).toString('latin1') : String(value)).not.toContain(secret);
    for (const operation of ['listWebhookEndpoints', 'readWebhookEndpoint'] as const) {
      const params: Record<string, string> =
        operation === 'readWebhookEndpoint' ? { endpointId: String(made['endpointId']) } : {};
      const answer = await call(operation, { as: buyer, params });
      expect(answer.status).toBe(200);
      expect(JSON.stringify(answer.body)).not.toMatch(/whsec|secret|sealed|hash/i);
    }
  });

  test(`is one of at most ${maxEndpointsPerAccount}, and makes room when it is deleted`, async () => {
    const { call } = webhooksHouse();
    const create = (as = buyer) => call('createWebhookEndpoint', { as, body });
    const made = await Promise.all(Array.from({ length: maxEndpointsPerAccount + 3 }, () => create()));
    expect(made.filter(({ status }) => status === 201)).toHaveLength(maxEndpointsPerAccount);
    expect(made.find(({ status }) => status !== 201)).toMatchObject({
      status: 409,
      body: { code: 'webhook-endpoint-limit-reached' },
    });
    expect((await create(rival)).status).toBe(201);
    const endpointId = String(made.find(({ status }) => status === 201)?.body['endpointId']);
    const remove = () => call('deleteWebhookEndpoint', { as: buyer, params: { endpointId } });
    expect((await Promise.all([remove(), remove()])).some(({ status }) => status === 200)).toBe(true);
    expect((await remove()).status).toBe(404);
    expect((await create()).status).toBe(201);
    expect((await create()).status).toBe(409);
  });

  test.each([
    'readWebhookEndpoint',
    'deleteWebhookEndpoint',
    'rotateWebhookSecret',
    'disableWebhookEndpoint',
    'enableWebhookEndpoint',
    'testWebhookEndpoint',
    'listWebhookDeliveries',
    'redeliverWebhook',
  ] as const)('of another account looks as if it did not exist: %s', async (operation) => {
    const { call, itemsOf, listen } = webhooksHouse();
    const { endpointId } = await listen();
    const before = itemsOf('webhooks');
    const params = { endpointId, eventId: `evt_${'0'.repeat(26)}` };
    const content = operation === 'rotateWebhookSecret' ? { body: {} } : {};
    const of = operation === 'redeliverWebhook' ? params : { endpointId };
    expect((await call(operation, { as: rival, params: of, ...content })).status).toBe(404);
    expect(itemsOf('webhooks')).toEqual(before);
  });

  test('refuses an address that nobody on the Internet could reach', async () => {
    const { call, itemsOf } = webhooksHouse();
    const answer = await call('createWebhookEndpoint', { as: buyer, body: { ...body, url: 'https://10.0.0.1/' } });
    expect(answer).toMatchObject({ status: 400, body: { code: 'webhook-url-unfit', field: 'body.url' } });
    expect(itemsOf('webhooks').size).toBe(0);
  });
});

describe('a rotation', () => {
  test('has both secrets verify for the overlap, and then the new one alone', async () => {
    const { drain, listen, record, passSeconds } = webhooksHouse();
    const shop = await listen();
    const rotated = await shop.ask('rotateWebhookSecret', { body: { overlapSeconds: 60 } });
    expect(rotated.status).toBe(201);
    const secret = String(rotated.body['secret']);
    expect(secret).not.toBe(shop.secret);
    await record(refunded());
    await drain();
    const [during] = shop.received;
    expect(during?.headers['webhook-signature']?.split(' ')).toHaveLength(2);
    for (const each of [secret, shop.secret]) expect(during?.verified(each)).toMatchObject({ type: 'order.refunded' });

    passSeconds(61);
    await record(refunded());
    await drain();
    const [, after] = shop.received;
    expect(after?.verified(secret)).toMatchObject({ type: 'order.refunded' });
    expect(() => after?.verified(shop.secret)).toThrow('No matching signature');
  });

  test('during an overlap ends the oldest secret at once', async () => {
    const { drain, listen, record } = webhooksHouse();
    const shop = await listen();
    const second = await shop.ask('rotateWebhookSecret', { body: {} });
    const third = await shop.ask('rotateWebhookSecret', { body: {} });
    await record(refunded());
    await drain();
    const [heard] = shop.received;
    for (const { body: made } of [second, third]) expect(heard?.verified(String(made['secret']))).toBeTruthy();
    expect(() => heard?.verified(shop.secret)).toThrow('No matching signature');
  });

  test('that is repeated rotates once', async () => {
    const { listen, itemsOf } = webhooksHouse();
    const shop = await listen();
    const rotate = (overlapSeconds = 60) =>
      shop.ask('rotateWebhookSecret', { idempotencyKey: 'r', body: { overlapSeconds } });
    const first = await rotate();
    const before = itemsOf('webhooks');
    const again = await rotate();
    expect(again.status).toBe(201);
    expect(again.body).not.toHaveProperty('secret');
    expect(again.body['previousSecretUntil']).toBe(first.body['previousSecretUntil']);
    expect((await rotate(61)).body['code']).toBe('idempotency-key-reused');
    expect(itemsOf('webhooks')).toEqual(before);
  });

  test('of several at once each is whole: the last two secrets verify', async () => {
    const { drain, listen, record } = webhooksHouse();
    const shop = await listen();
    const made = await Promise.all([1, 2, 3, 4].map(() => shop.ask('rotateWebhookSecret', { body: {} })));
    expect(made.map(({ status }) => status)).toEqual([201, 201, 201, 201]);
    await record(refunded());
    await drain();
    const [heard] = shop.received;
    const valid = made.filter(({ body: { secret } }) => {
      const headers = heard?.headers ?? {};
      try {
        return new Webhook(String(secret)).verify(heard?.body ?? '', headers) !== undefined;
      } catch {
        return false;
      }
    });
    expect(valid).toHaveLength(2);
  });
});

describe('an endpoint that its owner disabled', () => {
  test('hears nothing, is sent no test, and hears again what happens after it is enabled', async () => {
    const { drain, live, listen, record } = webhooksHouse();
    const shop = await listen();
    await record(refunded());
    expect((await shop.ask('disableWebhookEndpoint')).body).toMatchObject({ disabled: { reason: 'owner' } });
    await record(refunded());
    await drain();
    await live(120);
    expect(shop.received).toEqual([]);
    expect((await shop.deliveries()).map(({ status }) => status)).toEqual(['dropped']);
    for (const operation of ['testWebhookEndpoint', 'redeliverWebhook'] as const) {
      const [dropped] = await shop.deliveries();
      const params: Record<string, string> =
        operation === 'redeliverWebhook' ? { eventId: String(dropped?.['eventId']) } : {};
      expect(await shop.ask(operation, { params })).toMatchObject({
        status: 409,
        body: { code: 'webhook-endpoint-disabled' },
      });
    }
    expect((await shop.ask('enableWebhookEndpoint')).body).not.toHaveProperty('disabled');
    await record(refunded());
    await drain();
    expect(shop.received).toHaveLength(1);
  });

  test('is as it was when it is disabled, or enabled, again', async () => {
    const { listen, itemsOf, passSeconds } = webhooksHouse();
    const shop = await listen();
    for (const operation of ['disableWebhookEndpoint', 'enableWebhookEndpoint'] as const) {
      const first = await shop.ask(operation);
      const before = itemsOf('webhooks');
      passSeconds(5);
      expect((await shop.ask(operation)).body).toEqual(first.body);
      expect(itemsOf('webhooks')).toEqual(before);
    }
  });
});
