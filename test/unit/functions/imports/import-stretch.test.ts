import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Sealer } from '../../../../adapters/key-vault.ts';
import { BatchesTable } from '../../../../adapters/tables/batches.ts';
import { type DocumentClient, TableGateway } from '../../../../adapters/tables/gateway.ts';
import { KeysTable } from '../../../../adapters/tables/keys.ts';
import { OrdersTable } from '../../../../adapters/tables/orders.ts';
import { announceFile, type FileBatch, isFileBatch, startImport } from '../../../../core/imports/file-import.ts';
import { advanceBatch } from '../../../../core/stock/batch.ts';
import { importStretch } from '../../../../functions/imports/import-stretch.ts';
import { storeKeys } from '../../../../functions/stock/store-keys.ts';
import { fakeKms } from '../../../support/fake-kms.ts';
import { memoryImportFiles } from '../../../support/memory-import-files.ts';
import { accepted, present } from '../../../support/sample-orders.ts';
import { testRooms } from '../../../support/test-rooms.ts';

const batchId = 'bat_0000000000000000000000000a';
const productId = 'prd_0000000000000000000000000a';
const tables = { stock: 'stock', keys: 'keys' };

/** One pepper for all, so that a key has one fingerprint. */
const kms = fakeKms();

class Crash extends Error {}

/** Imports a text, with a crash before each of these calls of the outside world, and looks at what came of it. */
const importText = async (text: string, crashes: readonly number[], pieceBytes: number, linesPerStretch: number) => {
  const upload = Buffer.from(text);
  const { memory, gateway, surroundings, itemsOf } = testRooms();
  const { now } = surroundings;
  const batches = new BatchesTable(gateway, 'stock');
  const { files, upload: put, reportOf } = memoryImportFiles(pieceBytes);
  put(batchId, upload);
  const left = [...crashes];
  let calls = 0;
  /** A crash comes after so many halves of calls: before a call, or after it did all and before it is told so. */
  const frail = <Call extends (...args: never[]) => Promise<unknown>>(call: Call): Call =>
    (async (...args: Parameters<Call>) => {
      const [crash] = left;
      calls += 1;
      if (crash === undefined || calls <= crash >> 1) return call(...args);
      left.shift();
      calls = 0;
      if (crash % 2 === 0) await call(...args);
      throw new Crash();
    }) as Call;
  const send = frail(memory.send.bind(memory) as (command: never) => Promise<unknown>);
  const frailGateway = new TableGateway({ send } as unknown as DocumentClient, surroundings);
  const sealer = new Sealer(kms, 'secrets', 'pepper');
  const draft = {
    batchId,
    requestHash: 'h',
    merchantId: 'acc_m',
    productId,
    source: { kind: 'other', name: 'S' },
  } as const;
  const announced = accepted(announceFile(draft, { fileName: 'k.txt', sizeBytes: upload.length }, now()));
  await batches.begin(announced);
  await batches.write(announced, present(accepted(startImport(announced, upload.length, now()))));
  const work = importStretch({
    batches: new BatchesTable(frailGateway, 'stock'),
    orders: new OrdersTable(gateway, 'orders'),
    files: { ...files, keepPart: frail(files.keepPart), joinReport: frail(files.joinReport) },
    store: storeKeys({ gateway: frailGateway, tables, keys: new KeysTable(frailGateway, 'keys'), sealer, now }),
    announceDelivery: async () => undefined,
    stockTable: 'stock',
    now,
    linesPerStretch,
  });
  for (let done = false; !done; ) {
    try {
      ({ done } = await work(batchId, () => true));
    } catch (error) {
      if (!(error instanceof Crash)) throw error;
    }
  }
  const batch = (await batches.get(batchId)) as FileBatch;
  const keys = [...itemsOf('keys').values()].map((item) => `${item['pk']} ${item['line']}`).sort();
  const offers = [...itemsOf('stock').keys()].filter((key) => key.startsWith(`${productId}#`));
  const { status, lines, stored, rejected } = batch;
  return { status, lines, stored, rejected, keys, offers: offers.sort(), report: reportOf(batchId) };
};

describe('importing a file', () => {
  test('comes to the same end however it is cut and wherever it crashes', async () => {
    const line = fc.oneof(
      fc.constantFrom('A', 'B', 'C', '', ' x', '键🎮', 'x'.repeat(600)),
      fc.stringMatching(/^[a-z]{1,2}$/),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(line, { minLength: 1, maxLength: 40 }),
        fc.array(fc.nat(12), { maxLength: 8 }),
        fc.integer({ min: 1, max: 64 }),
        fc.integer({ min: 1, max: 9 }),
        async (lines, crashes, pieceBytes, linesPerStretch) => {
          const text = `${lines.join('\n')}\n`;
          const smooth = await importText(text, [], text.length * 4, linesPerStretch);
          expect(await importText(text, crashes, pieceBytes, linesPerStretch)).toEqual(smooth);
          expect(smooth).toMatchObject({ status: 'open', lines: lines.length });
          expect((smooth.stored ?? 0) + (smooth.rejected ?? 0)).toBe(lines.length);
          expect(smooth.keys).toHaveLength(smooth.stored ?? -1);
          expect(smooth.offers).toHaveLength(smooth.stored ?? -1);
          expect(smooth.report.split('\r\n')).toHaveLength((smooth.rejected ?? 0) + 2);
        },
      ),
      { numRuns: 60 },
    );
  });

  test('of a batch in quarantine is stored without offers', async () => {
    const { gateway, surroundings, itemsOf } = testRooms();
    const { now } = surroundings;
    const upload = Buffer.from('Q1\nQ2\nQ3\n');
    const batches = new BatchesTable(gateway, 'stock');
    const draft = {
      batchId,
      requestHash: 'h',
      merchantId: 'acc_m',
      productId,
      source: { kind: 'other', name: 'S' },
    } as const;
    const announced = accepted(announceFile(draft, { fileName: 'k.txt', sizeBytes: upload.length }, now()));
    await batches.begin(announced);
    const started = present(accepted(startImport(announced, upload.length, now())));
    await batches.write(announced, started);
    await batches.write(started, advanceBatch(started, { status: 'quarantined', quarantinedAt: now(), dueAt: now() }));
    const sealer = new Sealer(kms, 'secrets', 'pepper');
    const { files, upload: put } = memoryImportFiles(4);
    put(batchId, upload);
    const work = importStretch({
      batches,
      orders: new OrdersTable(gateway, 'orders'),
      files,
      store: storeKeys({ gateway, tables, keys: new KeysTable(gateway, 'keys'), sealer, now }),
      announceDelivery: async () => undefined,
      stockTable: 'stock',
      now,
    });
    expect(await work(batchId, () => true)).toEqual({ done: true });
    const batch = await batches.get(batchId);
    expect(batch).toMatchObject({ status: 'quarantined', stored: 3 });
    expect(batch && isFileBatch(batch) && batch.file.phase).toBe('complete');
    expect([...itemsOf('stock').keys()].filter((key) => key.startsWith(productId))).toEqual([]);
  });
});
