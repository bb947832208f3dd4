/**
 * What merchants do from a command line, over the public API alone:
 *
 *   npx surety import keys.csv --product prd_… [--source own_stock:Warehouse] [--format csv]
 *                     [--api http://127.0.0.1:8787] [--key-file FILE] [--report FILE]
 *
 * The API key comes from --key-file or SURETY_API_KEY. Sent again, the command goes on with the import it began: the
 * request's key is made from the file and the product. Exit codes: 0 all stored, 2 some lines rejected, 1 anything else.
 */
import { createHash } from 'node:crypto';
import { createReadStream, openAsBlob, readFileSync, statSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import * as z from 'zod/mini';
import { importRoutes } from '../contract/api/imports.ts';
import { batchSchema } from '../contract/api/stock.ts';

const usage = 'npx surety import FILE --product prd_… [--source own_stock:NAME] [--api URL] [--key-file FILE]';
const pollMs = 1_000;
const barWidth = 30;
const maxSends = 5;

const readArguments = () => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      product: { type: 'string' },
      source: { type: 'string', default: 'own_stock:own stock' },
      format: { type: 'string' },
      api: { type: 'string', default: process.env['SURETY_API'] ?? 'http://127.0.0.1:8787' },
      'key-file': { type: 'string' },
      report: { type: 'string' },
    },
  });
  const [command, file, ...rest] = positionals;
  if (command !== 'import' || file === undefined || rest.length > 0 || values.product === undefined)
    throw new Error(`Usage: ${usage}`);
  const keyFile = values['key-file'];
  const token = keyFile === undefined ? process.env['SURETY_API_KEY'] : readFileSync(keyFile, 'utf8').trim();
  if (!token) throw new Error('Give the API key of a merchant with --key-file or SURETY_API_KEY.');
  const [kind, ...name] = values.source.split(':');
  return { ...values, file, product: values.product, token, source: { kind, name: name.join(':') || 'own stock' } };
};
type Arguments = ReturnType<typeof readArguments>;

const hashOf = async (file: string): Promise<string> => {
  const hash = createHash('sha256');
  for await (const piece of createReadStream(file)) hash.update(piece);
  return hash.digest('hex');
};

const problem = z.object({ code: z.string(), detail: z.string() });

/** Sends again what may pass by itself: every request here may be sent twice. */
const call = async <Schema extends z.ZodMiniType>(
  { api, token }: Arguments,
  schema: Schema,
  method: 'GET' | 'POST',
  path: string,
  request: { readonly body?: unknown; readonly idempotencyKey?: string } = {},
): Promise<z.output<Schema>> => {
  for (let attempt = 1; ; attempt += 1) {
    const response = await fetch(new URL(path, api), {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(request.body !== undefined && { 'content-type': 'application/json' }),
        ...(request.idempotencyKey !== undefined && { 'idempotency-key': request.idempotencyKey }),
      },
      ...(request.body !== undefined && { body: JSON.stringify(request.body) }),
    });
    const text = await response.text();
    if (response.ok) return schema.parse(JSON.parse(text));
    const passes = response.status === 429 || response.status >= 500;
    if (!passes || attempt === maxSends) {
      const said = problem.safeParse(JSON.parse(text || '{}'));
      throw new Error(said.success ? `${said.data.code}: ${said.data.detail}` : `${path} answered ${response.status}`);
    }
    await sleep(1_000 * attempt);
  }
};

const [announceFile, , readRejectionsFile] = importRoutes;

const upload = async (form: { url: string; fields: Record<string, string> }, file: string): Promise<void> => {
  const body = new FormData();
  for (const [name, value] of Object.entries(form.fields)) body.append(name, value);
  body.append('file', await openAsBlob(file), basename(file));
  const response = await fetch(form.url, { method: 'POST', body });
  if (!response.ok) throw new Error(`The upload was answered with ${response.status}: ${await response.text()}`);
};

type Batch = z.output<typeof batchSchema>;
let said = '';

/** One line that changes on a terminal; a line for each change anywhere else. */
const show = ({ progress }: Batch): void => {
  if (progress === undefined) return;
  const { phase, lines, linesDone, stored, rejected, keysPerSecond, estimatedEndAt } = progress;
  const part = lines === undefined || lines === 0 ? 0 : linesDone / lines;
  const rate = keysPerSecond === undefined ? '' : `, ${keysPerSecond} keys/s`;
  const end = estimatedEndAt === undefined ? '' : `, until ${estimatedEndAt.slice(11, 19)} UTC`;
  const numbers = `${linesDone} of ${lines ?? '?'} lines, ${stored} stored, ${rejected} rejected${rate}${end}`;
  const bar = `[${'#'.repeat(Math.round(part * barWidth)).padEnd(barWidth)}]`;
  const line = process.stdout.isTTY ? `\r\u001b[K${bar} ${phase}: ${numbers}` : `${phase}: ${numbers}\n`;
  if (line !== said) process.stdout.write(line);
  said = line;
};

const importFile = async (given: Arguments): Promise<number> => {
  const { file, product, source, format } = given;
  const sizeBytes = statSync(file).size;
  const body = { source, fileName: basename(file), sizeBytes, ...(format !== undefined && { format }) };
  const idempotencyKey = createHash('sha256')
    .update(JSON.stringify([product, body, await hashOf(file)]))
    .digest('hex');
  const announced = await call(given, announceFile.response, 'POST', `/v1/products/${product}/imports`, {
    body,
    idempotencyKey,
  });
  const path = `/v1/batches/${announced.batchId}`;
  process.stdout.write(`Batch ${announced.batchId}\n`);
  if (announced.upload !== undefined) {
    await upload(announced.upload, file);
    await call(given, batchSchema, 'POST', `${path}/start-import`);
  }
  let batch = await call(given, batchSchema, 'GET', path);
  while (batch.progress?.phase !== 'complete' && batch.progress?.phase !== 'refused') {
    show(batch);
    await sleep(pollMs);
    batch = await call(given, batchSchema, 'GET', path);
  }
  show(batch);
  if (process.stdout.isTTY) process.stdout.write('\n');
  const { refusal, rejected } = batch.progress;
  if (refusal !== undefined) throw new Error(`${refusal.code}: ${refusal.detail}`);
  if (rejected === 0) return 0;
  const link = await call(given, readRejectionsFile.response, 'GET', `${path}/rejections-file`);
  const report = given.report ?? `${file}.rejections.csv`;
  const download = await fetch(link.url);
  if (!download.ok) throw new Error(`The report was answered with ${download.status}`);
  writeFileSync(report, Buffer.from(await download.arrayBuffer()));
  process.stdout.write(`${rejected} lines were not stored; why, says ${report}\n`);
  return 2;
};

try {
  process.exitCode = await importFile(readArguments());
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
