import { marshall } from '@aws-sdk/util-dynamodb';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { webhookEvents, webhookEventTypes } from '../../contract/webhooks.ts';
import { scanAll } from '../support/books.ts';
import { answer, type Received, sayNothing, startReceiver } from '../support/webhook-receiver.ts';
import { type Account, startMarket } from './local-market.ts';

type Market = Awaited<ReturnType<typeof startMarket>>;
type Receiver = Awaited<ReturnType<typeof startReceiver>>;
let market: Market;
let merchant: Account;
let buyer: Account;
const receivers: Receiver[] = [];
const patience = { timeout: 30_000, interval: 50 };

beforeAll(async () => {
  market = await startMarket();
  [merchant, buyer] = await Promise.all([market.open('merchant', 'M'), market.open('buyer', 'B')]);
  const body = { amountMinor: 100_000, currency: 'CNY' };
  await market.call('POST', `/v1/wallets/${buyer.accountId}/test-top-ups`, { as: market.operator, body });
});
afterAll(async () => {
  for (const receiver of receivers) await receiver.stop();
  await market?.stop();
});

const receive = async (as: Account, events: readonly string[]) => {
  const receiver = await startReceiver();
  receivers.push(receiver);
  const { body } = await market.call('POST', '/v1/webhook-endpoints', { as, body: { url: receiver.url, events } });
  const endpointId = String(body['endpointId']);
  return { ...receiver, endpointId, path: `/v1/webhook-endpoints/${endpointId}`, secret: String(body['secret']) };
};
type Listener = Awaited<ReturnType<typeof receive>>;

const sellOne = async (): Promise<{ productId: string; batchId: string }> => {
  const version = {
    title: 'T',
    category: 'game-point-card',
    kind: 'card_key',
    priceMinor: 100,
    currency: 'CNY',
    afterSalesTerms: '7 days',
  };
  const created = await market.call('POST', '/v1/products', { as: merchant, body: version });
  const productId = String(created.body['productId']);
  await market.call('POST', `/v1/products/${productId}/put-on-sale`, { as: merchant, body: { version: 1 } });
  const keys = [{ secret: `HOOKS-${productId}` }];
  const body = { source: { kind: 'own_stock', name: 'S' }, keys };
  const batch = await market.call('POST', `/v1/products/${productId}/batches`, { as: merchant, body });
  return { productId, batchId: String(batch.body['batchId']) };
};
const buyAndConfirm = async (productId: string): Promise<string> => {
  const order = await market.call('POST', '/v1/orders', { as: buyer, body: { productId } });
  const path = `/v1/orders/${order.body['orderId']}`;
  await market.call('POST', `${path}/pay`, { as: buyer, body: { method: 'wallet' } });
  await market.call('POST', `${path}/confirm`, { as: buyer });
  return String(order.body['orderId']);
};
const heard = (listener: Listener): Record<string, unknown>[] =>
  listener.received.map((received: Received) => received.verified(listener.secret));
const until = <Value>(look: () => Value | Promise<Value>): Promise<Value> => vi.waitFor(look, patience);

test('buyer and merchant hear of an order and a batch, signed, once and in the shape that the table promises', async () => {
  const [forBuyer, forMerchant] = [
    await receive(buyer, ['*']),
    await receive(merchant, ['batch.open', 'order.released']),
  ];
  const { productId, batchId } = await sellOne();
  const orderId = await buyAndConfirm(productId);
  const types = (listener: Listener) => heard(listener).map(({ type }) => type);
  await until(() => expect(types(forBuyer).sort()).toEqual(['order.captured', 'order.delivered', 'order.released']));
  await until(() => expect(types(forMerchant).sort()).toEqual(['batch.open', 'order.released']));
  for (const event of [...heard(forBuyer), ...heard(forMerchant)]) {
    const type = webhookEventTypes.find((each) => each === event['type']);
    expect(type && webhookEvents[type].data.safeParse(event['data'])).toMatchObject({ success: true });
  }
  const inOrder = heard(forBuyer).toSorted((a, b) => Number(a['sequence']) - Number(b['sequence']));
  expect(inOrder.map(({ type }) => type)).toEqual(['order.captured', 'order.delivered', 'order.released']);
  for (const { data } of inOrder) expect(data).toMatchObject({ orderId, amountMinor: 100, currency: 'CNY' });
  expect(heard(forMerchant).find(({ type }) => type === 'batch.open')).toMatchObject({
    data: { batchId, stored: 1, rejected: 0 },
  });
  for (const { headers, body } of forBuyer.received) {
    expect(headers['webhook-id']).toBe(JSON.parse(body).id);
    expect(headers['content-type']).toBe('application/json');
  }
}, 90_000);

const sendTest = (listener: Listener) => market.call('POST', `${listener.path}/test`, { as: buyer });
const deliveriesOf = async ({ path }: Listener) => {
  const { body } = await market.call('GET', `${path}/deliveries`, { as: buyer });
  return body['items'] as { status: string; eventId: string; attempts: { result: string }[] }[];
};

