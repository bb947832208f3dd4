import { afterAll, beforeAll, expect, test } from 'vitest';
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

const price = 7;

const order = async (productId: string, quantity: number, more: object = {}) => {
  const as = await market.buyer(price * quantity);
  return { as, orderId: await market.place(as, { productId, quantity, ...more }) };
};
const read = async ({ as, orderId }: { as: TestCaller; orderId: string }) =>
  (await market.api('readOrder', { as, params: { orderId } })).body;
const balanceOf = async (as: TestCaller): Promise<unknown> =>
  (await market.api('readOwnWallet', { as })).body['balanceMinor'];
const revealAll = async ({ as, orderId }: { as: TestCaller; orderId: string }): Promise<string[]> => {
  const secrets: string[] = [];
  for (let offset: unknown = 0; offset !== undefined; ) {
    const { body } = await market.api('revealKeys', { as, params: { orderId }, query: { offset: String(offset) } });
    secrets.push(...(body['keys'] as { secret: string }[]).map(({ secret }) => secret));
    offset = body['nextOffset'];
  }
  return secrets;
};

test('orders of 1,000 keys race each other and small ones: all or nothing each, and no key twice', async () => {
  const shop = await market.sell({ priceMinor: price });
  await market.stock(shop, 1_530);
  const large = await Promise.all(times(2, () => order(shop.productId, 1_000)));
  const small = await Promise.all(times(30, () => order(shop.productId, 1)));
  const paid = Promise.all([...large, ...small].map(({ as, orderId }) => market.pay(as, orderId)));
  const workers = times(3, () => market.deliver({ productId: shop.productId }));
  await paid;
  await Promise.all([...workers, ...times(3, () => market.deliver({ productId: shop.productId }))]);
  await market.deliver({ productId: shop.productId });

  const outcomes = await Promise.all(large.map(read));
  expect(tally(outcomes.map(({ status }) => status))).toEqual({ delivered: 1, refunded: 1 });
  const boughtSmall = (await Promise.all(small.map(read))).filter(({ status }) => status === 'delivered');
  expect(boughtSmall).toHaveLength(30);

  const winners = large.filter((_, index) => outcomes[index]?.['status'] === 'delivered');
  const secrets = (await Promise.all([...winners, ...small].map(revealAll))).flat();
  expect(new Set(secrets).size).toBe(1_030);
  expect(secrets).toHaveLength(1_030);

  await market.sweep();
  expect(await market.faults()).toEqual([]);
});

test('a large order that waits holds what it took, and its keys go back when its promise ends', async () => {
  const shop = await market.sell({ priceMinor: price });
  await market.stock(shop, 100);
  const large = await order(shop.productId, 100, { whenOutOfStock: 'wait' });
  await market.pay(large.as, large.orderId);
  const deliveries = market.deliver({ productId: shop.productId });
  const small = await Promise.all(times(10, () => order(shop.productId, 1)));
  await Promise.all(small.map(({ as, orderId }) => market.pay(as, orderId)));
  await deliveries;
  const { status } = await read(large);
  expect(['captured', 'delivered']).toContain(status);

  market.pass(1_800);
  await market.sweep();
  expect(await market.faults()).toEqual([]);
  const { status: ended } = await read(large);
  expect(ended).toBe(status === 'delivered' ? 'delivered' : 'refunded');
  if (ended === 'refunded') expect(await balanceOf(large.as)).toBe(price * 100);
});

test('keys of a failed large order are sold to others, and it reads none of them', async () => {
  const shop = await market.sell({ priceMinor: price });
  await market.stock(shop, 64);
  const large = await order(shop.productId, 96, { whenOutOfStock: 'wait' });
  await market.pay(large.as, large.orderId);
  await market.stock(shop, 32);
  // It sees enough for all of it, takes a chunk, and then others empty the shop.
  const taken = await market.spine.orders.get(large.orderId);
  expect(taken?.status).toBe('captured');
  const rivals = await Promise.all(times(8, () => order(shop.productId, 8)));
  await Promise.all([
    market.deliver({ productId: shop.productId }),
    ...rivals.map(({ as, orderId }) => market.pay(as, orderId)),
  ]);
  const before = await read(large);
  const refused = await market.api('revealKeys', { as: large.as, params: { orderId: large.orderId } });
  if (before['status'] === 'captured') expect(refused.body['code']).toBe('order-state-unfit');
  market.pass(1_800);
  await Promise.all([market.sweep(), market.settle(large.orderId), market.settle(large.orderId)]);
  expect(await market.faults()).toEqual([]);
  const sold = (await Promise.all([large, ...rivals].map(read))).map(({ deliveredQuantity }) =>
    Number(deliveredQuantity),
  );
  const left = await market.spine.offers.countUpTo(shop.productId, 1_000, 'all', market.spine.now());
  expect(sold.reduce((sum, quantity) => sum + quantity, 0) + left).toBe(96);
});

test('a large order that allows part and will not wait takes what is there and has the rest of its money back', async () => {
  const shop = await market.sell({ priceMinor: price });
  await market.stock(shop, 70);
  const large = await order(shop.productId, 200, { allowPartial: true });
  await market.pay(large.as, large.orderId);
  await Promise.all(times(3, () => market.deliver({ productId: shop.productId })));
  expect(await read(large)).toMatchObject({ status: 'delivered', deliveredQuantity: 70, refundedMinor: 130 * price });
  expect(await balanceOf(large.as)).toBe(130 * price);
  expect(new Set(await revealAll(large)).size).toBe(70);
  expect(await market.faults()).toEqual([]);
});

test('more waiting orders than one delivery looks at neither hold up those behind them nor keep the reserve shut', async () => {
  const shop = await market.sell({ priceMinor: price });
  const many = await Promise.all(times(210, () => order(shop.productId, 2, { whenOutOfStock: 'wait' })));
  for (const { as, orderId } of many) await market.pay(as, orderId);
  market.pass(1);
  const last = await order(shop.productId, 1, { whenOutOfStock: 'wait' });
  await market.pay(last.as, last.orderId);
  await market.stock(shop, 1);
  await market.announceDelivery({ productId: shop.productId });
  await market.drain();
  expect((await read(last))['status']).toBe('delivered');
});
