/** Every path of every function, on a running stack, the rarely used ones included. Nothing is checked here. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, vi } from 'vitest';
import { realSurroundings } from '../../../adapters/clock.ts';
import { deriveId } from '../../../adapters/ids.ts';
import { fromBatch } from '../../../adapters/tables/batches.ts';
import { putEntry } from '../../../adapters/tables/ledger.ts';
import { laneOf, putOffer } from '../../../adapters/tables/offers.ts';
import { orderKey } from '../../../adapters/tables/orders.ts';
import { isPaymentItem, paymentKey } from '../../../adapters/tables/payments.ts';
import { routes } from '../../../contract/api/routes.ts';
import { dueShards } from '../../../contract/shards.ts';
import { deliverKeys } from '../../../core/fulfilment/deliver-order.ts';
import { maxKeysInOneTransaction } from '../../../core/orders/order.ts';
import type { Channel } from '../../../core/payments/channel.ts';
import { addSeconds } from '../../../core/shared/instant.ts';
import { requestsPerReport } from '../../../functions/http/rate-limiter.ts';
import { buildSpine } from '../../../functions/spine.ts';
import { policyOf } from '../../../policy/index.ts';
import { importer, type Upload, uploadForm } from '../imports/upload.ts';
import type { Account, startMarket } from '../local-market.ts';

export type Market = Awaited<ReturnType<typeof startMarket>>;
type Cast = { readonly merchant: Account; readonly buyer: Account };
type Product = { readonly productId: string; readonly batchIds: string[] };
/** The two that keep promises by the clock. */
type Keeper = (orderId: string) => Promise<void>;

/** Whoever uses a form or a link acts in the name of the function that signed it. */
const signer = { 'user-agent': 'app/imports' };

const { now } = realSurroundings;
const past = (seconds: number): string => addSeconds(now(), -seconds);
const maxPerBuyer = 500;
const price = 100;
/** More orders than one call of the delivery worker looks at. */
const longLineLength = 225;

export const tools = (market: Market, { merchant, buyer }: Cast) => {
  const { call, stack, tables } = market;
  const { gateway, names } = tables;
  const spine = buildSpine(gateway, names, policyOf, realSurroundings);
  let secrets = 0;

  const must = async (...request: Parameters<typeof call>): Promise<Record<string, unknown>> => {
    const answer = await call(...request);
    if (answer.status >= 300) throw new Error(`${request[0]} ${request[1]} answered ${answer.status} ${answer.text}`);
    return answer.body;
  };
  const importKeys = async (product: Product, count: number): Promise<string> => {
    const keys = Array.from({ length: count }, () => ({ secret: `PRIVILEGES-${++secrets}` }));
    const body = { source: { kind: 'own_stock', name: 'Scenes' }, keys };
    const { batchId } = await must('POST', `/v1/products/${product.productId}/batches`, { as: merchant, body });
    product.batchIds.push(String(batchId));
    return String(batchId);
  };
  const createProduct = async (keys: number, as = merchant): Promise<Product> => {
    const body = {
      title: 'T',
      category: 'game-point-card',
      kind: 'card_key',
      priceMinor: price,
      currency: 'CNY',
      limits: { maxPerBuyer },
      afterSalesTerms: '7 days',
    };
    const { productId } = await must('POST', '/v1/products', { as, body });
    await must('POST', `/v1/products/${productId}/put-on-sale`, { as, body: { version: 1 } });
    const product = { productId: String(productId), batchIds: [] };
    if (keys > 0) await importKeys(product, keys);
    return product;
  };
  const place = async (product: Product, quantity: number, how: Record<string, unknown> = {}): Promise<string> => {
    const body = { productId: product.productId, quantity, ...how };
    return String((await must('POST', '/v1/orders', { as: buyer, body }))['orderId']);
  };
  const pay = (orderId: string) => call('POST', `/v1/orders/${orderId}/pay`, { as: buyer, body: { method: 'wallet' } });
  const buy = async (...order: Parameters<typeof place>): Promise<string> => {
    const orderId = await place(...order);
    await pay(orderId);
    return orderId;
  };
  const statusOf = async (orderId: string) => (await spine.orders.get(orderId))?.status;
  const set = (orderId: string, times: Readonly<Record<string, string>>) =>
    gateway.update({
      TableName: names.orders,
      Key: orderKey(orderId),
      UpdateExpression: `SET ${Object.keys(times)
        .map((name) => `${name} = :${name}`)
        .join(', ')}`,
      ExpressionAttributeValues: Object.fromEntries(Object.entries(times).map(([name, time]) => [`:${name}`, time])),
    });
  /** Puts a sold key on offer again, which no path does: whoever finds it has to withdraw it. */
  const offerSoldKey = async (product: Product, orderId: string): Promise<void> => {
    const [keyId = ''] = (await spine.orders.get(orderId))?.keyIds ?? [];
    const [batchId = ''] = product.batchIds;
    const offer = { productId: product.productId, batchId, keyId, sellUntilDay: '9999-12-31', lane: laneOf(keyId) };
    await gateway.transact([putOffer(names.stock, offer)]);
  };
  const message = (body: string) => ({
    Records: [{ messageId: 'm', receiptHandle: 'r', body, attributes: { ApproximateReceiveCount: '1' } }],
  });
  return {
    call,
    stack,
    gateway,
    names,
    spine,
    must,
    importKeys,
    createProduct,
    place,
    pay,
    buy,
    statusOf,
    set,
    offerSoldKey,
    message,
  };
};
export type Tools = ReturnType<typeof tools>;

