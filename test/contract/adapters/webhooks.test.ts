import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { realSurroundings } from '../../../adapters/clock.ts';
import { TableGateway } from '../../../adapters/tables/gateway.ts';
import { nameOfDelivery, WebhooksTable } from '../../../adapters/tables/webhooks.ts';
import { dueShards } from '../../../contract/shards.ts';
import { addSeconds } from '../../../core/shared/instant.ts';
import { askAgain, beginAttempt, type Delivery } from '../../../core/webhooks/delivery.ts';
import { advanceEndpoint, maxEndpointsPerAccount, type WebhookEndpoint } from '../../../core/webhooks/endpoint.ts';
import type { AccountEvent } from '../../../core/webhooks/event.ts';
import { newDelivery } from '../../../functions/webhooks/new-event.ts';
import { scanAll } from '../../support/books.ts';
import { type AdapterBackend, backends } from './backends.ts';

const start = '2026-11-22T00:00:00.000Z';
const accountId = 'acc_a';
const endpointOf = (endpointId: string, over: Partial<WebhookEndpoint> = {}): WebhookEndpoint => ({
  endpointId,
  accountId,
  url: 'https://shop.example.com/',
  events: ['*'],
  createdAt: start,
  revision: 1,
  requestHash: `hash of ${endpointId}`,
  secret: { sealed: new Uint8Array([1, 2, 255]) },
  ...over,
});
const eventOf = (number: number, over: Partial<AccountEvent> = {}): AccountEvent => ({
  eventId: `evt_${number}`,
  accountId,
  type: 'order.refunded',
  occurredAt: start,
  sequence: number,
  data: { orderId: 'ord_1', nested: { amountMinor: 990 }, list: [1, 'two'] },
  recordedAt: addSeconds(start, number),
  ...over,
});

