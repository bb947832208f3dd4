import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Account, startMarket } from '../local-market.ts';
import { importer } from './upload.ts';

let market: Awaited<ReturnType<typeof startMarket>>;
let merchant: Account;

beforeAll(async () => {
  market = await startMarket();
  merchant = await market.open('merchant', '飞鱼点卡');
});
afterAll(() => market?.stop());

let products = 0;
const sell = async (): Promise<string> => {
  products += 1;
  const body = {
    title: `点卡 ${products}`,
    category: 'game-point-card',
    kind: 'card_key',
    priceMinor: 100,
    currency: 'CNY',
    afterSalesTerms: '7 days',
  };
  const { productId } = (await market.call('POST', '/v1/products', { as: merchant, body })).body;
  await market.call('POST', `/v1/products/${productId}/put-on-sale`, { as: merchant, body: { version: 1 } });
  return String(productId);
};
const merchants = () => importer(market, merchant);
const lines = (count: number, prefix: string): string[] =>
  Array.from({ length: count }, (_, index) => `${prefix}-${index}`);

test('a merchant uploads a file, sees how far it is, and downloads what was rejected', async () => {
  const productId = await sell();
  const file = Buffer.from([...lines(4_500, 'FIRST'), 'FIRST-7', '', ' FIRST-9'].join('\n'));
  const batch = await merchants().importFile(productId, 'keys.txt', file);
  expect(batch).toMatchObject({ status: 'open', lines: 4_503, stored: 4_500, rejected: 3 });
  expect(batch.progress).toMatchObject({ phase: 'complete', linesDone: 4_503, stored: 4_500, rejected: 3 });
  const report = await merchants().rejections(String(batch['batchId']));
  expect(report.split('\r\n').map((row) => row.split(',').slice(0, 2).join())).toEqual([
    'line,code',
    '4501,duplicate-in-import',
    '4502,secret-empty',
    '4503,secret-surrounded-by-space',
    '',
  ]);
  expect(report).not.toContain('FIRST');
});