export const accountsAndKeys = async (market: Market, { merchant }: Cast): Promise<void> => {
  const { call } = market;
  await call('GET', '/v1/me', { as: merchant });
  await call('GET', `/v1/accounts/${merchant.accountId}`, { as: merchant });
  const keys = `/v1/accounts/${merchant.accountId}/api-keys`;
  await call('GET', keys, { as: merchant });
  const second = await call('POST', keys, { as: merchant, body: { name: 'second' } });
  const path = `/v1/api-keys/${second.body['apiKeyId']}`;
  await call('POST', `${path}/rotate`, { as: merchant, body: {} });
  await call('DELETE', path, { as: merchant });
  await call('GET', '/v1/me', { as: { ...merchant, token: 'nonsense' } });
  for (const open of ['/v1/policy', '/v1/policy/demo', '/v1/health']) await call('GET', open);
};

export const catalog = async (
  market: Market,
  { call, must, createProduct }: Tools,
  { merchant }: Cast,
): Promise<void> => {
  const { productId } = await createProduct(0);
  const path = `/v1/products/${productId}`;
  const { title, category, kind, priceMinor, currency, afterSalesTerms } = await must('GET', `${path}/versions/1`, {
    as: merchant,
  });
  const body = { title, category, kind, priceMinor, currency, afterSalesTerms };
  await must('POST', `${path}/versions`, { as: merchant, body });
  await must('POST', `${path}/put-on-sale`, { as: merchant, body: { version: 2 } });
  for (const listed of [
    '/v1/catalog',
    `/v1/catalog?category=${category}`,
    `/v1/catalog?merchantId=${merchant.accountId}`,
  ])
    await call('GET', listed);
  await call('GET', `/v1/catalog/${productId}`);
  await call('GET', '/v1/catalog?text=T&sort=price');
  // The index follows a moment later; only what it names is read.
  await vi.waitFor(
    async () => {
      const { items } = await must('GET', `/v1/catalog?text=T&merchantId=${merchant.accountId}`);
      if (!Array.isArray(items) || items.length === 0) throw new Error('The index does not know the product yet');
    },
    { timeout: 20_000, interval: 200 },
  );
  await must('POST', `${path}/versions`, { as: merchant, body: { ...body, category: 'gift-card' } });
  await must('POST', `${path}/versions/3/submit`, { as: merchant });
  await must('GET', '/v1/reviews', { as: market.operator });
  await must('POST', `${path}/versions/3/approve`, { as: market.operator, body: { reason: 'Scenes' } });
  for (const own of [path, `${path}/versions`, `${path}/history`, '/v1/products'])
    await must('GET', own, { as: merchant });
  await must('POST', `${path}/take-off-sale`, { as: merchant });
};

