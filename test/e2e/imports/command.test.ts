import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Account, startMarket } from '../local-market.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
let market: Awaited<ReturnType<typeof startMarket>>;
let merchant: Account;
beforeAll(async () => {
  market = await startMarket();
  merchant = await market.open('merchant', 'M');
});
afterAll(() => market?.stop());

/** Runs the command as a merchant would, on the Node that the tests run on. */
const surety = (...args: readonly string[]): Promise<{ code: number; said: string }> =>
  new Promise((resolve) => {
    const env = { ...process.env, SURETY_API: market.stack.apiUrl, SURETY_API_KEY: merchant.token };
    execFile(process.execPath, [join(root, 'bin/merchant.ts'), ...args], { env }, (error, stdout, stderr) =>
      resolve({ code: Number(error?.code ?? 0), said: stdout + stderr }),
    );
  });

test('the command imports a file, tells how far it is, brings the report, and run again begins nothing', async () => {
  const product = {
    title: 'T',
    category: 'game-point-card',
    kind: 'card_key',
    priceMinor: 100,
    currency: 'CNY',
    afterSalesTerms: '7 days',
  };
  const productId = String(
    (await market.call('POST', '/v1/products', { as: merchant, body: product })).body['productId'],
  );
  const file = join(market.dataDir, 'keys.csv');
  writeFileSync(file, 'secret\nCOMMAND-1\nCOMMAND-2\nCOMMAND-1\n');
  const args = ['import', file, '--product', productId, '--source', 'supplier:Starlight Games'];
  const first = await surety(...args);
  expect(first.said).toContain('complete: 3 of 3 lines, 2 stored, 1 rejected');
  expect(first.code).toBe(2);
  expect(readFileSync(`${file}.rejections.csv`, 'utf8')).toContain('\r\n4,duplicate-in-import,');
  expect((await surety(...args)).code).toBe(2);
  const batches = await market.call('GET', `/v1/products/${productId}/batches`, { as: merchant });
  expect(batches.body['items']).toMatchObject([{ source: { kind: 'supplier', name: 'Starlight Games' }, stored: 2 }]);
});

test('the command says what is wrong and ends with 1', async () => {
  const file = join(market.dataDir, 'more.txt');
  writeFileSync(file, 'COMMAND-9\n');
  const nowhere = `prd_${'0'.repeat(26)}`;
  expect(await surety('import', file, '--product', nowhere)).toMatchObject({
    code: 1,
    said: expect.stringContaining('not-found'),
  });
  expect(await surety('import', file)).toMatchObject({ code: 1, said: expect.stringContaining('Usage:') });
});
