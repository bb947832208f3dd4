import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bindAgain } from '../../../adapters/tables/replayed-keys.ts';
import { SamplesTable } from '../../../adapters/tables/samples.ts';
import { sampleOwner } from '../../../core/stock/sampling.ts';
import { auditTables } from '../../../functions/ledger/audit-tables.ts';
import { type Marketplace, openMarketplace } from '../../support/marketplace.ts';
import { present } from '../../support/sample-orders.ts';
import { type AdapterBackend, backends } from './backends.ts';

describe.each(backends)('sampling %s', (_, start) => {
  let backend: AdapterBackend;
  let stores = 0;
  beforeAll(async () => {
    backend = await start();
  });
  afterAll(() => backend.stop());

  /** A standard merchant sells licences: the policy has batches of them tested. */
  const open = async (keys: number) => {
    stores += 1;
    const market = await openMarketplace(backend.client, await backend.createTables(`p${stores}-`));
    const shop = await market.sell({ category: 'software-license' });
    const [batchId = ''] = await market.stock(shop, keys);
    const read = async () => present(await market.spine.batches.get(batchId));
    const offered = () => market.spine.offers.countUpTo(shop.productId, 1_000, 'all', '2026-11-22T00:00:00.000Z');
    const params = (sample: number) => ({ batchId, sample: String(sample) });
    return {
      market,
      shop,
      batchId,
      read,
      offered,
      reveal: (sample: number) => market.api('revealSample', { as: market.operator, params: params(sample) }),
      report: (sample: number, result: string) =>
        market.api('recordSampleResult', { as: market.operator, params: params(sample), body: { result } }),
    };
  };
  const findings = async ({ gateway, names, spine }: Marketplace) =>
    (await auditTables(gateway, names, spine.now)({})).findings;

  test('nothing of a batch is on offer until its sample is accepted; what was tested never is', async () => {
    const { market, shop, batchId, read, offered, reveal, report } = await open(60);
    expect(await read()).toMatchObject({ status: 'sampling', stored: 60 });
    expect(await offered()).toBe(0);
    expect(await reveal(1)).toMatchObject({ status: 409, body: { code: 'batch-state-unfit' } });

    market.pass(60);
    await market.sweep();
    expect((await read()).sampling?.sample).toMatchObject({ size: 2, accept: 0 });
    expect((await read()).dueAt).toBeUndefined();
    const listed = await market.api('listSamplings', { as: market.operator });
    expect(listed.body['items']).toMatchObject([{ batchId, sampling: { size: 2, accept: 0, good: 0, bad: 0 } }]);
    expect(await findings(market)).toEqual([]);

    const secrets = [];
    for (const sample of [1, 2]) {
      expect(await report(sample, 'good')).toMatchObject({ status: 409, body: { code: 'sample-state-unfit' } });
      const { status, body } = await reveal(sample);
      expect(status).toBe(200);
      secrets.push((body['key'] as { secret: string }).secret);
      expect((await reveal(sample)).body).toEqual(body);
      expect(await report(sample, 'good')).toMatchObject({ status: 200 });
      expect(await report(sample, 'good')).toMatchObject({ status: 200 });
      expect(await report(sample, 'bad')).toMatchObject({ body: { code: 'sample-state-unfit' } });
    }
    expect(new Set(secrets).size).toBe(2);
    expect(await read()).toMatchObject({ status: 'open', sampling: { sample: { verdict: 'accepted', good: 2 } } });
    expect(await offered()).toBe(58);
    expect((await market.api('listSamplings', { as: market.operator })).body['items']).toEqual([]);

    const as = await market.buyer(58 * 100);
    const orderId = await market.place(as, { productId: shop.productId, quantity: 58, whenOutOfStock: 'wait' });
    await market.pay(as, orderId);
    await market.deliver({ productId: shop.productId });
    const sold = new Set<string>();
    for (const offset of ['0', '58']) {
      const { body } = await market.api('revealKeys', { as, params: { orderId }, query: { offset } });
      for (const { secret } of (body['keys'] ?? []) as { secret: string }[]) sold.add(secret);
    }
    expect(sold.size).toBe(58);
    expect(secrets.filter((secret) => sold.has(secret))).toEqual([]);
    expect(await findings(market)).toEqual([]);

    const readings = await market.gateway.query({
      TableName: market.names.stock,
      KeyConditionExpression: 'pk = :batch AND begins_with(sk, :readings)',
      ExpressionAttributeValues: { ':batch': batchId, ':readings': 'READING#' },
    });
    expect(readings.count).toBe(4);
  });

  test('one bad key too many rejects the batch for good, before the rest of the sample is used up', async () => {
    const { market, shop, read, offered, reveal, report } = await open(5);
    market.pass(60);
    await market.sweep();
    await reveal(1);
    expect(await report(1, 'bad')).toMatchObject({
      status: 200,
      body: { status: 'rejected', sampling: { bad: 1, verdict: 'rejected' } },
    });
    expect(await reveal(2)).toMatchObject({ status: 409, body: { code: 'batch-state-unfit' } });
    const params = { batchId: (await read()).batchId };
    expect(await market.api('quarantineBatch', { as: shop.merchant, params, body: { reason: 'r' } })).toMatchObject({
      status: 409,
    });
    expect(await market.api('liftQuarantine', { as: market.operator, params })).toMatchObject({ status: 409 });
    market.pass(600);
    await market.sweep();
    expect(await offered()).toBe(0);
    expect(await market.api('readBatch', { as: shop.merchant, params })).toMatchObject({
      body: { status: 'rejected', sampling: { verdict: 'rejected' } },
    });
    expect(await findings(market)).toEqual([]);
  });

  test('a quarantine interrupts testing and puts nothing on offer when it is lifted', async () => {
    const { market, shop, read, offered, reveal, report } = await open(5);
    market.pass(60);
    await market.sweep();
    await reveal(1);
    const params = { batchId: (await read()).batchId };
    await market.api('quarantineBatch', { as: shop.merchant, params, body: { reason: 'r' } });
    expect(await report(1, 'good')).toMatchObject({ body: { code: 'batch-state-unfit' } });
    await market.api('liftQuarantine', { as: market.operator, params });
    expect(await read()).toMatchObject({ status: 'sampling', sampling: { sample: { size: 2 } } });
    expect(await offered()).toBe(0);
    await report(1, 'good');
    await reveal(2);
    await Promise.all([report(2, 'good'), report(2, 'good')]);
    expect(await read()).toMatchObject({ status: 'open' });
    expect(await offered()).toBe(3);
    expect(await findings(market)).toEqual([]);
  });

  test('a key that was tested before a restore forgot it can be read again, and the batch be decided', async () => {
    const { market, batchId, read, offered, reveal, report } = await open(5);
    market.pass(60);
    await market.sweep();
    const keyId = present(await new SamplesTable(market.gateway, market.names).keyIdOf(batchId, 1));
    const claim = { keyId, owner: sampleOwner(batchId), at: market.spine.now(), position: '1' };
    const { productId } = await read();
    const bound = bindAgain(market.names.keys, { ...claim, batchId, productId, sellUntilDay: '' }, market.spine.now());
    expect(await market.gateway.transact([bound])).toMatchObject({ committed: true });
    expect(await reveal(1)).toMatchObject({ status: 200, body: { batchId } });
    await report(1, 'good');
    await reveal(2);
    expect(await report(2, 'good')).toMatchObject({ body: { status: 'open' } });
    expect(await offered()).toBe(3);
    expect(await findings(market)).toEqual([]);
  });

  test('a sample is for operators alone', async () => {
    const { market, shop, batchId } = await open(2);
    const params = { batchId, sample: '1' };
    for (const as of [shop.merchant, await market.buyer(1)]) {
      expect(await market.api('revealSample', { as, params })).toMatchObject({ status: 403 });
      expect(await market.api('recordSampleResult', { as, params, body: { result: 'good' } })).toMatchObject({
        status: 403,
      });
    }
  });
});