export const smallOrders = async (t: Tools, { merchant, buyer }: Cast): Promise<void> => {
  const product = await t.createProduct(3);
  const sold = await t.buy(product, 1);
  const path = `/v1/orders/${sold}`;
  await t.must('POST', `${path}/reveal`, { as: buyer });
  await t.must('POST', `${path}/reveal`, { as: buyer });
  await t.must('POST', `${path}/confirm`, { as: buyer });
  await t.must('POST', `/v1/orders/${await t.place(product, 1)}/cancel`, { as: buyer });
  await t.must('GET', path, { as: buyer });
  for (const as of [buyer, merchant]) await t.must('GET', '/v1/orders', { as });
  const tokens = `${path}/tokens`;
  const { token, orderTokenId } = await t.must('POST', tokens, { as: buyer, body: { scopes: ['read'] } });
  await t.must('GET', path, { as: { ...buyer, token: String(token) } });
  await t.must('GET', tokens, { as: buyer });
  await t.must('DELETE', `/v1/order-tokens/${orderTokenId}`, { as: buyer });
  await t.buy(product, 2);
  await t.offerSoldKey(product, sold);
  await t.pay(await t.place(product, 1));
  await t.pay(await t.place(product, maxPerBuyer, { whenOutOfStock: 'wait' }));
};

/** Keys that come while orders wait go to those first; what is left is opened to everybody. */
export const waitingOrders = async (t: Tools): Promise<void> => {
  const product = await t.createProduct(0);
  await t.buy(product, 2, { whenOutOfStock: 'wait' });
  const batchId = await t.importKeys(product, 5);
  await t.stack.invoke('deliver', t.message(JSON.stringify({ productId: product.productId, batchId })));
};

export const largeOrders = async (t: Tools, { buyer }: Cast): Promise<void> => {
  const product = await t.createProduct(maxKeysInOneTransaction + 9);
  const whole = await t.buy(product, maxKeysInOneTransaction + 4);
  const deliver = () => t.stack.invoke('deliver', t.message(JSON.stringify({ productId: product.productId })));
  await deliver();
  await t.must('POST', `/v1/orders/${whole}/reveal?offset=33`, { as: buyer });
  // Five are left: it takes them and its money for the rest.
  await t.buy(product, maxKeysInOneTransaction + 1, { allowPartial: true });
  await deliver();
};

export const staleOfferInTheLine = async (t: Tools): Promise<void> => {
  const product = await t.createProduct(1);
  const sold = await t.buy(product, 1);
  await t.buy(product, 1, { whenOutOfStock: 'wait' });
  await t.offerSoldKey(product, sold);
  await t.stack.invoke('deliver', t.message(JSON.stringify({ productId: product.productId })));
};

/** A line of waiting orders that is longer than one call looks at. */
export const longLine = async (t: Tools): Promise<void> => {
  const product = await t.createProduct(0);
  const records = Array.from({ length: longLineLength }, (_, index) => ({
    pk: `${product.productId}#WAITING`,
    sk: `2026-11-22T00:00:00.000Z#${index}`,
    orderId: `ord_gone${index}`,
  }));
  for (let from = 0; from < records.length; from += 100)
    await t.gateway.transact(
      records.slice(from, from + 100).map((Item) => ({ Put: { TableName: t.names.orders, Item } })),
    );
  await t.stack.invoke('deliver', t.message(JSON.stringify({ productId: product.productId })));
};

/** What the workflow and the sweep do for orders: release, look again, refund, deliver a part, give keys back. */
export const keptPromises = async (t: Tools, keep: Keeper): Promise<void> => {
  const product = await t.createProduct(1);
  const delivered = await t.buy(product, 1);
  await t.set(delivered, { releaseAt: past(60) });
  await keep(delivered);

  const waits = await t.buy(product, 1, { whenOutOfStock: 'wait' });
  await t.set(waits, { dueAt: past(60) });
  await keep(waits);
  await t.set(waits, { promiseAt: past(60) });
  await keep(waits);

  const stale = await t.buy(product, 2, { whenOutOfStock: 'wait', allowPartial: true });
  await t.offerSoldKey(product, delivered);
  await t.set(stale, { promiseAt: past(60) });
  await keep(stale);

  const partial = await t.createProduct(1);
  const part = await t.buy(partial, 2, { whenOutOfStock: 'wait', allowPartial: true });
  await t.set(part, { promiseAt: past(60) });
  await keep(part);

  const short = await t.createProduct(maxKeysInOneTransaction);
  const large = await t.buy(short, maxKeysInOneTransaction + 1, { whenOutOfStock: 'wait' });
  await bindFirstChunk(t, short, large);
  await t.set(large, { promiseAt: past(60) });
  await keep(large);
};

