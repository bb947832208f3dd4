import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Marketplace } from '../support/marketplace.ts';
import { raceGround, tally, times } from './house.ts';

let ground: Awaited<ReturnType<typeof raceGround>>;
let market: Marketplace;
beforeAll(async () => {
  ground = await raceGround();
  market = await ground.market();
});
afterAll(() => ground.stop());

const price = 100;

test('one order placed 20 times at once under one Idempotency-Key is one order', async () => {
  const shop = await market.sell();
  const as = await market.buyer(price);
  const body = { productId: shop.productId, quantity: 1 };
  const answers = await Promise.all(times(20, () => market.api('placeOrder', { as, body, idempotencyKey: 'once' })));
  expect(tally(answers.map(({ status }) => status))).toEqual({ 201: 20 });
  expect(new Set(answers.map((answer) => answer.body['orderId'])).size).toBe(1);
  expect((await market.api('listOrders', { as })).body['items']).toHaveLength(1);
});

test('of 20 different orders at once under one Idempotency-Key one is placed and the others are refused', async () => {
  const shop = await market.sell();
  const as = await market.buyer(price);
  const answers = await Promise.all(
    times(20, (index) =>
      market.api('placeOrder', { as, body: { productId: shop.productId, quantity: index + 1 }, idempotencyKey: 'one' }),
    ),
  );
  expect(tally(answers.map(({ status, body }) => body['code'] ?? status))).toEqual({
    201: 1,
    'idempotency-key-reused': 19,
  });
});

test('an Idempotency-Key that placed an order is refused for a body that could not be ordered at all', async () => {
  const shop = await market.sell({ limits: { maxPerOrder: 5 } });
  const as = await market.buyer(price);
  const place = (quantity: number) =>
    market.api('placeOrder', { as, body: { productId: shop.productId, quantity }, idempotencyKey: 'other' });
  expect((await place(5)).status).toBe(201);
  expect((await place(6)).body['code']).toBe('idempotency-key-reused');
});

test('one order paid 20 times at once is paid once, with a wallet that held no more than its price', async () => {
  const shop = await market.sell();
  await market.stock(shop, 30);
  const as = await market.buyer(price);
  const orderId = await market.place(as, { productId: shop.productId });
  const answers = await Promise.all(times(20, () => market.pay(as, orderId)));
  expect(tally(answers.map(({ body }) => body['code'] ?? body['status']))).toEqual({ delivered: 20 });
  expect((await market.api('readOwnWallet', { as })).body['balanceMinor']).toBe(0);
  expect(await market.spine.offers.countUpTo(shop.productId, 100, 'all', market.spine.now())).toBe(29);
});

test('one top-up granted 20 times at once raises the wallet once', async () => {
  const as = await market.buyer(1);
  const params = { accountId: as.accountId };
  const grant = (amountMinor: number) =>
    market.api('grantTestTopUp', {
      as: market.operator,
      params,
      body: { amountMinor, currency: 'CNY' },
      idempotencyKey: 'gift',
    });
  const answers = await Promise.all(times(20, () => grant(500)));
  expect(tally(answers.map(({ status }) => status))).toEqual({ 201: 20 });
  expect(new Set(answers.map(({ body }) => JSON.stringify(body))).size).toBe(1);
  expect((await grant(501)).body['code']).toBe('idempotency-key-reused');
  expect((await market.api('readOwnWallet', { as })).body['balanceMinor']).toBe(501);
});

test('one import sent 8 times at once stores each key once and reports the same each time', async () => {
  const shop = await market.sell();
  const secrets = times(400, (index) => ({ secret: `parallel-${index % 390}` }));
  const send = () =>
    market.api('importKeys', {
      as: shop.merchant,
      params: { productId: shop.productId },
      body: { source: { kind: 'supplier', name: 'S' }, keys: secrets },
      idempotencyKey: 'import',
    });
  const answers = await Promise.all(times(8, send));
  expect(tally(answers.map(({ status, body }) => body['code'] ?? status))).toEqual({ 201: 8 });
  expect(new Set(answers.map(({ body }) => JSON.stringify(body))).size).toBe(1);
  expect(answers[0]?.body).toMatchObject({ lines: 400, stored: 390, rejected: 10, status: 'open' });
  expect(await market.spine.offers.countUpTo(shop.productId, 1_000, 'all', market.spine.now())).toBe(390);
});

test('two merchants who import the same keys at once: each key is stored for one of them, each line accounted for', async () => {
  const shops = [await market.sell(), await market.sell()];
  const keys = times(200, (index) => ({ secret: `shared-${index}` }));
  const answers = await Promise.all(
    shops.map(({ merchant, productId }, index) =>
      market.api('importKeys', {
        as: merchant,
        params: { productId },
        body: { source: { kind: 'supplier', name: 'S' }, keys: index === 0 ? keys : keys.toReversed() },
      }),
    ),
  );
  expect(answers.map(({ status }) => status)).toEqual([201, 201]);
  const stored = answers.map(({ body }) => Number(body['stored']));
  expect(stored.reduce((sum, count) => sum + count, 0)).toBe(200);
  for (const { body } of answers) expect(Number(body['stored']) + Number(body['rejected'])).toBe(200);
});

test('an order revealed 20 times at once is revealed first once, and every reading is recorded', async () => {
  const shop = await market.sell();
  await market.stock(shop, 1);
  const as = await market.buyer(price);
  const orderId = await market.place(as, { productId: shop.productId });
  await market.pay(as, orderId);
  const answers = await Promise.all(times(20, () => market.api('revealKeys', { as, params: { orderId } })));
  expect(new Set(answers.map(({ body }) => JSON.stringify(body['keys']))).size).toBe(1);
  const { orders } = await market.holdings();
  expect(orders.filter(({ pk, sk }) => pk === orderId && String(sk).startsWith('READING#'))).toHaveLength(19);
});

test('quarantining while buyers buy sells no key after the answer, and lifting puts every unsold key back', async () => {
  const shop = await market.sell();
  const [batchId = ''] = await market.stock(shop, 120);
  const buyers = await Promise.all(times(40, () => market.buyer(price)));
  const buyOne = async (as: (typeof buyers)[number]) => {
    const orderId = await market.place(as, { productId: shop.productId });
    return (await market.pay(as, orderId)).body;
  };
  const selling = Promise.all(buyers.map(buyOne));
  const params = { batchId };
  const quarantined = await market.api('quarantineBatch', {
    as: shop.merchant,
    params,
    body: { reason: 'complaints' },
  });
  expect(quarantined.body['status']).toBe('quarantined');
  await selling;
  const late = await market.buyer(price);
  expect((await buyOne(late))['code']).toBe('out-of-stock');
  expect(await market.faults()).toEqual([]);

  const lifted = await Promise.all(times(3, () => market.api('liftQuarantine', { as: market.operator, params })));
  expect(lifted.map(({ status }) => status)).toEqual([200, 200, 200]);
  await market.sweep();
  expect((await market.api('readBatch', { as: shop.merchant, params })).body['status']).toBe('open');
  expect((await buyOne(late))['status']).toBe('delivered');
  expect(await market.faults()).toEqual([]);
});

test('nothing of this left a fault behind', async () => {
  market.pass(86_400 * 30);
  for (let minute = 0; minute < 3; minute += 1) await market.sweep();
  expect(await market.faults()).toEqual([]);
});