test('a receiver that fails, and one that does not answer in time, hear the event again under the same id', async () => {
  const shop = await receive(buyer, ['batch.open']);
  shop.will(answer(500), sayNothing);
  const { body } = await sendTest(shop);
  await until(async () => expect(await deliveriesOf(shop)).toMatchObject([{ status: 'delivered' }]));
  const [delivery] = await deliveriesOf(shop);
  expect(delivery?.attempts.map(({ result }) => result)).toEqual(['refused', 'timed-out', 'accepted']);
  expect(heard(shop).map(({ id }) => id)).toEqual([body['eventId'], body['eventId'], body['eventId']]);

  const again = await market.call('POST', `${shop.path}/deliveries/${body['eventId']}/redeliver`, { as: buyer });
  expect(again.status).toBe(200);
  await until(() => expect(heard(shop)).toHaveLength(4));
  expect(heard(shop)[3]).toEqual(heard(shop)[0]);
}, 60_000);

test('after a rotation both secrets verify', async () => {
  const shop = await receive(buyer, ['batch.open']);
  const { body } = await market.call('POST', `${shop.path}/rotate-secret`, { as: buyer, body: {} });
  await sendTest(shop);
  await until(() => expect(shop.received).toHaveLength(1));
  const [received] = shop.received;
  expect(received?.headers['webhook-signature']?.split(' ')).toHaveLength(2);
  for (const secret of [shop.secret, String(body['secret'])])
    expect(received?.verified(secret)).toMatchObject({ type: 'endpoint.test' });
}, 60_000);

test('changes that the stream brings twice are one event in the log, and one webhook', async () => {
  const shop = await receive(buyer, ['*']);
  const { productId } = await sellOne();
  const orderId = await buyAndConfirm(productId);
  await until(() => expect(shop.received).toHaveLength(3));
  const { gateway, names } = market.tables;
  const events = async () =>
    (await scanAll(gateway, names.webhooks)).filter(
      ({ sk, data }) => sk === 'EVENT' && (data as { orderId?: string }).orderId === orderId,
    );
  // Its merchant listens too, to other things: both have their logs.
  await until(async () => expect(await events()).toHaveLength(6));
  const order = (await scanAll(gateway, names.orders)).find(({ pk, sk }) => pk === orderId && sk === 'ORDER');
  if (!order) throw new Error('The order stands in no table');
  const NewImage = marshall(order, { removeUndefinedValues: true });
  const Records = [{ dynamodb: { NewImage, ApproximateCreationDateTime: Date.now() / 1_000 } }];
  const relayed = [await market.stack.invoke('relay', { Records }), await market.stack.invoke('relay', { Records })];
  expect(relayed).toMatchObject([{ kind: 'result' }, { kind: 'result' }]);
  // What another order says is queued behind it: when that is heard, the repetition has been worked off.
  const next = await buyAndConfirm((await sellOne()).productId);
  const about = (id: string) => heard(shop).filter(({ data }) => (data as { orderId: string }).orderId === id);
  await until(() => expect(about(next)).toHaveLength(3));
  expect(about(orderId)).toHaveLength(3);
  expect(await events()).toHaveLength(6);
}, 60_000);

test('a merchant hears that he was told something, and reads the words himself', async () => {
  const shop = await receive(merchant, ['account.notice']);
  const reason = 'Two buyers received used keys.';
  const path = `/v1/merchants/${merchant.accountId}/decisions`;
  const warned = await market.call('POST', path, { as: market.operator, body: { verdict: 'warn', reason } });
  expect(warned.status).toBe(200);
  await until(() => expect(shop.received).toHaveLength(1));
  const [event] = heard(shop);
  const { body } = await market.call('GET', '/v1/me/notices', { as: merchant });
  const [notice] = body['items'] as { noticeId: string }[];
  expect(notice).toMatchObject({ kind: 'merchant.warned', detail: reason });
  expect(event).toMatchObject({
    type: 'account.notice',
    data: { noticeId: notice?.noticeId, kind: 'merchant.warned', standing: 'admitted' },
  });
  expect(shop.received[0]?.body).not.toContain(reason);
}, 60_000);

test('an erased account is called no more', async () => {
  const leaver = await market.open('buyer', 'Leaver');
  const shop = await receive(leaver, ['*']);
  expect((await market.call('POST', `/v1/accounts/${leaver.accountId}/erase`, { as: leaver, body: {} })).status).toBe(
    200,
  );
  const { gateway, names } = market.tables;
  const left = (await scanAll(gateway, names.webhooks)).filter(({ pk }) => pk === leaver.accountId);
  expect(left).toEqual([{ pk: leaver.accountId, sk: 'SUBSCRIBER', endpoints: 0, endedAt: expect.any(String) }]);
  expect(shop.received).toEqual([]);
}, 60_000);