/** As the delivery worker does that finds enough for an order, and after its first chunk no longer does. */
const bindFirstChunk = async ({ spine }: Tools, { productId }: Product, orderId: string): Promise<void> => {
  const order = await spine.orders.get(orderId);
  if (order?.policyVersion === undefined) throw new Error(`${orderId} is not captured`);
  const offers = await spine.offers.find(productId, maxKeysInOneTransaction, 'all', now());
  const outcome = await spine.commit(deliverKeys(order, policyOf(order.policyVersion), offers, now()), now());
  if (outcome !== 'committed') throw new Error(`No chunk was bound: ${outcome}`);
};

const allShards = Array.from({ length: dueShards }, (_, shard) => shard);

export const keepers = ({ stack, set }: Tools): Record<'guarantee' | 'sweep', Keeper> => ({
  guarantee: async (orderId) => {
    await stack.invoke('guarantee', { orderId });
  },
  sweep: async (orderId) => {
    await set(orderId, { dueAt: past(60) });
    await stack.invoke('sweep', { shards: allShards });
  },
});

/** Quarantine and its end, at once and by the sweep that finishes what was cut off. */
export const quarantine = async (market: Market, t: Tools, { merchant }: Cast): Promise<void> => {
  const product = await t.createProduct(3);
  const [batchId = ''] = product.batchIds;
  const path = `/v1/batches/${batchId}`;
  await t.must('GET', path, { as: merchant });
  await t.must('GET', `/v1/products/${product.productId}/batches`, { as: merchant });
  await t.must('GET', `/v1/products/${product.productId}/stock`, { as: merchant });
  const quarantineIt = () => t.must('POST', `${path}/quarantine`, { as: merchant, body: { reason: 'Scenes' } });
  await quarantineIt();
  await t.must('POST', `${path}/lift-quarantine`, { as: market.operator });
  const leaveToTheSweep = async (status: 'quarantined' | 'reoffering' | 'opening'): Promise<void> => {
    const batch = await t.spine.batches.get(batchId);
    if (batch === undefined) throw new Error(`${batchId} is gone`);
    const Item = fromBatch({ ...batch, status, seq: batch.seq + 1, dueAt: past(60) });
    await t.gateway.put({ TableName: t.names.stock, Item });
    await t.stack.invoke('sweep', { shards: allShards });
  };
  await leaveToTheSweep('quarantined');
  await leaveToTheSweep('reoffering');
  await leaveToTheSweep('opening');
};

/** A file that some lines of are rejected from, while an order waits; an upload that never comes, and a lost workflow. */
export const imports = async (market: Market, t: Tools, { merchant }: Cast): Promise<void> => {
  const files = importer(market, merchant);
  const file = Buffer.from('PRIVILEGES-FILE-1\nPRIVILEGES-FILE-1\n');
  const product = await t.createProduct(0);
  const announced = await files.announce(product.productId, { fileName: 'keys.txt', sizeBytes: file.length });
  const batchId = String(announced.body['batchId']);
  await files.start(batchId);
  await t.buy(product, 1, { whenOutOfStock: 'wait' });
  await uploadForm(announced.body['upload'] as Upload, file, signer);
  await files.start(batchId);
  await files.untilOver(batchId);
  await files.rejections(batchId, signer);
  const lost = await t.spine.batches.get(await files.upload(product.productId, 'lost.txt', file, signer));
  if (lost?.file === undefined) throw new Error('The batch is gone');
  const stalled = { ...lost.file, phase: 'checking', attempt: 1, progressAt: past(3_600) } as const;
  await t.spine.batches.write(lost, { ...lost, seq: lost.seq + 1, dueAt: past(60), file: stalled });
  await t.stack.invoke('sweep', { shards: allShards });
  await files.untilOver(lost.batchId);
};

