import { beforeEach, describe, expect, it } from 'vitest';
import { catalogTable } from '../../../../adapters/tables/catalog.ts';
import { orderRoutes } from '../../../../contract/api/orders.ts';
import { paymentRoutes } from '../../../../contract/api/payments.ts';
import { type TableName, tableNames, tables } from '../../../../contract/tables.ts';
import { addSeconds } from '../../../../core/shared/instant.ts';
import { settleOrder } from '../../../../functions/escrow/settle-order.ts';
import { deliverProduct } from '../../../../functions/fulfilment/deliver-product.ts';
import { openReserve } from '../../../../functions/fulfilment/open-reserve.ts';
import { cancelOrder } from '../../../../functions/orders/cancel-order.ts';
import { confirmOrder } from '../../../../functions/orders/confirm-order.ts';
import { listOrders } from '../../../../functions/orders/list-orders.ts';
import { placeOrder } from '../../../../functions/orders/place-order.ts';
import { readOrder } from '../../../../functions/orders/read-order.ts';
import { grantTestTopUp } from '../../../../functions/payments/grant-test-top-up.ts';
import { payOrder } from '../../../../functions/payments/pay-order.ts';
import { buildSpine } from '../../../../functions/spine.ts';
import { policyOf } from '../../../../policy/index.ts';
import { MemoryDynamoDb } from '../../../fakes/memory-dynamodb/memory-dynamodb.ts';
import { openMarketplace } from '../../../support/marketplace.ts';
import { type TestCaller, testApi } from '../../../support/test-rooms.ts';

/** A marketplace, and the functions of a deployment of it that is closed. */
const open = async () => {
  const memory = new MemoryDynamoDb();
  for (const name of tableNames) memory.createTable({ tableName: name, ...tables[name] });
  const names = Object.fromEntries(tableNames.map((name) => [name, name])) as Record<TableName, string>;
  const market = await openMarketplace(memory, names);
  let aheadSeconds = 0;
  const surroundings = {
    now: () => addSeconds(market.spine.now(), aheadSeconds),
    random: () => 0.5,
    sleep: async () => {},
  };
  const spine = buildSpine(market.gateway, names, policyOf, surroundings, 'closed');
  const policy = policyOf('2026-11-01');
  const orders = testApi(orderRoutes, {
    placeOrder: placeOrder({ ...spine, catalog: catalogTable(market.gateway, names.catalog), policy }),
    listOrders: listOrders(spine),
    readOrder: readOrder(spine),
    cancelOrder: cancelOrder(spine),
    confirmOrder: confirmOrder(spine),
  });
  const payments = testApi(paymentRoutes, {
    payOrder: payOrder({ ...spine, policy }),
    grantTestTopUp: grantTestTopUp({ ...market, now: surroundings.now }),
  });
  const deliver = deliverProduct(spine, openReserve(market.gateway, names.stock, spine), market.announceDelivery);
  const settle = settleOrder(spine, market.announceDelivery);
  const shop = await market.sell();
  const buyer = await market.buyer(100_000);
  const claimedKeys = async () => (await market.holdings()).keys.filter(({ owner }) => owner !== undefined).length;
  const pass = (seconds: number) => {
    aheadSeconds += seconds;
  };
  return { market, orders, payments, deliver, settle, shop, buyer, claimedKeys, pass };
};

describe('while selling is closed', () => {
  let m: Awaited<ReturnType<typeof open>>;
  let buyer: TestCaller;
  beforeEach(async () => {
    m = await open();
    buyer = m.buyer;
  });
  const statusOf = async (orderId: string) =>
    (await m.orders('readOrder', { as: buyer, params: { orderId } })).body['status'];

  it('no order is placed, and the caller hears when to come again', async () => {
    const answer = await m.orders('placeOrder', { as: buyer, body: { productId: m.shop.productId } });
    expect(answer).toMatchObject({ status: 503, body: { code: 'selling-closed' }, headers: { 'retry-after': '300' } });
    expect((await m.market.holdings()).orders).toEqual([]);
  });

  it('a request that placed its order before gets the same answer again', async () => {
    const request = { as: buyer, idempotencyKey: 'before', body: { productId: m.shop.productId } };
    const before = await m.market.api('placeOrder', request);
    expect(await m.orders('placeOrder', request)).toMatchObject({ status: 201, body: before.body });
  });

  it('an order that was placed before is not paid, and costs nothing', async () => {
    await m.market.stock(m.shop, 1);
    const orderId = await m.market.place(buyer, { productId: m.shop.productId });
    const answer = await m.payments('payOrder', { as: buyer, params: { orderId }, body: { method: 'wallet' } });
    expect(answer).toMatchObject({ status: 503, body: { code: 'selling-closed' } });
    expect(await statusOf(orderId)).toBe('placed');
    expect(await m.claimedKeys()).toBe(0);
    expect(await m.market.faults()).toEqual([]);
  });

  it('paying an order twice answers the second time as the first', async () => {
    await m.market.stock(m.shop, 1);
    const orderId = await m.market.place(buyer, { productId: m.shop.productId });
    await m.market.pay(buyer, orderId);
    const again = await m.payments('payOrder', { as: buyer, params: { orderId }, body: { method: 'wallet' } });
    expect(again).toMatchObject({ status: 200, body: { status: 'delivered' } });
  });

  it('an order that waits gets no key, however often delivery is asked for, and is refunded by its promise', async () => {
    const orderId = await m.market.place(buyer, { productId: m.shop.productId, whenOutOfStock: 'wait' });
    await m.market.pay(buyer, orderId);
    await m.market.stock(m.shop, 3);
    await m.deliver({ productId: m.shop.productId });
    await m.settle(orderId);
    expect(await m.claimedKeys()).toBe(0);
    expect(await statusOf(orderId)).toBe('captured');
    m.pass(31 * 60);
    await m.settle(orderId);
    expect(await statusOf(orderId)).toBe('refunded');
    expect(await m.market.faults()).toEqual([]);
  });

  it('an order that takes what there is at its promise gets none of it', async () => {
    const request = { productId: m.shop.productId, quantity: 3, whenOutOfStock: 'wait', allowPartial: true };
    const orderId = await m.market.place(buyer, request);
    await m.market.pay(buyer, orderId);
    await m.market.stock(m.shop, 2);
    m.pass(31 * 60);
    await m.settle(orderId);
    expect(await m.claimedKeys()).toBe(0);
    expect(await statusOf(orderId)).toBe('refunded');
  });

  it('what was delivered is confirmed and released all the same', async () => {
    await m.market.stock(m.shop, 1);
    const orderId = await m.market.place(buyer, { productId: m.shop.productId });
    await m.market.pay(buyer, orderId);
    await m.market.api('revealKeys', { as: buyer, params: { orderId } });
    const answer = await m.orders('confirmOrder', { as: buyer, params: { orderId } });
    expect(answer).toMatchObject({ status: 200, body: { status: 'released' } });
  });

  it('an order that waited is delivered once selling is open again', async () => {
    const orderId = await m.market.place(buyer, { productId: m.shop.productId, whenOutOfStock: 'wait' });
    await m.market.pay(buyer, orderId);
    await m.market.stock(m.shop, 1);
    await m.deliver({ productId: m.shop.productId });
    await m.market.deliver({ productId: m.shop.productId });
    expect(await statusOf(orderId)).toBe('delivered');
  });
});
