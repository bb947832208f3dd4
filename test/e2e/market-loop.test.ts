import { afterAll, beforeAll, expect, test } from 'vitest';
import { createClient, newIntention } from '../../client/client.ts';
import { audit, readHoldings } from '../support/books.ts';
import { present } from '../support/sample-orders.ts';
import { type Account, filesUnder, startMarket } from './local-market.ts';

let market: Awaited<ReturnType<typeof startMarket>>;
let merchant: Account;
let buyer: Account;
beforeAll(async () => {
  market = await startMarket();
  [merchant, buyer] = await Promise.all([market.open('merchant', '飞鱼点卡'), market.open('buyer', 'Li')]);
});
afterAll(() => market?.stop());

const secret = (index: number): string => `E2E-LOOP-${index}-SECRET`;

test('a merchant imports, a buyer orders, pays, reveals and confirms, and both find it in their books', async () => {
  const { call } = market;
  const version = {
    title: '点卡 100 元 🎮',
    category: 'game-point-card',
    kind: 'card_key',
    priceMinor: 9_900,
    currency: 'CNY',
    afterSalesTerms: '7 days',
  };
  const created = await call('POST', '/v1/products', { as: merchant, body: version });
  expect(created.status).toBe(201);
  const productId = String(created.body['productId']);
  await call('POST', `/v1/products/${productId}/put-on-sale`, { as: merchant, body: { version: 1 } });
  const report = await call('POST', `/v1/products/${productId}/batches`, {
    as: merchant,
    body: {
      source: { kind: 'publisher', name: 'P' },
      keys: [{ secret: secret(1) }, { secret: secret(2), number: '00-1' }, { secret: secret(1) }, { secret: ' bad' }],
    },
  });
  expect(report).toMatchObject({ status: 201, body: { status: 'open', lines: 4, stored: 2, rejected: 2 } });
  expect(report.body['rejections']).toMatchObject([
    { line: 3, code: 'duplicate-in-import' },
    { line: 4, code: 'secret-surrounded-by-space' },
  ]);
  const topUp = { amountMinor: 50_000, currency: 'CNY' };
  await call('POST', `/v1/wallets/${buyer.accountId}/test-top-ups`, { as: market.operator, body: topUp });

  const listing = await call('GET', `/v1/catalog/${productId}`);
  expect(listing.body).toMatchObject({ title: version.title, seller: { merchantId: merchant.accountId } });
  const order = await call('POST', '/v1/orders', { as: buyer, body: { productId, expectedUnitPriceMinor: 9_900 } });
  const path = `/v1/orders/${order.body['orderId']}`;
  const paid = await call('POST', `${path}/pay`, { as: buyer, body: { method: 'wallet' } });
  expect(paid).toMatchObject({ status: 200, body: { status: 'delivered', policyVersion: '2026-11-01' } });
  const revealed = await call('POST', `${path}/reveal`, { as: buyer });
  const [key] = revealed.body['keys'] as { secret: string }[];
  expect([secret(1), secret(2)]).toContain(key?.secret);
  expect((await call('POST', `${path}/confirm`, { as: buyer })).body['status']).toBe('released');

  const statement = await call('GET', '/v1/wallet/statement', { as: buyer });
  expect(statement.body['items']).toMatchObject([
    { kind: 'capture', amountMinor: -9_900 },
    { kind: 'top-up', amountMinor: 50_000 },
  ]);
  expect((await call('GET', '/v1/wallet', { as: buyer })).body['balanceMinor']).toBe(40_100);
  const sold = await call('GET', '/v1/orders', { as: merchant });
  expect(sold.body['items']).toMatchObject([{ status: 'released', deliveredQuantity: 1 }]);
});

