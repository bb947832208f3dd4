/**
 * A child process that buys: so many clients, each one order after another (place → pay → reveal), until the orders
 * or the seconds are used up. The load runs beside the stack as real clients do, not inside it.
 */
import { randomUUID } from 'node:crypto';
import * as z from 'zod/mini';
import { createHttpClient, mustSend } from './http-client.ts';

const jobSchema = z.object({
  apiUrl: z.string(),
  productId: z.string(),
  buyerTokens: z.array(z.string()),
  orders: z.int(),
  maxSeconds: z.number(),
});
export type LoadJob = z.output<typeof jobSchema>;

const reportSchema = z.object({
  seconds: z.number(),
  /** What the load itself took of the processors. */
  cpuMs: z.number(),
  /** Milliseconds from the start of placing to the revealed key, one for each order. */
  latenciesMs: z.array(z.number()),
  secrets: z.array(z.string()),
  failures: z.array(z.string()),
});
export type LoadReport = z.output<typeof reportSchema>;
export const parseReport = (value: unknown): LoadReport => reportSchema.parse(value);

const order = z.object({ orderId: z.string() });
const revealed = z.object({ keys: z.array(z.object({ secret: z.string() })) });

const run = async (job: LoadJob): Promise<LoadReport> => {
  const client = createHttpClient(job.apiUrl, job.buyerTokens.length);
  const report: LoadReport = { seconds: 0, cpuMs: 0, latenciesMs: [], secrets: [], failures: [] };
  const startedMs = performance.now();
  const until = startedMs + job.maxSeconds * 1_000;
  let left = job.orders;
  const buy = async (token: string): Promise<void> => {
    while (left > 0 && performance.now() < until) {
      left -= 1;
      const orderStartedMs = performance.now();
      try {
        const placed = await mustSend(client, 'POST', '/v1/orders', token, { productId: job.productId }, randomUUID());
        const { orderId } = order.parse(placed);
        await mustSend(client, 'POST', `/v1/orders/${orderId}/pay`, token, { method: 'wallet' });
        const { keys } = revealed.parse(await mustSend(client, 'POST', `/v1/orders/${orderId}/reveal`, token));
        report.secrets.push(...keys.map(({ secret }) => secret));
        report.latenciesMs.push(performance.now() - orderStartedMs);
      } catch (error) {
        report.failures.push(String(error));
      }
    }
  };
  await Promise.all(job.buyerTokens.map(buy));
  client.close();
  const { user, system } = process.cpuUsage();
  return { ...report, cpuMs: (user + system) / 1_000, seconds: (performance.now() - startedMs) / 1_000 };
};

if (process.send)
  process.once('message', async (message) => {
    process.send?.(await run(jobSchema.parse(message)));
    process.disconnect();
  });
