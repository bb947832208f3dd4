import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod/mini';
import { startCountingProxy } from '../counting-proxy.ts';
import { mustSend } from '../http-client.ts';
import { openMarket } from '../market.ts';
import { startBenchStack } from '../stack.ts';
import { round } from '../statistics.ts';

/** Lines over which write units are counted; the proxy that counts them is not in the way of what is timed. */
const countedLines = 4_000;
const sampleMs = 100;
const maxSeconds = 3_600;

const announced = z.object({
  batchId: z.string(),
  upload: z.object({ url: z.string(), fields: z.record(z.string(), z.string()) }),
});
const batchSchema = z.object({
  stored: z.optional(z.int()),
  progress: z.object({ phase: z.string(), keysPerSecond: z.optional(z.int()) }),
});

const importOn = async (bench: Awaited<ReturnType<typeof startBenchStack>>, lines: number) => {
  const { client, operatorToken } = bench;
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
  const restRssMiB = process.memoryUsage().rss / 2 ** 20;
  let peakRssMiB = restRssMiB;
  const sampler = setInterval(() => {
    peakRssMiB = Math.max(peakRssMiB, process.memoryUsage().rss / 2 ** 20);
  }, sampleMs);
  const before = bench.cpuMs();
  const startedMs = performance.now();
  await mustSend(client, 'POST', `/v1/batches/${batchId}/start-import`, merchantToken);
  try {
    for (let second = 0; second < maxSeconds; second += 1) {
      await sleep(1_000);
      const batch = batchSchema.parse(await mustSend(client, 'GET', `/v1/batches/${batchId}`, merchantToken));
      if (batch.progress.phase !== 'complete') continue;
      if (batch.stored !== lines) throw new Error(`Of ${lines} lines ${batch.stored} were stored`);
      const seconds = (performance.now() - startedMs) / 1_000;
      const after = bench.cpuMs();
      return {
        seconds: round(seconds),
        keysPerSecond: Math.round(lines / seconds),
        storedPerSecond: batch.progress.keysPerSecond,
        restRssMiB: Math.round(restRssMiB),
        peakRssMiB: Math.round(peakRssMiB),
        stackCpuMsPerKey: round((after.stack - before.stack) / lines, 3),
        tablesCpuMsPerKey: round((after.tables - before.tables) / lines, 3),
      };
    }
    throw new Error(`The import of ${lines} lines was not complete after ${maxSeconds} s`);
  } finally {
    clearInterval(sampler);
  }
};

/** Write units a key, counted at the tables: keys, offers, their indexes, and the batch's own records. */
const writeUnitsPerKey = async (): Promise<number> => {
  const proxies: Awaited<ReturnType<typeof startCountingProxy>>[] = [];
  const bench = await startBenchStack({
    interpose: async (service, endpoint) => {
      if (service !== 'dynamodb') return endpoint;
      const proxy = await startCountingProxy(endpoint);
      proxies.push(proxy);
      return proxy.endpoint;
    },
  });
  try {
    await importOn(bench, countedLines);
    const units = proxies.map(({ usage }) => usage().get('importFile')?.writeUnits ?? 0);
    return round(units.reduce((sum, each) => sum + each, 0) / countedLines, 2);
  } finally {
    await bench.stop();
    for (const proxy of proxies) proxy.stop();
  }
};

/** A file of so many new keys, from the start of its import to its end, on a stack of its own. */
export const importLines = async (lines: number) => {
  const bench = await startBenchStack();
  try {
    return { lines, ...(await importOn(bench, lines)), writeUnitsPerKey: await writeUnitsPerKey() };
  } finally {
    await bench.stop();
  }
};