test('an integrator with the typed client sells to a buyer who pays through WeChat Pay', async () => {
  const { apiUrl: baseUrl, channels } = market.stack;
  const [shop, li] = [createClient({ baseUrl, token: merchant.token }), createClient({ baseUrl, token: buyer.token })];
  const header = () => newIntention();
  const made = await shop.POST('/v1/products', {
    params: { header: header() },
    body: {
      title: 'Starlight 100 points',
      category: 'game-point-card',
      kind: 'card_key',
      priceMinor: 19_900,
      currency: 'CNY',
      afterSalesTerms: '7 days',
    },
  });
  const { productId } = present(made.data);
  const path = { productId };
  await shop.POST('/v1/products/{productId}/put-on-sale', { params: { path, header: header() }, body: { version: 1 } });
  await shop.POST('/v1/products/{productId}/batches', {
    params: { path, header: header() },
    body: { source: { kind: 'publisher', name: 'P' }, keys: [{ secret: secret(3) }] },
  });
  const placed = await li.POST('/v1/orders', { params: { header: header() }, body: { productId } });
  const { orderId } = present(placed.data);
  const begun = await li.POST('/v1/orders/{orderId}/payments', {
    params: { path: { orderId }, header: header() },
    body: { channel: 'wechat_pay', scene: 'qr' },
  });
  const { paymentId, pay } = present(begun.data);
  expect(pay?.kind).toBe('qr');
  channels.pay('wechat_pay', paymentId);
  const read = async () => (await li.GET('/v1/orders/{orderId}', { params: { path: { orderId } } })).data;
  await expect.poll(async () => (await read())?.status, { timeout: 30_000 }).toBe('delivered');
  const revealed = await li.POST('/v1/orders/{orderId}/reveal', { params: { path: { orderId } } });
  expect(revealed.data?.keys).toMatchObject([{ secret: secret(3) }]);
  const again = await li.POST('/v1/orders/{orderId}/pay', {
    params: { path: { orderId } },
    body: { method: 'wallet' },
  });
  expect(again.data).toMatchObject({ status: 'delivered', payment: { paymentId, channel: 'wechat_pay' } });
  const refused = await li.GET('/v1/refunds');
  expect(refused.error).toMatchObject({ code: 'role-not-allowed', status: 403 });
});

test('money that comes back into a full wallet can be read', async () => {
  const full = await market.open('buyer', 'Rich');
  const topUp = (amountMinor: number) =>
    market.call('POST', `/v1/wallets/${full.accountId}/test-top-ups`, {
      as: market.operator,
      body: { amountMinor, currency: 'CNY' },
    });
  await topUp(1_000_000_000);
  const products = (await market.call('GET', '/v1/catalog')).body['items'] as { productId: string }[];
  const order = await market.call('POST', '/v1/orders', {
    as: full,
    body: { productId: products[0]?.productId, quantity: 100, whenOutOfStock: 'wait' },
  });
  const path = `/v1/orders/${order.body['orderId']}`;
  const paid = await market.call('POST', `${path}/pay`, { as: full, body: { method: 'wallet' } });
  expect(paid.body['status']).toBe('captured');
  expect((await topUp(990_000)).status).toBe(201);
  expect((await topUp(1)).body['code']).toBe('wallet-balance-limit');
  // Its promise ends: what the workflow would do after half an hour is asked for with a promise that has passed.
  const { gateway, names } = market.tables;
  await gateway.update({
    TableName: names.orders,
    Key: { pk: String(order.body['orderId']), sk: 'ORDER' },
    UpdateExpression: 'SET promiseAt = :past, dueAt = :past',
    ExpressionAttributeValues: { ':past': '2026-11-01T00:00:00.000Z' },
  });
  await market.stack.invoke('guarantee', { orderId: order.body['orderId'] });
  expect((await market.call('GET', path, { as: full })).body['status']).toBe('refunded');
  expect(await market.call('GET', '/v1/wallet', { as: full })).toMatchObject({
    status: 200,
    body: { balanceMinor: 1_000_990_000 },
  });
});

test('no secret and no token stands in the clear in any file, log or answer but its own', async () => {
  const leaks = [secret(1), secret(2), secret(3), merchant.token, buyer.token, market.operator.token];
  const files = filesUnder(market.dataDir);
  expect(files.length).toBeGreaterThan(3);
  for (const leak of leaks) {
    expect(files.filter(({ content }) => content.includes(leak)).map(({ path }) => path)).toEqual([]);
    const answers = market.answers.filter(({ request, text }) => text.includes(leak) && !request.endsWith('/reveal'));
    expect(answers).toEqual([]);
  }
});

test('the books balance', async () => {
  const { gateway, names } = market.tables;
  expect(audit(await readHoldings(gateway, names))).toEqual([]);
});
