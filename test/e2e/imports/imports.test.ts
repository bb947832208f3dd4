import { setTimeout as wait } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { realSurroundings } from '../../../adapters/clock.ts';
import { maxUploadBytes } from '../../../core/imports/file-refusal.ts';
import { auditTables } from '../../../functions/ledger/audit-tables.ts';
import { readHoldings } from '../../support/books.ts';
import { type Account, filesUnder, startMarket } from '../local-market.ts';
import { importer, type Upload, uploadForm } from './upload.ts';
import { zipOf } from './zip.ts';

let market: Awaited<ReturnType<typeof startMarket>>;
let merchant: Account;
let buyer: Account;
beforeAll(async () => {
  market = await startMarket();
  [merchant, buyer] = await Promise.all([market.open('merchant', '飞鱼点卡'), market.open('buyer', 'Li')]);
  const body = { amountMinor: 100_000, currency: 'CNY' };
  await market.call('POST', `/v1/wallets/${buyer.accountId}/test-top-ups`, { as: market.operator, body });
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
const files = () => importer(market, merchant);
const lines = (count: number, prefix: string): string[] =>
  Array.from({ length: count }, (_, index) => `${prefix}-${index}`);
const order = async (productId: string, quantity: number, whenOutOfStock = 'refuse'): Promise<string> => {
  const body = { productId, quantity, whenOutOfStock };
  const { orderId } = (await market.call('POST', '/v1/orders', { as: buyer, body })).body;
  await market.call('POST', `/v1/orders/${orderId}/pay`, { as: buyer, body: { method: 'wallet' } });
  return `/v1/orders/${orderId}`;
};
/** Buys so many keys and reads them. */
const secretsOf = async (productId: string, quantity: number): Promise<string[]> => {
  const path = await order(productId, quantity);
  const { keys } = (await market.call('POST', `${path}/reveal`, { as: buyer })).body as { keys: { secret: string }[] };
  return keys.map(({ secret }) => secret).sort();
};

test('a merchant uploads a file, sees how far it is, and downloads what was rejected', async () => {
  const productId = await sell();
  const file = Buffer.from([...lines(4_500, 'FIRST'), 'FIRST-7', '', ' FIRST-9'].join('\n'));
  const batch = await files().importFile(productId, 'keys.txt', file);
  expect(batch).toMatchObject({ status: 'open', lines: 4_503, stored: 4_500, rejected: 3 });
  expect(batch.progress).toMatchObject({ phase: 'complete', linesDone: 4_503, stored: 4_500, rejected: 3 });
  const report = await files().rejections(String(batch['batchId']));
  expect(report.split('\r\n').map((row) => row.split(',').slice(0, 2).join())).toEqual([
    'line,code',
    '4501,duplicate-in-import',
    '4502,secret-empty',
    '4503,secret-surrounded-by-space',
    '',
  ]);
  expect(report).not.toContain('FIRST');
  const left = filesUnder(market.dataDir).filter(({ content }) => content.includes('FIRST-1234'));
  expect(left.map(({ path }) => path)).toEqual([]);
});

describe('what a file says is stored exactly', () => {
  const odd = ['=HYPERLINK("x")', '+1', '@SUM(A1)', '🎮-键-1', 'a,b', 'a""b'].sort();
  const csv = [
    'number,secret,expiresAt,faceValue',
    '1,"=HYPERLINK(""x"")",2038-01-31,100',
    '2,+1,2038-01-31T16:00:00Z,',
    '3,@SUM(A1),,',
    '4,🎮-键-1,,5000',
    '5,"a,b",,',
    '6,"a""""b",,',
    '7,"A\nB",,',
    '8,A\u0000B,,',
  ].join('\r\n');

  test.each([
    ['CSV with line breaks in quotes, emoji, NUL and formulas', 'keys.csv', (text: string) => Buffer.from(text)],
    ['with a byte order mark', 'keys.csv', (text: string) => Buffer.from(`\uFEFF${text}`)],
    ['in a gzip', 'keys.csv.gz', (text: string) => gzipSync(text)],
    [
      'in a zip from a Mac',
      'keys.zip',
      (text: string) =>
        zipOf(
          { name: 'keys.csv', content: Buffer.from(text) },
          { name: '__MACOSX/._keys.csv', content: Buffer.from('x') },
        ),
    ],
  ])('%s', async (name, fileName, pack) => {
    const productId = await sell();
    // A key is known across all merchants for ever, so each case has keys of its own.
    const mark = name.length;
    const batch = await files().importFile(productId, fileName, pack(csv.replaceAll(/^(\d),/gm, `$1-${mark},`)));
    expect(batch).toMatchObject({ lines: 8, stored: 6, rejected: 2 });
    expect(await files().rejections(String(batch['batchId']))).toMatch(
      /\r\n8,secret-not-printable,.*\r\n9,secret-not-printable,/,
    );
    expect(await secretsOf(productId, 6)).toEqual(odd);
  });

  test('GB18030 without a word about it', async () => {
    const productId = await sell();
    // 卡密 is BF A8 C3 DC in GB18030.
    const word = Buffer.from([0xbf, 0xa8, 0xc3, 0xdc]);
    const batch = await files().importFile(
      productId,
      'keys.txt',
      Buffer.concat([Buffer.from('GB-1\r\n'), word, Buffer.from('\r\n')]),
    );
    expect(batch).toMatchObject({ stored: 2, rejected: 0 });
    expect(await secretsOf(productId, 2)).toEqual(['GB-1', '卡密']);
  });

  test('a line without end is rejected, and the one after it is stored', async () => {
    const productId = await sell();
    const batch = await files().importFile(
      productId,
      'keys.txt',
      Buffer.from(`${'x'.repeat(5_000_000)}\nAFTER-THE-LINE`),
    );
    expect(batch).toMatchObject({ lines: 2, stored: 1, rejected: 1 });
    expect(await files().rejections(String(batch['batchId']))).toContain('\r\n1,line-too-long,');
  });
});

describe('a file that cannot be stored to its end is refused before any key is', () => {
  const secret = 'REFUSED-SECRET';
  test.each<[string, string, Buffer, string]>([
    ['a zip bomb', 'keys.zip', zipOf({ name: 'k.txt', content: Buffer.alloc(64_000_000) }), 'compression-too-high'],
    ['a gzip bomb', 'keys.gz', gzipSync(Buffer.alloc(64_000_000)), 'compression-too-high'],
    [
      'two files in a zip',
      'keys.zip',
      zipOf({ name: 'a.txt', content: Buffer.from(secret) }, { name: 'b.txt', content: Buffer.from('b') }),
      'archive-not-one-file',
    ],
    ['an empty zip', 'keys.zip', zipOf(), 'archive-not-one-file'],
    [
      'an encrypted zip',
      'keys.zip',
      zipOf({ name: 'a.txt', content: Buffer.from(secret), encrypted: true }),
      'archive-encrypted',
    ],
    ['half a gzip', 'keys.gz', gzipSync(lines(10_000, secret).join('\n')).subarray(0, 9_000), 'archive-unreadable'],
    [
      'half a zip',
      'keys.zip',
      zipOf({ name: 'a.txt', content: Buffer.from(lines(10_000, secret).join('\n')) }).subarray(0, 9_000),
      'archive-unreadable',
    ],
    ['an empty file', 'keys.txt', Buffer.from('\uFEFF'), 'file-empty'],
    ['a header alone', 'keys.csv', Buffer.from('secret\n'), 'file-empty'],
    ['a picture', 'keys.txt', Buffer.from([0x41, 0x0a, 0x89, 0xff, 0xff, 0xff]), 'text-not-decodable'],
    ['unknown columns', 'keys.csv', Buffer.from(`secret,colour\n${secret},red`), 'csv-header-unfit'],
    ['no header', 'keys.csv', Buffer.from(`${secret}-1\n${secret}-2`), 'csv-header-unfit'],
    ['a quotation mark that never closes', 'keys.csv', Buffer.from(`secret\nA\n"${secret}\nB\n`), 'csv-broken'],
    ['an endless record', 'keys.csv', Buffer.from(`secret\n"${'x'.repeat(100_000)}`), 'csv-broken'],
  ])('%s', async (_, fileName, file, code) => {
    const productId = await sell();
    const batch = await files().importFile(productId, fileName, file);
    expect(batch).toMatchObject({ status: 'refused', stored: 0, progress: { phase: 'refused', refusal: { code } } });
    expect(JSON.stringify(batch)).not.toContain(secret);
    const { keys } = await readHoldings(market.tables.gateway, market.tables.names);
    expect(keys.filter(({ productId: of }) => of === productId)).toEqual([]);
  });

  test('and says where the text stops being text', async () => {
    const batch = await files().importFile(await sell(), 'k.txt', Buffer.from([0x41, 0x0a, 0xff, 0xff]));
    expect(batch.progress.refusal?.detail).toContain('position 2');
  });
});

describe('an upload', () => {
  test('of two gigabytes is refused before a byte of it moves', async () => {
    const announced = await files().announce(await sell(), { fileName: 'keys.txt', sizeBytes: 2_147_483_648 });
    expect(announced).toMatchObject({ status: 413, body: { code: 'upload-too-large', field: 'body.sizeBytes' } });
    expect(announced.body['detail']).toContain(String(maxUploadBytes));
  });

  test('that is not there, or not as announced, is not imported', async () => {
    const productId = await sell();
    const { body } = await files().announce(productId, { fileName: 'keys.txt', sizeBytes: 9 });
    expect(await files().start(String(body['batchId']))).toMatchObject({
      status: 409,
      body: { code: 'upload-missing' },
    });
    expect((await files().read(String(body['batchId']))).progress.phase).toBe('awaiting_upload');
  });

  test.each([8, 10])('of %s bytes is turned away by a form for nine', async (bytes) => {
    const { body } = await files().announce(await sell(), { fileName: 'keys.txt', sizeBytes: 9 });
    expect(await uploadForm(body['upload'] as Upload, Buffer.alloc(bytes, 'x'))).toBe(400);
    expect(await files().start(String(body['batchId']))).toMatchObject({ body: { code: 'upload-missing' } });
    expect(await uploadForm(body['upload'] as Upload, Buffer.alloc(9, 'x'))).toBe(204);
  });

  test('announced again gets a form for the same batch, and for another file none', async () => {
    const productId = await sell();
    const file = { fileName: 'keys.txt', sizeBytes: 9 };
    const first = await files().announce(productId, file, 'announced-twice');
    const second = await files().announce(productId, file, 'announced-twice');
    expect(second.body).toMatchObject({
      batchId: first.body['batchId'],
      upload: { fields: { key: expect.anything() } },
    });
    const other = await files().announce(productId, { ...file, sizeBytes: 10 }, 'announced-twice');
    expect(other).toMatchObject({ status: 422, body: { code: 'idempotency-key-reused' } });
  });

  test('started twice is imported once', async () => {
    const productId = await sell();
    const batchId = await files().upload(productId, 'keys.txt', Buffer.from(lines(100, 'TWICE').join('\n')));
    await Promise.all([files().start(batchId), files().start(batchId)]);
    expect(await files().untilOver(batchId)).toMatchObject({ stored: 100, rejected: 0 });
  });
});

test('orders that wait are served from a file before anybody else', async () => {
  const productId = await sell();
  const waiting = await order(productId, 3, 'wait');
  const batch = await files().importFile(productId, 'keys.txt', Buffer.from(lines(50, 'WAITED-FOR').join('\n')));
  expect(batch).toMatchObject({ stored: 50 });
  let status: unknown;
  for (let poll = 0; poll < 100 && status !== 'delivered'; poll += 1) {
    await wait(100);
    status = (await market.call('GET', waiting, { as: buyer })).body['status'];
  }
  expect(status).toBe('delivered');
});

test('after all this the promises hold', async () => {
  const { gateway, names } = market.tables;
  const report = await auditTables(gateway, names, realSurroundings.now)({ hasTime: () => true });
  expect(report.findings).toEqual([]);
});