/** More lines than a transaction holds after one that stands already: those that follow are looked up first. */
export const repeatedImport = async (t: Tools, { merchant }: Cast): Promise<void> => {
  const { productId } = await t.createProduct(0);
  const keys = Array.from({ length: 120 }, (_, line) => ({ secret: `PRIVILEGES-REPEATED-${line}` }));
  for (const lines of [keys.slice(0, 1), keys]) {
    const body = { source: { kind: 'own_stock', name: 'Scenes' }, keys: lines };
    await t.must('POST', `/v1/products/${productId}/batches`, { as: merchant, body });
  }
};

/** A batch that the policy has tested: imported by a standard merchant, whose listing is reviewed first. */
export const sampling = async (market: Market, t: Tools): Promise<void> => {
  const merchant = await market.open('merchant', 'Standard');
  await t.must('POST', `/v1/merchants/${merchant.accountId}/label`, {
    as: market.operator,
    body: { label: 'standard', reason: 'Scenes' },
  });
  const listing = {
    title: 'Licence',
    category: 'software-license',
    kind: 'card_key',
    priceMinor: price,
    currency: 'CNY',
    afterSalesTerms: '7 days',
  };
  const { productId } = await t.must('POST', '/v1/products', { as: merchant, body: listing });
  const keys = [1, 2, 3].map((number) => ({ secret: `SAMPLED-${number}` }));
  const body = { source: { kind: 'own_stock', name: 'Scenes' }, keys };
  const { batchId } = await t.must('POST', `/v1/products/${productId}/batches`, { as: merchant, body });
  const batch = await t.spine.batches.get(String(batchId));
  if (batch === undefined) throw new Error(`${batchId} is gone`);
  const Item = fromBatch({ ...batch, seq: batch.seq + 1, dueAt: past(60) });
  await t.gateway.put({ TableName: t.names.stock, Item });
  await t.stack.invoke('sweep', { shards: allShards });
  await t.must('GET', '/v1/samplings', { as: market.operator });
  for (const sample of [1, 2]) {
    const path = `/v1/batches/${batchId}/samples/${sample}`;
    await t.must('POST', `${path}/reveal`, { as: market.operator });
    await t.must('POST', `${path}/result`, { as: market.operator, body: { result: 'good' } });
  }
};

export const stockCounts = async (t: Tools): Promise<void> => {
  const { productId } = await t.createProduct(2);
  await t.stack.invoke('countStock', t.message(JSON.stringify({ productId, changedAt: past(10) })));
  await t.stack.invoke('countStock', t.message(JSON.stringify({ productId, changedAt: now() })));
};

type HearsOf = (paymentId: string) => Promise<void>;

/** The two that book what a channel took: told by it, or asking it. */
const listeners = ({ stack, gateway, names, spine, message }: Tools): Record<'notified' | 'asked', HearsOf> => ({
  notified: async (paymentId) => {
    await vi.waitFor(async () => {
      if ((await spine.payments.get(paymentId))?.status !== 'received') throw new Error('not notified yet');
    }, 20_000);
  },
  asked: async (paymentId) => {
    await gateway.update({
      TableName: names.payments,
      Key: paymentKey(paymentId),
      UpdateExpression: 'SET dueAt = :past',
      ExpressionAttributeValues: { ':past': past(600) },
    });
    // The sweep announces it, and the worker is asked besides, in case it is the faster.
    await stack.invoke('sweep', { shards: allShards });
    await stack.invoke('settleChannel', message(JSON.stringify({ paymentId })));
  },
});

