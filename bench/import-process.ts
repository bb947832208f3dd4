/** Runs the import function's bundle in a process of its own, so that memory and processor time are its alone. */
import { pathToFileURL } from 'node:url';
import * as z from 'zod/mini';

const jobSchema = z.object({ bundle: z.string(), batchId: z.string(), timeoutMs: z.number() });
export type ImportJob = z.output<typeof jobSchema>;

const reportSchema = z.object({
  seconds: z.number(),
  cpuMs: z.number(),
  /** Resident memory before the first line, and the most there ever was; from the kernel. */
  restRssMiB: z.number(),
  peakRssMiB: z.number(),
  invocations: z.int(),
});
export type ImportReport = z.output<typeof reportSchema>;
export const parseImportReport = (value: unknown): ImportReport => reportSchema.parse(value);

const answer = z.object({ done: z.boolean() });

/** Does as the workflow does: calls the function until it says that the import is done. */
const run = async ({ bundle, batchId, timeoutMs }: ImportJob): Promise<ImportReport> => {
  const { handler } = await import(pathToFileURL(bundle).href);
  const restRssMiB = process.memoryUsage().rss / 2 ** 20;
  const before = process.cpuUsage();
  const startedMs = performance.now();
  let invocations = 0;
  for (let done = false; !done; ) {
    invocations += 1;
    const deadlineMs = performance.now() + timeoutMs;
    const context = { getRemainingTimeInMillis: () => deadlineMs - performance.now() };
    ({ done } = answer.parse(await handler({ batchId }, context)));
  }
  const { user, system } = process.cpuUsage(before);
  return {
    seconds: (performance.now() - startedMs) / 1_000,
    cpuMs: (user + system) / 1_000,
    restRssMiB,
    // The kernel counts in kibibytes.
    peakRssMiB: process.resourceUsage().maxRSS / 2 ** 10,
    invocations,
  };
};

if (process.send)
  process.once('message', async (message) => {
    process.send?.(await run(jobSchema.parse(message)));
    process.disconnect();
  });
