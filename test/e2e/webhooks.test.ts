import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { webhookEvents, webhookEventTypes } from '../../contract/webhooks.ts';
import { type Received, startReceiver } from '../support/webhook-receiver.ts';
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