/** Money through channels, whoever hears of it, and refunds that each keeper of promises commits to them. */
export const channelMoney = async (market: Market, t: Tools, { buyer }: Cast): Promise<void> => {
  const { channels } = t.stack;
  const pay = async (paymentId: unknown, hears: HearsOf, channel: Channel = 'wechat_pay'): Promise<void> => {
    channels.pay(channel, String(paymentId));
    await hears(String(paymentId));
  };
  const choice = { channel: 'wechat_pay', scene: 'qr' } as const;
  const payFor = async (orderId: string, hears: HearsOf, channel: Channel = 'wechat_pay'): Promise<void> => {
    const body = { ...choice, channel };
    const { paymentId } = await t.must('POST', `/v1/orders/${orderId}/payments`, { as: buyer, body });
    await pay(paymentId, hears, channel);
  };
  for (const [way, hears] of Object.entries(listeners(t))) {
    channels.order(way === 'asked' ? { notifications: { lose: 'all' } } : {});
    const product = await t.createProduct(1);
    const orderId = await t.place(product, 1);
    await payFor(orderId, hears);
    const stale = await t.place(product, 1, { whenOutOfStock: 'wait' });
    await t.offerSoldKey(product, orderId);
    await payFor(stale, hears, 'alipay');
    const body = { ...choice, amountMinor: 100, currency: 'CNY' };
    await pay((await t.must('POST', '/v1/wallet/top-ups', { as: buyer, body }))['paymentId'], hears);
  }
  channels.order({});
  const { notified } = listeners(t);
  const product = await t.createProduct(1);
  for (const keep of Object.values(keepers(t))) {
    const waits = await t.place(product, 2, { whenOutOfStock: 'wait' });
    await payFor(waits, notified);
    await t.set(waits, { promiseAt: past(60) });
    await keep(waits);
  }
  const unlucky = await t.place(product, 1);
  const { paymentId } = await t.must('POST', `/v1/orders/${unlucky}/payments`, { as: buyer, body: choice });
  await t.buy(product, 1);
  await pay(paymentId, notified);
  await t.stack.invoke('deliver', t.message(JSON.stringify({ productId: product.productId })));
  await t.must('GET', `/v1/orders/${unlucky}/payments`, { as: buyer });
  await t.must('GET', '/v1/refunds', { as: market.operator });
};

/** An endpoint from its first day to its last: well, failing, gone while another hears of it, enabled again, deleted. */
export const webhooks = async (t: Tools, { buyer }: Cast): Promise<void> => {
  let status = 204;
  const receiver = createServer(({ url }, response) => response.writeHead(url === '/well' ? 204 : status).end());
  await once(receiver.listen(0, '127.0.0.1'), 'listening');
  const { port } = receiver.address() as AddressInfo;
  const create = async (name: string): Promise<string> => {
    const body = { url: `http://127.0.0.1:${port}/${name}`, events: ['*'] };
    const { endpointId } = await t.must('POST', '/v1/webhook-endpoints', { as: buyer, body });
    return `/v1/webhook-endpoints/${endpointId}`;
  };
  const [path, well] = [await create('ill'), await create('well')];
  const attempted = (endpoint: string, isMeant: (delivery: Record<string, unknown>) => boolean) =>
    vi.waitFor(
      async () => {
        const { items } = await t.must('GET', `${endpoint}/deliveries`, { as: buyer });
        const sent = (items as Record<string, unknown>[]).find(isMeant);
        expect(sent?.['attempts']).toEqual(expect.arrayContaining([expect.anything()]));
        return sent ?? {};
      },
      { timeout: 60_000, interval: 100 },
    );
  const testWith = async (answer: number): Promise<Record<string, unknown>> => {
    status = answer;
    const { eventId } = await t.must('POST', `${path}/test`, { as: buyer });
    return attempted(path, (delivery) => delivery['eventId'] === eventId);
  };
  const { eventId } = await testWith(204);
  await t.must('POST', `${path}/deliveries/${eventId}/redeliver`, { as: buyer });
  const failed = await testWith(500);
  await t.gateway.update({
    TableName: t.names.webhooks,
    Key: { pk: failed['endpointId'], sk: `DELIVERY#${failed['recordedAt']}#${failed['eventId']}` },
    UpdateExpression: 'SET dueAt = :past',
    ExpressionAttributeValues: { ':past': past(60) },
  });
  status = 204;
  await t.stack.invoke('sweepWebhooks', {});
  // Heard before the endpoint is gone: a repetition that met the 410 would leave nothing to attempt.
  await attempted(path, (each) => each['eventId'] === failed['eventId'] && each['status'] === 'delivered');
  await testWith(410);
  await t.must('POST', `${path}/enable`, { as: buyer });
  await t.must('POST', `${path}/rotate-secret`, { as: buyer, body: {} });
  await t.must('POST', `${path}/disable`, { as: buyer });
  await t.must('GET', path, { as: buyer });
  await t.must('GET', '/v1/webhook-endpoints', { as: buyer });
  await t.buy(await t.createProduct(1), 1);
  await attempted(well, ({ type }) => type === 'order.delivered');
  await t.must('GET', '/v1/events', { as: buyer });
  for (const each of [path, well]) await t.must('DELETE', each, { as: buyer });
  receiver.closeAllConnections();
  receiver.close();
};

