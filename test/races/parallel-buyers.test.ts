import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Marketplace } from '../support/marketplace.ts';
import type { TestCaller } from '../support/test-rooms.ts';
import { raceGround, tally, times } from './house.ts';

let ground: Awaited<ReturnType<typeof raceGround>>;
let market: Marketplace;
beforeAll(async () => {
  ground = await raceGround();
  market = await ground.market();
});
afterAll(() => ground.stop());

const price = 100;
type Purchase = { readonly as: TestCaller; readonly orderId: string };

const purchases = (buyers: number, productId: string, order: object = {}): Promise<Purchase[]> =>
  Promise.all(
    times(buyers, async () => {
      const as = await market.buyer(price);
      return { as, orderId: await market.place(as, { productId, quantity: 1, ...order }) };
    }),
  );

const balanceOf = async (as: TestCaller): Promise<unknown> =>
  (await market.api('readOwnWallet', { as })).body['balanceMinor'];

describe.each([8, 64, 500])('%i buyers at once', (buyers) => {
  test.each([
    ['all', buyers],
    ['half', buyers / 2],
    ['five', 5],
  ])('on stock for %s: each key goes to one of them, and who got nothing paid nothing', async (_, keys) => {
    const shop = await market.sell();
    await market.stock(shop, keys);
    const all = await purchases(buyers, shop.productId);
    const answers = await Promise.all(all.map(({ as, orderId }) => market.pay(as, orderId)));

    expect(
      tally(answers.map(({ status, body }) => `${status} ${body['status'] === 409 ? body['code'] : body['status']}`)),
    ).toEqual({
      '200 delivered': keys,
      ...(buyers > keys && { '409 out-of-stock': buyers - keys }),
    });
    const wallets = await Promise.all(all.map(({ as }) => balanceOf(as)));
    wallets.forEach((balance, index) => {
      expect(balance).toBe(answers[index]?.status === 200 ? 0 : price);
    });
    const delivered = all.filter((__, index) => answers[index]?.status === 200);
    const secrets = await Promise.all(
      delivered.map(async ({ as, orderId }) => {
        const { body } = await market.api('revealKeys', { as, params: { orderId } });
        return (body['keys'] as { secret: string }[])[0]?.secret;
      }),
    );
    expect(new Set(secrets).size).toBe(keys);
    expect(secrets).not.toContain(undefined);
  });
});

test('64 buyers who would rather wait on stock for half: the others have their money back at the promise', async () => {
  const shop = await market.sell();
  await market.stock(shop, 32);
  const all = await purchases(64, shop.productId, { whenOutOfStock: 'wait' });
  const workers = (async () => {
    for (let round = 0; round < 10; round += 1) {
      await market.announceDelivery({ productId: shop.productId });
      await market.drain();
    }
  })();
  const answers = await Promise.all(all.map(({ as, orderId }) => market.pay(as, orderId)));
  await workers;
  expect(tally(answers.map(({ body }) => body['status']))).toEqual({ delivered: 32, captured: 32 });
  expect(await market.faults()).toEqual([]);

  market.pass(1_800);
  await Promise.all([market.sweep(), market.sweep(), ...all.map(({ orderId }) => market.settle(orderId))]);
  const orders = await Promise.all(all.map(({ as, orderId }) => market.api('readOrder', { as, params: { orderId } })));
  expect(tally(orders.map(({ body }) => body['status']))).toEqual({ delivered: 32, refunded: 32 });
  const wallets = await Promise.all(all.map(({ as }) => balanceOf(as)));
  expect(tally(wallets)).toEqual({ 0: 32, [price]: 32 });
});

test('whoever was captured first is served first when stock arrives, whichever workers serve', async () => {
  const shop = await market.sell();
  const line: Purchase[] = [];
  for (const purchase of await purchases(20, shop.productId, { whenOutOfStock: 'wait' })) {
    await market.pay(purchase.as, purchase.orderId);
    // One moment apart, so that there is a first.
    market.pass(0.01);
    line.push(purchase);
  }
  for (const keys of [7, 6]) {
    await market.stock(shop, keys);
    for (let worker = 0; worker < 5; worker += 1) await market.announceDelivery({ productId: shop.productId });
    await market.drain();
  }
  const orders = await Promise.all(line.map(({ as, orderId }) => market.api('readOrder', { as, params: { orderId } })));
  expect(orders.map(({ body }) => body['status'])).toEqual([
    ...times(13, () => 'delivered'),
    ...times(7, () => 'captured'),
  ]);
});

