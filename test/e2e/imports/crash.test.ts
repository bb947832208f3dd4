import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { realSurroundings } from '../../../adapters/clock.ts';
import { auditTables } from '../../../functions/ledger/audit-tables.ts';
import { type LocalStack, startLocalStack } from '../../../local/stack.ts';
import { readHoldings } from '../../support/books.ts';
import { type KillableStack, startKillable } from '../killable-stack.ts';
import { type Account, filesUnder, newDataDir, type Request, removeDataDir, send, tablesOf } from '../local-market.ts';
import { importer } from './upload.ts';

const lineCount = 20_000;
/** The stack dies when so many lines are settled, and dies again. */
const deaths = [3_000, 11_000];
const pollMs = 50;
const mark = 'CRASHED-IMPORT';

let dataDir: string;
let killable: KillableStack | undefined;
let stack: LocalStack | undefined;
beforeAll(() => {
  dataDir = newDataDir();
});
afterAll(async () => {
  await killable?.kill();
  await stack?.stop();
  removeDataDir(dataDir);
});

/** What a line says, and what has to become of it: `undefined` where it is stored. */
const lineOf = (line: number): { readonly text: string; readonly code?: string } => {
  if (line % 97 === 0) return { text: '', code: 'secret-empty' };
  if (line % 89 === 0) return { text: ` ${mark}-${line}`, code: 'secret-surrounded-by-space' };
  if (line % 83 === 0) return { text: 'x'.repeat(600), code: 'secret-too-long' };
  if (line % 61 === 0) return { text: `${mark}-KNOWN-${line % 5}`, code: 'duplicate-key' };
  // The key of line 1, 2, … of this file, thousands of lines and one or two deaths later.
  if (line > 5_000 && line % 53 === 0) return { text: `${mark}-${(line % 50) + 1}`, code: 'duplicate-in-import' };
  return { text: `${mark}-${line}` };
};

test('a file whose import is killed twice is stored to its last line, each line once, and leaves nothing behind', async () => {
  killable = await startKillable(dataDir, 'local');
  const accounts = JSON.parse(readFileSync(join(dataDir, 'demo-accounts.json'), 'utf8')) as {
    accounts: { merchant: Account };
  };
  const { merchant } = accounts.accounts;
  const callOn =
    (apiUrl: string) =>
    async (method: string, path: string, of: Request = {}) =>
      send(apiUrl, method, path, { as: merchant, ...of });
  let call = callOn(killable.apiUrl);
  const product = {
    title: '点卡',
    category: 'game-point-card',
    kind: 'card_key',
    priceMinor: 100,
    currency: 'CNY',
    afterSalesTerms: '7 days',
  };
  const { productId } = (await call('POST', '/v1/products', { body: product })).body;
  const known = Array.from({ length: 5 }, (_, index) => ({ secret: `${mark}-KNOWN-${index}` }));
  const source = { kind: 'own_stock', name: 'S' };
  await call('POST', `/v1/products/${productId}/batches`, { body: { source, keys: known } });

  const lines = Array.from({ length: lineCount }, (_, index) => ({ line: index + 1, ...lineOf(index + 1) }));
  const file = Buffer.from(lines.map(({ text }) => `${text}\n`).join(''));
  const batchId = await importer({ call }, merchant).upload(String(productId), 'keys.txt', file);
  await importer({ call }, merchant).start(batchId);

  const seen: number[] = [];
  for (const death of deaths) {
    const linesDone = async () => (await importer({ call }, merchant).read(batchId)).progress.linesDone;
    let done = await linesDone();
    while (done < death) {
      await wait(pollMs);
      done = await linesDone();
    }
    seen.push(done);
    await killable.kill();
    if (death === deaths.at(-1)) break;
    killable = await startKillable(dataDir, 'local');
    call = callOn(killable.apiUrl);
  }
  // Each death came in the middle, or this test shows nothing.
  expect(Math.max(...seen)).toBeLessThan(lineCount);

  stack = await startLocalStack({ port: 0, dataDir, quiet: true, settings: { stage: 'local' } });
  const imports = importer({ call: callOn(stack.apiUrl) }, merchant);
  const batch = await imports.untilOver(batchId);
  const stored = lines.filter(({ code }) => code === undefined).map(({ line }) => line);
  const rejected = lines.flatMap(({ line, code }) => (code === undefined ? [] : [`${line},${code}`]));
  expect(batch).toMatchObject({
    status: 'open',
    lines: lineCount,
    stored: stored.length,
    rejected: rejected.length,
    progress: { phase: 'complete', linesDone: lineCount },
  });

  const { gateway, names, close } = tablesOf(stack);
  const holdings = await readHoldings(gateway, names);
  const keys = holdings.keys.filter(({ batchId: of }) => of === batchId);
  expect(keys.map(({ line }) => Number(line)).sort((a, b) => a - b)).toEqual(stored);
  const offers = holdings.stock.filter(({ pk, batchId: of }) => of === batchId && String(pk).startsWith('prd_'));
  expect(new Set(offers.map(({ sk }) => String(sk).split('#')[1]))).toEqual(new Set(keys.map(({ pk }) => pk)));
  expect(offers).toHaveLength(stored.length);

  const report = (await imports.rejections(batchId)).trimEnd().split('\r\n').slice(1);
  expect(report.map((row) => row.split(',').slice(0, 2).join())).toEqual(rejected);

  const left = filesUnder(dataDir).filter(({ content }) => content.includes(`${mark}-12345`));
  expect(left.map(({ path }) => path)).toEqual([]);
  expect(filesUnder(join(dataDir, 'queues')).filter(({ path }) => /\/(uploads|work|parts)\//.test(path))).toEqual([]);

  const audit = await auditTables(gateway, names, realSurroundings.now)({ hasTime: () => true });
  expect(audit.findings).toEqual([]);
  close();
}, 400_000);