/** A message that nobody understands comes again later. */
export const failedMessages = async (t: Tools): Promise<void> => {
  const workers = ['deliver', 'countStock', 'startGuarantee', 'settleChannel', 'recordEvents', 'deliverWebhook'];
  for (const worker of workers) await t.stack.invoke(worker, t.message('{}'));
};

export const books = async (market: Market, t: Tools, { buyer }: Cast): Promise<void> => {
  const reads: [string, Account][] = [
    ['/v1/wallet', buyer],
    ['/v1/wallet/statement', buyer],
    [`/v1/wallets/${buyer.accountId}`, market.operator],
    [`/v1/wallets/${buyer.accountId}/statement`, market.operator],
    ['/v1/ledger/trial-balance', market.operator],
  ];
  for (const [path, as] of reads) await t.must('GET', path, { as });
  // A minute with more accounts than one transaction folds, and none of it folded yet.
  await t.gateway.delete({ TableName: t.names.ledger, Key: { pk: 'FOLD', sk: 'POSITION' } });
  const legs = Array.from({ length: 100 }, (_, index) => ({
    account: `wallet:${index}`,
    amountMinor: index < 50 ? 1 : -1,
  }));
  await t.gateway.transact([
    putEntry(t.names.ledger, { entryId: 'scenes/fold', kind: 'top-up', postedAt: past(600), legs }),
  ]);
  await t.stack.invoke('fold', {});
};

/** Everything about a buyer, in a link since it is long; and an account without ties, erased. */
export const personalData = async (market: Market, t: Tools, { buyer }: Cast): Promise<void> => {
  const product = await t.createProduct(0);
  for (let count = 0; count < 40; count += 1) await t.place(product, 1);
  await t.spine.payments.open({
    paymentId: deriveId('pay', 'scenes'),
    seq: 1,
    status: 'received',
    requestHash: 'x',
    purpose: 'top-up',
    buyerId: buyer.accountId,
    channel: 'alipay',
    scene: 'page',
    amountMinor: price,
    subject: 'Scenes',
    createdAt: past(60),
    expiresAt: past(30),
    queries: 0,
  });
  await t.must('POST', '/v1/me/data-export', { as: buyer });
  const [leaves, closes] = [await market.open('buyer', 'Leaves'), await market.open('merchant', 'Closes')];
  const orderId = String(
    (await t.must('POST', '/v1/orders', { as: leaves, body: { productId: product.productId } }))['orderId'],
  );
  await t.must('POST', `/v1/orders/${orderId}/tokens`, { as: leaves, body: { scopes: ['read'] } });
  await t.must('POST', `/v1/orders/${orderId}/cancel`, { as: leaves });
  const endpoint = { url: 'http://127.0.0.1:9/', events: ['*'] };
  await t.must('POST', '/v1/webhook-endpoints', { as: leaves, body: endpoint });
  for (const as of [leaves, closes]) await t.must('POST', `/v1/accounts/${as.accountId}/erase`, { as, body: {} });
};

/** Whoever uploads by a form or opens a link does so in the name of the function that signed it. */
const withLinkOf = (name: string) => ({ 'user-agent': `app/${name}` });

