import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { uploadPatienceSeconds } from '../../../core/imports/file-import.ts';
import type { ImportDeps } from '../../../functions/imports/import-stretch.ts';
import { auditTables } from '../../../functions/ledger/audit-tables.ts';
import { type Marketplace, openMarketplace } from '../../support/marketplace.ts';
import { present } from '../../support/sample-orders.ts';
import { type AdapterBackend, backends } from './backends.ts';

/** More than an import may stand still before it counts as lost. */
const aWhile = 1_000;
const linesPerStretch = 50;

describe.each(backends)('files %s', (_, start) => {
  let backend: AdapterBackend;
  let stores = 0;
  beforeAll(async () => {
    backend = await start();
  });
  afterAll(() => backend.stop());

  const open = async () => {
    stores += 1;
    const names = await backend.createTables(`f${stores}-`);
    const market = await openMarketplace(backend.client, names);
    const shop = await market.sell();
    const lines = (count: number): string[] => Array.from({ length: count }, (_, index) => `${names.keys}-F-${index}`);
    const offered = (lanes: 'public' | 'all' = 'all') =>
      market.spine.offers.countUpTo(shop.productId, 10_000, lanes, market.now());
    const read = async (batchId: string) => present(await market.spine.batches.get(batchId));
    return { market, shop, lines, offered, read };
  };
  const findings = async ({ gateway, names, now }: Marketplace) =>
    (await auditTables(gateway, names, now)({})).findings.map(({ code }) => code);
  /** Time for so many stretches. */
  const timeFor = (stretches: number) => {
    let left = stretches;
    return () => {
      left -= 1;
      return left >= 0;
    };
  };
  /** Has something happen after the batch was read and before a stretch is stored; stretches count from 0. */
  const before = (market: Marketplace, stretch: number, happen: () => Promise<unknown>): Pick<ImportDeps, 'orders'> => {
    let stretches = 0;
    return {
      orders: {
        waiting: async (productId, limit) => {
          const waiting = await market.spine.orders.waiting(productId, limit);
          stretches += 1;
          if (stretches - 1 === stretch) await happen();
          return waiting;
        },
      },
    };
  };

  test('a workflow that was lost half-way is started again under another name and goes on where it stood', async () => {
    const { market, shop, lines, offered, read } = await open();
    const text = [...lines(230), lines(8)[7] ?? '', ''];
    const batchId = await market.uploadFile(shop, text);
    expect(market.startedImports).toEqual([batchId]);
    expect(await market.importTask(linesPerStretch)(batchId, timeFor(2))).toEqual({ done: false });
    expect((await read(batchId)).file).toMatchObject({ phase: 'storing', linesDone: 100, stored: 100 });

    await market.sweep();
    expect(market.startedImports).toEqual([batchId]);
    market.pass(aWhile);
    await market.sweep();
    await market.sweep();
    expect(market.startedImports).toEqual([batchId, `${batchId}-2`]);

    expect(await market.importTask(linesPerStretch)(batchId, () => true)).toEqual({ done: true });
    expect(await read(batchId)).toMatchObject({ status: 'open', lines: 232, stored: 230, rejected: 2 });
    const rows = market.importFiles
      .reportOf(batchId)
      .split('\r\n')
      .map((row) => row.split(',').slice(0, 2).join());
    expect(rows).toEqual(['line,code', '231,duplicate-in-import', '232,secret-empty', '']);
    expect(market.importFiles.holdsSecretsOf(batchId)).toBe(false);
    expect(await offered()).toBe(230);
    market.pass(aWhile);
    await market.sweep();
    expect(market.startedImports).toHaveLength(2);
    expect(await findings(market)).toEqual([]);
  });

  test('a file whose workflow is lost again and again is given up to a person, and the audit says so', async () => {
    const { market, shop, lines, read } = await open();
    const batchId = await market.uploadFile(shop, lines(10));
    for (let sweep = 0; sweep < 12; sweep += 1) {
      market.pass(aWhile);
      await market.sweep();
    }
    const names = [batchId, ...Array.from({ length: 7 }, (_, index) => `${batchId}-${index + 2}`)];
    expect(market.startedImports).toEqual(names);
    expect(await read(batchId)).toMatchObject({ status: 'importing', file: { phase: 'checking', attempt: 8 } });
    expect(await findings(market)).toEqual(['import-given-up']);
    // Once the cause is gone, an execution that a person starts goes on as any other.
    expect(await market.importTask(linesPerStretch)(batchId, () => true)).toEqual({ done: true });
    expect(await read(batchId)).toMatchObject({ status: 'open', stored: 10 });
    expect(await findings(market)).toEqual([]);
  });

  test('an upload that never comes ends its import after a day, and not before', async () => {
    const { market, shop, read } = await open();
    const params = { productId: shop.productId };
    const body = { source: { kind: 'supplier', name: 'S' }, fileName: 'keys.txt', sizeBytes: 10 };
    const announced = await market.api('announceFile', { as: shop.merchant, params, body });
    const batchId = String(announced.body['batchId']);
    market.pass(uploadPatienceSeconds - 60);
    await market.sweep();
    expect(await read(batchId)).toMatchObject({ status: 'importing', file: { phase: 'awaiting_upload' } });
    expect(await findings(market)).toEqual([]);

    market.pass(120);
    await market.sweep();
    const expired = await read(batchId);
    expect(expired).toMatchObject({
      status: 'refused',
      stored: 0,
      file: { phase: 'refused', refusal: { code: 'upload-expired' } },
    });
    expect(expired.dueAt).toBeUndefined();
    market.importFiles.upload(batchId, Buffer.from('TOO-LATE-1'));
    const late = await market.api('startImport', { as: shop.merchant, params: { batchId } });
    expect(late).toMatchObject({ status: 409, body: { code: 'batch-state-unfit' } });
    expect(market.startedImports).toEqual([]);
    expect(await findings(market)).toEqual([]);
  });

  test('a quarantine that comes amid a stretch leaves nothing on offer, and every line stored', async () => {
    const { market, shop, lines, offered, read } = await open();
    const batchId = await market.uploadFile(shop, lines(220));
    let offeredBefore = 0;
    const quarantine = async (): Promise<void> => {
      offeredBefore = await offered();
      const body = { reason: 'The supplier recalled them.' };
      const answer = await market.api('quarantineBatch', { as: market.operator, params: { batchId }, body });
      expect(answer.status).toBe(200);
    };
    const task = market.importTask(linesPerStretch, before(market, 2, quarantine));
    expect(await task(batchId, () => true)).toEqual({ done: true });
    expect(offeredBefore).toBe(100);
    expect(await read(batchId)).toMatchObject({ status: 'quarantined', stored: 220, file: { phase: 'complete' } });
    market.pass(aWhile);
    await market.sweep();
    expect(await offered()).toBe(0);
    expect(await findings(market)).toEqual([]);

    await market.api('liftQuarantine', { as: market.operator, params: { batchId }, body: { reason: 'A mistake.' } });
    market.pass(aWhile);
    await market.sweep();
    expect(await read(batchId)).toMatchObject({ status: 'open' });
    expect(await offered()).toBe(220);
    expect(await findings(market)).toEqual([]);
  });

  test('an order that begins to wait amid an import is served from its next lines, before anybody else', async () => {
    const { market, shop, lines, offered, read } = await open();
    const { productId } = shop;
    const [patient, quick] = [await market.buyer(1_000_000), await market.buyer(1_000_000)];
    const batchId = await market.uploadFile(shop, lines(220));
    expect(await market.importTask(linesPerStretch)(batchId, timeFor(1))).toEqual({ done: false });
    const waiting = await market.place(patient, { productId, quantity: 90, whenOutOfStock: 'wait' });
    expect((await market.pay(patient, waiting)).body).toMatchObject({ status: 'captured' });

    // Two stretches later there are 150 keys, and for everybody else still the 50 of the first.
    expect(await market.importTask(linesPerStretch)(batchId, timeFor(2))).toEqual({ done: false });
    expect(await read(batchId)).toMatchObject({ lane: 'reserve', file: { linesDone: 150 } });
    expect(await offered('public')).toBe(50);
    expect(await offered('all')).toBe(150);
    const late = await market.place(quick, { productId, quantity: 60 });
    expect((await market.pay(quick, late)).body).toMatchObject({ code: 'out-of-stock' });
    await market.drain();
    expect((await market.api('readOrder', { as: patient, params: { orderId: waiting } })).body).toMatchObject({
      status: 'delivered',
    });

    expect(await market.importTask(linesPerStretch)(batchId, () => true)).toEqual({ done: true });
    market.pass(aWhile);
    await market.sweep();
    await market.drain();
    expect(await read(batchId)).toMatchObject({ status: 'open', stored: 220 });
    expect(await offered('public')).toBe(130);
    expect(await market.faults()).toEqual([]);
    expect(await findings(market)).toEqual([]);
  });
});
