import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { openDataFolder } from '../../local/data-folder.ts';
import { startTableServer } from '../../local/table-server.ts';
import { startCountingProxy, type Usage } from '../counting-proxy.ts';
import { openMarket } from '../market.ts';
import { runLoad, startBenchStack } from '../stack.ts';
import { round } from '../statistics.ts';

const clients = 8;
const maxSeconds = 120;
/** The demo policy releases after seconds; the fold and the stock count follow within two minutes. */
const settleMs = 150_000;

/** Functions that a buyer waits for, in the order he meets them. */
const buyersPath = ['authorizer', 'orders', 'payments', 'reveal'];

export type CostPerOrder = {
  readonly orders: number;
  /** Requests to tables, and capacity units, an order, by function. */
  readonly functions: Readonly<Record<string, Usage>>;
  readonly buyersPathRequests: number;
  readonly writeUnits: number;
  readonly readUnits: number;
  readonly transitions: number;
  readonly invocations: number;
};

/** From placing to release, counted at the tables: every request of every function, the sweeps and folds included. */
export const costPerOrder = async (orders: number): Promise<CostPerOrder> => {
  const dataDir = mkdtempSync(join(tmpdir(), 'surety-bench-tables-'));
  const folder = openDataFolder(dataDir, true);
  process.env['AWS_ACCESS_KEY_ID'] ??= 'local';
  process.env['AWS_SECRET_ACCESS_KEY'] ??= 'local';
  const server = await startTableServer(folder, 'us-east-1', (reason) => {
    throw new Error(reason);
  });
  const proxy = await startCountingProxy(server.endpoint);
  const bench = await startBenchStack({ endpoints: { dynamodb: proxy.endpoint }, settings: { stage: 'demo' } });
  try {
    const market = await openMarket(bench.client, bench.operatorToken, { keys: orders * 2, buyers: clients });
    await sleep(5_000);
    proxy.reset();
    const before = bench.stack.stats();
    const { apiUrl } = bench.stack;
    const { productId, buyerTokens } = market;
    const report = await runLoad({ apiUrl, productId, buyerTokens: [...buyerTokens], orders, maxSeconds });
    if (report.failures.length > 0) throw new Error(`${report.failures.length} orders failed: ${report.failures[0]}`);
    await sleep(settleMs);
    return summarize(orders, proxy.usage(), before, bench.stack.stats());
  } finally {
    await bench.stop();
    proxy.stop();
    await server.stop();
    await folder.close();
    rmSync(dataDir, { recursive: true, force: true });
  }
};

type Stats = ReturnType<Awaited<ReturnType<typeof startBenchStack>>['stack']['stats']>;

const summarize = (orders: number, usage: ReadonlyMap<string, Usage>, before: Stats, after: Stats): CostPerOrder => {
  const perOrder = (count: number): number => round(count / orders, 2);
  const sum = (pick: (usage: Usage) => number, names: readonly string[] = [...usage.keys()]): number =>
    perOrder(
      names.reduce((total, name) => total + pick(usage.get(name) ?? { requests: 0, readUnits: 0, writeUnits: 0 }), 0),
    );
  const transitions = (stats: Stats) =>
    Object.values(stats.stateMachines).reduce((total, machine) => total + machine.transitions, 0);
  const invocations = (stats: Stats) =>
    Object.values(stats.functions).reduce((total, each) => total + each.invocations, 0);
  return {
    orders,
    functions: Object.fromEntries(
      [...usage].map(([name, each]) => [
        name,
        {
          requests: perOrder(each.requests),
          readUnits: perOrder(each.readUnits),
          writeUnits: perOrder(each.writeUnits),
        },
      ]),
    ),
    buyersPathRequests: sum((each) => each.requests, buyersPath),
    writeUnits: sum((each) => each.writeUnits),
    readUnits: sum((each) => each.readUnits),
    transitions: perOrder(transitions(after) - transitions(before)),
    invocations: perOrder(invocations(after) - invocations(before)),
  };
};
