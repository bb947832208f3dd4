import { openMarket } from '../market.ts';
import { runLoad, startBenchStack } from '../stack.ts';
import { quantile, round } from '../statistics.ts';

const maxSeconds = 60;
const warmUpOrders = 60;

export type OrdersPerSecond = {
  readonly keysInStock: number;
  readonly clients: number;
  readonly orders: number;
  readonly ordersPerSecond: number;
  readonly medianMs: number;
  readonly p99Ms: number;
  /** Processor milliseconds an order: the functions, gateway and queues; the table server; the load itself. */
  readonly stackCpuMs: number;
  readonly tablesCpuMs: number;
  readonly loadCpuMs: number;
  /** Orders that did not end with a revealed key, keys revealed twice, keys that were never imported. */
  readonly lost: number;
  readonly twice: number;
  readonly foreign: number;
};

/** place → pay → reveal over HTTP by parallel clients on one product, each client a buyer. */
export const ordersPerSecond = async (cases: {
  readonly keysInStock: number;
  readonly clients: readonly number[];
  readonly ordersEach: (clients: number) => number;
}): Promise<readonly OrdersPerSecond[]> => {
  const bench = await startBenchStack();
  try {
    const buyers = Math.max(...cases.clients);
    const market = await openMarket(bench.client, bench.operatorToken, { keys: cases.keysInStock, buyers });
    const job = { apiUrl: bench.stack.apiUrl, productId: market.productId, maxSeconds };
    await runLoad({ ...job, buyerTokens: market.buyerTokens.slice(0, 8), orders: warmUpOrders });
    const results: OrdersPerSecond[] = [];
    for (const clients of cases.clients) {
      const orders = cases.ordersEach(clients);
      const before = bench.cpuMs();
      const report = await runLoad({ ...job, buyerTokens: market.buyerTokens.slice(0, clients), orders });
      const after = bench.cpuMs();
      for (const failure of new Set(report.failures)) console.error(`  ${failure}`);
      results.push({
        keysInStock: cases.keysInStock,
        clients,
        orders: report.latenciesMs.length,
        ordersPerSecond: round(report.latenciesMs.length / report.seconds),
        medianMs: round(quantile(report.latenciesMs, 0.5)),
        p99Ms: round(quantile(report.latenciesMs, 0.99)),
        stackCpuMs: round((after.stack - before.stack) / report.latenciesMs.length),
        tablesCpuMs: round((after.tables - before.tables) / report.latenciesMs.length),
        loadCpuMs: round(report.cpuMs / report.latenciesMs.length),
        lost: report.failures.length,
        twice: report.secrets.length - new Set(report.secrets).size,
        foreign: report.secrets.filter((secret) => !market.keys.has(secret)).length,
      });
    }
    return results;
  } finally {
    await bench.stop();
  }
};
