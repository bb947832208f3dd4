import { fork } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod/mini';
import { bundleFunctions } from '../../lib/constructs/function-code.ts';
import { serveAwsJson } from '../../local/aws-json.ts';
import { startCountingProxy } from '../counting-proxy.ts';
import { mustSend } from '../http-client.ts';
import { type ImportJob, type ImportReport, parseImportReport } from '../import-process.ts';
import { openMarket } from '../market.ts';
import { startBenchStack } from '../stack.ts';
import { round } from '../statistics.ts';

/** Lines over which requests and write units are counted; the proxy that counts them is not in the way of what is timed. */
const countedLines = 4_000;
/** What Lambda gives the function. */
const timeoutMs = 900_000;

const announced = z.object({
  batchId: z.string(),
  upload: z.object({ url: z.string(), fields: z.record(z.string(), z.string()) }),
});
const batchSchema = z.object({ stored: z.optional(z.int()), progress: z.object({ phase: z.string() }) });

type BenchStack = Awaited<ReturnType<typeof startBenchStack>>;

/** Uploads a file of so many new keys and starts its import. */
const beginImport = async ({ client, operatorToken }: BenchStack, lines: number) => {
  const { merchantToken, productId } = await openMarket(client, operatorToken, { keys: 0, buyers: 0 });
  const file = Buffer.from(Array.from({ length: lines }, () => `BENCH-${randomUUID().slice(0, 18)}\n`).join(''));
  const body = { source: { kind: 'own_stock', name: 'bench' }, fileName: 'keys.txt', sizeBytes: file.length };
  const path = `/v1/products/${productId}/imports`;
  const { batchId, upload } = announced.parse(await mustSend(client, 'POST', path, merchantToken, body, randomUUID()));
  const form = new FormData();
  for (const [name, value] of Object.entries(upload.fields)) form.append(name, value);
  form.append('file', new Blob([file]));
  const { status } = await fetch(upload.url, { method: 'POST', body: form });
  if (status >= 300) throw new Error(`The upload was answered with ${status}`);
  await mustSend(client, 'POST', `/v1/batches/${batchId}/start-import`, merchantToken);
  return { batchId, merchantToken };
};

/** The function in a process of its own, with its variables and its memory. */
const runImport = async ({ stack }: BenchStack, job: ImportJob): Promise<ImportReport> => {
  // Invocations share no process here, so that Lambda's libraries need not keep them apart.
  const { AWS_LAMBDA_MAX_CONCURRENCY: _, ...env } = stack.environmentOf('importFile');
  const child = fork(new URL('../import-process.ts', import.meta.url), {
    env,
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  child.send(job);
  const [message] = await Promise.race([
    once(child, 'message'),
    once(child, 'exit').then(([code]) => Promise.reject(new Error(`The import ended with ${code} unreported`))),
  ]);
  await once(child, 'exit');
  return parseImportReport(message);
};

/** A stack whose workflows stand still, since the import runs beside it. */
const onOwnStack = async <Result>(
  work: (bench: BenchStack, bundle: string) => Promise<Result>,
  countTables?: (endpoint: string) => Promise<string>,
): Promise<Result> => {
  const folder = mkdtempSync(join(tmpdir(), 'surety-bench-bundles-'));
  bundleFunctions(folder);
  const still = await serveAwsJson(
    'application/x-amz-json-1.0',
    { StartExecution: () => ({ executionArn: 'arn:aws:states:::still', startDate: Date.now() / 1_000 }) },
    console.error,
  );
  const bench = await startBenchStack({
    interpose: async (service, endpoint) => {
      if (service === 'states') return still.url;
      return service === 'dynamodb' && countTables ? countTables(endpoint) : endpoint;
    },
  });
  try {
    return await work(bench, join(folder, 'importFile', 'index.mjs'));
  } finally {
    await bench.stop();
    await still.close();
    rmSync(folder, { recursive: true, force: true });
  }
};

/** What a key costs at the tables: keys, offers, their indexes, and the batch's own records. */
const countKeys = async () => {
  const proxies: Awaited<ReturnType<typeof startCountingProxy>>[] = [];
  try {
    return await onOwnStack(
      async (bench, bundle) => {
        const { batchId } = await beginImport(bench, countedLines);
        await runImport(bench, { bundle, batchId, timeoutMs });
        const usages = proxies.flatMap(({ usage }) => usage().get('importFile') ?? []);
        const perKey = (units: number[]): number => units.reduce((sum, each) => sum + each, 0) / countedLines;
        return {
          writeUnitsPerKey: round(perKey(usages.map(({ writeUnits }) => writeUnits)), 2),
          tableRequestsPer1000Keys: round(perKey(usages.map(({ requests }) => requests)) * 1_000),
        };
      },
      async (endpoint) => {
        const proxy = await startCountingProxy(endpoint);
        proxies.push(proxy);
        return proxy.endpoint;
      },
    );
  } finally {
    for (const proxy of proxies) proxy.stop();
  }
};

/**
 * A file of so many new keys, from the start of its import to its end, on a stack of its own. Memory is that of the
 * function alone, which runs as its bundle in a process of its own.
 */
export const importLines = async (lines: number) => {
  const timed = await onOwnStack(async (bench, bundle) => {
    const { batchId, merchantToken } = await beginImport(bench, lines);
    const before = bench.cpuMs();
    const report = await runImport(bench, { bundle, batchId, timeoutMs });
    const after = bench.cpuMs();
    const batch = batchSchema.parse(await mustSend(bench.client, 'GET', `/v1/batches/${batchId}`, merchantToken));
    if (batch.progress.phase !== 'complete' || batch.stored !== lines)
      throw new Error(`Of ${lines} lines ${batch.stored} were stored; the import is ${batch.progress.phase}`);
    return {
      lines,
      seconds: round(report.seconds),
      keysPerSecond: Math.round(lines / report.seconds),
      invocations: report.invocations,
      restRssMiB: Math.round(report.restRssMiB),
      peakRssMiB: Math.round(report.peakRssMiB),
      functionCpuMsPerKey: round(report.cpuMs / lines, 3),
      tablesCpuMsPerKey: round((after.tables - before.tables) / lines, 3),
      restOfStackCpuMsPerKey: round((after.stack - before.stack) / lines, 3),
    };
  });
  return { ...timed, ...(await countKeys()) };
};