/** A merchant from his application to the end of a licence. */
export const admission = async (market: Market, t: Tools): Promise<void> => {
  const said = {
    legalName: 'Scenes Ltd.',
    contactEmail: 'scenes@example.com',
    label: 'gold',
    categories: ['other'],
    statement: 'We play every scene.',
  };
  const { accountId, token } = await t.must('POST', '/v1/merchant-applications', { body: { name: 'S', ...said } });
  const as = { accountId: String(accountId), token: String(token) };
  const path = `/v1/merchants/${accountId}`;
  const decide = (verdict: string) =>
    t.must('POST', `${path}/decisions`, { as: market.operator, body: { verdict, reason: 'Scenes' } });
  await decide('begin_review');
  await decide('reject');
  await t.must('POST', `${path}/applications`, { as, body: said });
  await decide('begin_review');
  const bring = async (kind: string): Promise<string> => {
    const body = { kind, fileName: 'a.pdf', sizeBytes: 100, contentType: 'application/pdf', expiresAt: past(-86_400) };
    const brought = await t.must('POST', `${path}/documents`, { as, body });
    const document = `${path}/documents/${brought['documentId']}`;
    const { url, fields } = brought['upload'] as { url: string; fields: Record<string, string> };
    const form = new FormData();
    for (const [field, value] of Object.entries(fields)) form.set(field, value);
    form.set('file', new Blob(['%PDF']));
    await fetch(url, { method: 'POST', body: form, headers: withLinkOf('admission') });
    const { etag } = (await t.must('GET', document, { as: market.operator }))['file'] as { etag: string };
    const accepted = { verdict: 'accept', reason: 'Scenes', etag };
    await t.must('POST', `${document}/review`, { as: market.operator, body: accepted });
    const { file } = await t.must('GET', document, { as });
    await fetch((file as { url: string }).url, { headers: withLinkOf('admission') });
    return String(brought['documentId']);
  };
  const licence = await bring('business_licence');
  await bring('authorisation');
  await decide('admit');
  for (const listed of ['', '/history', '/documents']) await t.must('GET', `${path}${listed}`, { as });
  await t.must('GET', '/v1/me/notices', { as });
  await t.must('GET', '/v1/merchants', { as: market.operator });
  const { productId } = await t.createProduct(0, as);
  await decide('suspend');
  await decide('reinstate');
  const setDue = (item: string, set: string, times: Record<string, string>) =>
    t.gateway.update({
      TableName: t.names.identity,
      Key: { pk: item },
      UpdateExpression: `SET ${set}`,
      ExpressionAttributeValues: times,
    });
  // A product that heard of nothing yet, and a licence that ends.
  await t.gateway.update({
    TableName: t.names.catalog,
    Key: { pk: productId, sk: 'PRODUCT' },
    UpdateExpression: 'SET sellerSeq = :none',
    ExpressionAttributeValues: { ':none': 0 },
  });
  await setDue(as.accountId, 'dueAt = :past', { ':past': past(60) });
  await setDue(licence, 'dueAt = :past, expiresAt = :past', { ':past': past(60) });
  await t.stack.invoke('watchAdmission', {});
};

/** Records that look as if they broke a promise are read again, together with all that belongs to them. */
export const audit = async (t: Tools): Promise<void> => {
  const { productId, batchIds } = await t.createProduct(1);
  const waiting = { pk: `${productId}#WAITING`, sk: `${past(0)}#ord_gone`, orderId: 'ord_gone' };
  const [batchId = ''] = batchIds;
  const offer = { productId, batchId, keyId: 'gone', sellUntilDay: '9999-12-31', lane: laneOf('gone') };
  await t.gateway.transact([{ Put: { TableName: t.names.orders, Item: waiting } }, putOffer(t.names.stock, offer)]);
  // A claim of twenty minutes ago must be in the archive, and is looked for there.
  const keys = await t.gateway.scan({ TableName: t.names.keys });
  const sold = keys.items.find(({ owner, ownedAt }) => owner !== undefined && ownedAt !== undefined);
  if (sold === undefined) throw new Error('No key was sold');
  await t.gateway.put({ TableName: t.names.keys, Item: { ...sold, ownedAt: past(1_200) } });
  // A payment that nobody looks at any more, though nothing came of it.
  const [payment] = (await t.gateway.scan({ TableName: t.names.payments })).items.filter(isPaymentItem);
  if (payment === undefined) throw new Error('No payment was begun');
  await t.gateway.put({ TableName: t.names.payments, Item: { ...payment, pk: 'pay_gone', status: 'open' } });
  const audited = await t.stack.invoke('audit', {});
  if (audited.kind !== 'result') throw new Error(`The audit failed: ${JSON.stringify(audited)}`);
};

/** Enough requests of one caller to one function that the function reports them, whichever minute they fall into. */
const countedRequestsLength = 2 * requestsPerReport;

/** Every function behind the API counts who calls it. */
export const countedRequests = async ({ call, operator }: Market): Promise<void> => {
  const first = new Map(routes.map((route) => [route.function, route]));
  for (const { method, path, roles } of first.values())
    for (let request = 0; request < countedRequestsLength; request += 1)
      await call(method, path.replace(/\{\w+\}/g, 'none'), roles === 'public' ? {} : { as: operator });
};