test('stock that arrives for those who wait is not taken by those who come later', async () => {
  const shop = await market.sell();
  const [waiting] = await purchases(1, shop.productId, { whenOutOfStock: 'wait' });
  const [late] = await purchases(1, shop.productId);
  if (!waiting || !late) throw new Error('Nobody buys');
  await market.pay(waiting.as, waiting.orderId);
  const [batchId] = await market.stock(shop, 2);
  expect((await market.pay(late.as, late.orderId)).body['code']).toBe('out-of-stock');
  await market.deliver({ productId: shop.productId, batchId });
  expect((await market.api('readOrder', { as: waiting.as, params: { orderId: waiting.orderId } })).body['status']).toBe(
    'delivered',
  );
  expect((await market.pay(late.as, late.orderId)).body['status']).toBe('delivered');
  expect(
    (await market.api('readBatch', { as: shop.merchant, params: { batchId: String(batchId) } })).body['status'],
  ).toBe('open');
});

test('one buyer in 20 places at once passes neither his limit nor his balance', async () => {
  const shop = await market.sell({ limits: { maxPerOrder: 10, maxPerBuyer: 3 } });
  await market.stock(shop, 30);
  const rich = await market.buyer(price * 20);
  const orderIds = await Promise.all(times(20, () => market.place(rich, { productId: shop.productId })));
  const answers = await Promise.all(orderIds.map((orderId) => market.pay(rich, orderId)));
  expect(tally(answers.map(({ body }) => body['code'] ?? body['status']))).toEqual({
    delivered: 3,
    'buyer-limit-reached': 17,
  });

  const open = await market.sell();
  await market.stock(open, 30);
  const poor = await market.buyer(price * 4);
  const more = await Promise.all(times(20, () => market.place(poor, { productId: open.productId })));
  const paid = await Promise.all(more.map((orderId) => market.pay(poor, orderId)));
  expect(tally(paid.map(({ body }) => body['code'] ?? body['status']))).toEqual({
    delivered: 4,
    'wallet-balance-short': 16,
  });
  expect(await balanceOf(poor)).toBe(0);
});

test('paying, cancelling, delivering, sweeping and confirming at once leave each order in one state', async () => {
  const shop = await market.sell();
  await market.stock(shop, 10);
  const all = await purchases(20, shop.productId, { whenOutOfStock: 'wait' });
  await Promise.all(
    all.flatMap(({ as, orderId }) => [
      market.pay(as, orderId),
      market.api('cancelOrder', { as, params: { orderId } }),
      market.pay(as, orderId),
      market.deliver({ productId: shop.productId }),
      market.settle(orderId),
      market.api('confirmOrder', { as, params: { orderId } }),
    ]),
  );
  const orders = await Promise.all(all.map(({ as, orderId }) => market.api('readOrder', { as, params: { orderId } })));
  for (const { body } of orders) expect(['cancelled', 'captured', 'delivered', 'released']).toContain(body['status']);
  expect(await market.faults()).toEqual([]);
});

test('after all of this the books balance and every key is sold once or on offer', async () => {
  market.pass(86_400 * 30);
  for (let minute = 0; minute < 3; minute += 1) await market.sweep();
  expect(await market.faults()).toEqual([]);
  const { orders } = await market.holdings();
  const open = orders.filter(({ sk, status }) => sk === 'ORDER' && ['captured', 'delivered'].includes(String(status)));
  expect(open).toEqual([]);
});

test('keys that each expire on another day go to as many buyers at once, and nobody is sent away', async () => {
  const shop = await market.sell();
  for (const day of times(100, (index) => index))
    await market.stock(shop, 1, { expiresAt: new Date(Date.UTC(2027, 0, 2 + day)).toISOString() });
  const all = await purchases(100, shop.productId);
  const answers = await Promise.all(all.map(({ as, orderId }) => market.pay(as, orderId)));
  expect(tally(answers.map(({ status, body }) => `${status} ${body['status']}`))).toEqual({ '200 delivered': 100 });
});