describe.each(backends)('the table of webhooks %s', (_, startBackend) => {
  let backend: AdapterBackend;
  let webhooks: WebhooksTable;
  let items: () => Promise<unknown>;
  let runs = 0;
  beforeAll(async () => {
    backend = await startBackend();
  });
  afterAll(() => backend.stop());
  beforeEach(async () => {
    runs += 1;
    const names = await backend.createTables(`webhooks-${runs}-`);
    const gateway = new TableGateway(backend.client, realSurroundings);
    webhooks = new WebhooksTable(gateway, names.webhooks);
    items = () => scanAll(gateway, names.webhooks);
  });

  test('gives an endpoint back as it was stored, bytes and all, and to its owner alone', async () => {
    const endpoint = endpointOf('whe_1', {
      description: 'shop',
      previousSecret: { sealed: new Uint8Array([7]), until: start },
      failingSince: start,
      disabled: { at: start, reason: 'failing' },
    });
    expect(await webhooks.createEndpoint(endpoint)).toEqual({ outcome: 'created' });
    const { secret, previousSecret, ...rest } = (await webhooks.getEndpoint(accountId, 'whe_1')) ?? endpointOf('');
    const { secret: sealed, previousSecret: before, ...stored } = endpoint;
    expect(rest).toEqual(stored);
    expect([...secret.sealed, ...(previousSecret?.sealed ?? [])]).toEqual([1, 2, 255, 7]);
    expect([sealed.sealed.length, previousSecret?.until]).toEqual([3, before?.until]);
    expect(await webhooks.getEndpoint('acc_b', 'whe_1')).toBeUndefined();
    expect((await webhooks.subscriptions('acc_b')).endpoints).toEqual([]);
  });

  test('answers a repeated creation with the endpoint that stands, also where the account is full', async () => {
    const made = await Promise.all(
      Array.from({ length: maxEndpointsPerAccount + 2 }, (_, index) =>
        webhooks.createEndpoint(endpointOf(`whe_${index}`)),
      ),
    );
    const outcomes = made.map(({ outcome }) => outcome);
    expect(outcomes.filter((outcome) => outcome === 'created')).toHaveLength(maxEndpointsPerAccount);
    expect(outcomes.filter((outcome) => outcome === 'limit-reached')).toHaveLength(2);
    const standing = `whe_${outcomes.indexOf('created')}`;
    expect(await webhooks.createEndpoint(endpointOf(standing, { requestHash: 'another' }))).toMatchObject({
      outcome: 'existing',
      endpoint: { requestHash: `hash of ${standing}` },
    });
  });

  test('counts a deletion once, so that room is made for one', async () => {
    const endpoints = Array.from({ length: maxEndpointsPerAccount }, (_, index) => endpointOf(`whe_${index}`));
    for (const endpoint of endpoints) await webhooks.createEndpoint(endpoint);
    const [gone = endpointOf('')] = endpoints;
    const deleted = [await webhooks.deleteEndpoint(gone), await webhooks.deleteEndpoint(gone)];
    expect(deleted).toEqual([true, false]);
    expect(await webhooks.createEndpoint(endpointOf('whe_new'))).toEqual({ outcome: 'created' });
    expect(await webhooks.createEndpoint(endpointOf('whe_more'))).toEqual({ outcome: 'limit-reached' });
  });

  test('writes a change over the revision it was decided on, with the request that asked for it, or nothing', async () => {
    const endpoint = endpointOf('whe_1');
    await webhooks.createEndpoint(endpoint);
    const request = { requestId: 'req_1', requestHash: 'h', at: start };
    const to = advanceEndpoint(endpoint, { failingSince: start });
    expect(await webhooks.changeEndpoint(to, request)).toBe(true);
    expect(await webhooks.requestHash('req_1')).toBe('h');
    const before = await items();
    expect(await webhooks.changeEndpoint(to, { ...request, requestId: 'req_2' })).toBe(false);
    const next = advanceEndpoint(to, { failingSince: undefined });
    expect(await webhooks.changeEndpoint(next, request)).toBe(false);
    expect(await items()).toEqual(before);
    expect(await webhooks.changeEndpoint(next)).toBe(true);
    expect(await webhooks.getEndpoint(accountId, 'whe_1')).not.toHaveProperty('failingSince');
  });

  test('does not bring a deleted endpoint back by changing it', async () => {
    const endpoint = endpointOf('whe_1');
    await webhooks.createEndpoint(endpoint);
    await webhooks.deleteEndpoint(endpoint);
    expect(await webhooks.changeEndpoint(advanceEndpoint(endpoint, { url: 'https://other.example.com/' }))).toBe(false);
    expect(await webhooks.getEndpoint(accountId, 'whe_1')).toBeUndefined();
  });

  test('records an event with its deliveries and the change that it tells of, once and whole', async () => {
    const endpoint = endpointOf('whe_1');
    await webhooks.createEndpoint(endpoint);
    const event = eventOf(1);
    const disabled = advanceEndpoint(endpoint, { disabled: { at: start, reason: 'gone' } });
    const stale = advanceEndpoint(disabled, {});
    expect(await webhooks.recordEvent(event, [newDelivery(event, endpoint)], stale)).toBe(false);
    expect(await webhooks.getEvent(event.eventId)).toBeUndefined();
    expect(await webhooks.recordEvent(event, [newDelivery(event, endpoint)], disabled)).toBe(true);
    const before = await items();
    const later = { ...event, recordedAt: addSeconds(start, 60) };
    expect(await webhooks.recordEvent(later, [newDelivery(later, endpoint)])).toBe(false);
    expect(await items()).toEqual(before);
    expect(await webhooks.getEvent(event.eventId)).toEqual(event);
    expect(await webhooks.getDelivery(nameOfDelivery(newDelivery(event, endpoint)))).toEqual(
      newDelivery(event, endpoint),
    );
  });

  test('lists events in the order in which they were recorded, behind one and up to a moment, each account its own', async () => {
    for (const number of [3, 1, 2, 5, 4]) await webhooks.recordEvent(eventOf(number), []);
    await webhooks.recordEvent(eventOf(9, { accountId: 'acc_b', recordedAt: addSeconds(start, 2) }), []);
    const list = async (after: number | undefined, untilSeconds: number, limit: number) => {
      const from = after === undefined ? undefined : eventOf(after);
      const { events, hasMore } = await webhooks.eventsOf(accountId, from, addSeconds(start, untilSeconds), limit);
      return [events.map(({ sequence }) => sequence), hasMore];
    };
    expect(await list(undefined, 60, 9)).toEqual([[1, 2, 3, 4, 5], false]);
    expect(await list(undefined, 60, 2)).toEqual([[1, 2], true]);
    expect(await list(2, 60, 2)).toEqual([[3, 4], true]);
    expect(await list(4, 60, 2)).toEqual([[5], false]);
    expect(await list(1, 4, 9)).toEqual([[2, 3], false]);
    expect(await list(5, 3, 9)).toEqual([[], false]);
  });

  test('gives one of many the attempt, and forgets none that is due', async () => {
    const endpoint = endpointOf('whe_1');
    const event = eventOf(0);
    const delivery = newDelivery(event, endpoint);
    await webhooks.recordEvent(event, [delivery]);
    const due = async (seconds: number) =>
      (
        await Promise.all(
          Array.from({ length: dueShards }, (_, shard) => webhooks.due(shard, addSeconds(start, seconds), 10)),
        )
      ).flat();
    expect(await due(0)).toEqual([nameOfDelivery(delivery)]);
    const begun = beginAttempt(delivery, start);
    const taken = await Promise.all([1, 2, 3, 4].map(() => webhooks.changeDelivery(delivery, begun)));
    expect(taken.filter(Boolean)).toHaveLength(1);
    expect(await due(0)).toEqual([]);
    expect(await due(60)).toEqual([nameOfDelivery(delivery)]);
    const done: Delivery = { ...begun, dueAt: undefined, status: 'delivered' };
    expect(await webhooks.changeDelivery(begun, done)).toBe(true);
    expect(await due(1e6)).toEqual([]);

    const request = { requestId: 'req_1', requestHash: 'h', at: start };
    const again = askAgain(done, start);
    expect(await webhooks.changeDelivery(done, again, request)).toBe(true);
    expect(await webhooks.changeDelivery(done, again, { ...request, requestId: 'req_2' })).toBe(false);
    expect(await webhooks.requestHash('req_2')).toBeUndefined();
    expect(await due(0)).toEqual([nameOfDelivery(delivery)]);
  });

  test('lists the deliveries of an endpoint page by page, newest first', async () => {
    const [mine, other] = [endpointOf('whe_1'), endpointOf('whe_2')];
    for (let number = 0; number < 5; number += 1) {
      const event = eventOf(number);
      await webhooks.recordEvent(event, [
        newDelivery(event, mine),
        ...(number === 2 ? [newDelivery(event, other)] : []),
      ]);
    }
    const first = await webhooks.deliveriesOf('whe_1', 3, undefined);
    expect(first.deliveries.map(({ eventId }) => eventId)).toEqual(['evt_4', 'evt_3', 'evt_2']);
    const second = await webhooks.deliveriesOf('whe_1', 3, first.lastKey);
    expect(second.deliveries.map(({ eventId }) => eventId)).toEqual(['evt_1', 'evt_0']);
    expect((await webhooks.deliveriesOf('whe_2', 3, undefined)).deliveries).toHaveLength(1);
  });

  test('remembers until when a log is read beside the count of endpoints', async () => {
    await webhooks.createEndpoint(endpointOf('whe_1'));
    await webhooks.keepLogUntil(accountId, '2026-12-22T00:00:00.000Z');
    expect(await webhooks.subscriptions(accountId)).toMatchObject({
      endpoints: [{ endpointId: 'whe_1' }],
      readsUntil: '2026-12-22T00:00:00.000Z',
    });
  });
});
