import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { realSurroundings } from '../../adapters/clock.ts';
import { outputOf } from '../../bin/deployment.ts';
import { restoreTables } from '../../bin/restore.ts';
import { readRestoredFile, writeRestoredFile } from '../../bin/restored-file.ts';
import { tableNames } from '../../contract/tables.ts';
import { isOwning } from '../../core/claims/claim.ts';
import { addSeconds } from '../../core/shared/instant.ts';
import { createOperator } from '../../functions/identity/create-operator.ts';
import { connectApi, done, refused } from '../demo/client.ts';
import { check, say, step, until } from '../demo/page.ts';
import { keepMoment, startPointInTime } from '../point-in-time.ts';
import { type LocalStack, startLocalStack } from '../stack.ts';
import { behind, buyOne, importKeys, letIn, type Person, putOnSale, type Sale } from './market.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const region = 'us-east-1';
/** Claims reach the archive within seconds; a machine that is busy takes longer. */
const archivePatienceSeconds = 60;

export type RestoreDrill = {
  /** A folder of its own, which the drill fills. */
  readonly dataDir: string;
  readonly buyers: number;
  /** Keys sold before the moment, and again between the moment and the loss of the tables. */
  readonly salesEachSide: number;
  /** Keys imported before the moment, and again after it. */
  readonly importedEachSide: number;
  /** Whether claims are replayed; without, the drill shows what would happen. */
  readonly replays: boolean;
};

/** What became of the keys. */
export type Drilled = { readonly sold: number; readonly soldTwice: readonly string[] };

/**
 * Sells under load, keeps a moment, sells on, loses the tables, restores them all to the moment, replays the claims that
 * the archive holds, and sells what is left. Each step is checked; the first that does not hold ends the drill.
 */
export const drillRestore = async (drill: RestoreDrill): Promise<Drilled> => {
  const { dataDir } = drill;
  const file = join(dataDir, 'restored.json');
  const sales: Sale[] = [];
  const before = await sellAndLose(drill, sales, file);
  const { market, people } = before;
  await replayClosed(drill, market, file);
  const after = await sellTheRest(drill, market, people, file);

  step('Every key that was read, before and after');
  const firstOwner = new Map(sales.map(({ secret, orderId }) => [secret, orderId]));
  const soldTwice = after.filter(({ secret, orderId }) => (firstOwner.get(secret) ?? orderId) !== orderId);
  const distinct = new Set([...sales, ...after].map(({ secret }) => secret)).size;
  say(`${sales.length} were read before the tables were lost, ${after.length} since, ${distinct} different ones`);
  if (!drill.replays) return { sold: distinct, soldTwice: soldTwice.map(({ secret }) => secret) };
  check(soldTwice.length === 0, 'no key reached two orders');
  check(distinct === 2 * drill.importedEachSide, 'and none was lost: all that were ever imported are sold');
  return { sold: distinct, soldTwice: [] };
};

type Market = {
  readonly merchant: Person;
  readonly productId: string;
  readonly buyer: Person;
  /** An order of the buyer that stood at the moment, not paid. */
  readonly unpaid: string;
};

const open = (dataDir: string, settings: Readonly<Record<string, string>> = {}): Promise<LocalStack> =>
  startLocalStack({ port: 0, dataDir, quiet: true, settings: { stage: 'local', ...settings }, endpoints: {} });

/** Sells before and after the moment, then restores every table to it. The stack is stopped at the end. */
const sellAndLose = async (drill: RestoreDrill, sales: Sale[], file: string) => {
  step('The marketplace sells under load');
  const stack = await open(drill.dataDir);
  const { gateway, archive, clientAt, close } = behind(stack);
  try {
    const api = connectApi(stack.apiUrl);
    const identity = stack.outputs['TableIdentity'] ?? '';
    const operator = await createOperator({
      gateway,
      tableName: identity,
      name: 'Drill operator',
      surroundings: realSurroundings,
    });
    const merchant = await letIn(api, operator.token, 'merchant', 'Drill merchant');
    const names = Array.from({ length: drill.buyers }, (_, index) => `Drill buyer ${index + 1}`);
    const people = await Promise.all(names.map((name) => letIn(api, operator.token, 'buyer', name)));
    const productId = await putOnSale(api, merchant);
    await importKeys(api, merchant, productId, 'before', drill.importedEachSide);
    const [first = merchant] = people;
    const { orderId: unpaid } = await done(
      api.placeOrder({
        token: first.token,
        idempotencyKey: randomUUID(),
        body: { productId },
      }),
    );

    let kept: Promise<Date> | undefined;
    let imported: Promise<unknown> | undefined;
    const copy = join(drill.dataDir, 'moment.db');
    const shop = async (buyer: Person): Promise<void> => {
      while (sales.length < 2 * drill.salesEachSide) {
        const sale = await buyOne(api, buyer, productId);
        if (!sale) throw new Error('The drill imports more than it sells, and stock ran out all the same.');
        sales.push(sale);
        if (sales.length < drill.salesEachSide) continue;
        kept ??= keepMoment(join(drill.dataDir, 'tables.db'), copy);
        await kept;
        imported ??= importKeys(api, merchant, productId, 'after', drill.importedEachSide);
        await imported;
      }
    };
    await Promise.all(people.map(shop));
    const moment = await kept;
    if (!moment) throw new Error('Nothing was sold before the moment.');
    say(`${sales.length} keys were sold and read; the moment is ${moment.toISOString()}, in the middle of it`);

    const keysTable = outputOf(stack.outputs, 'keys') ?? '';
    const missing = async (): Promise<number> => {
      const held = new Set<string>();
      for (const hour of await archive.hours(addSeconds(moment.toISOString(), -86_400), realSurroundings.now()))
        for await (const claims of archive.claimsOf(hour))
          for (const claim of claims.filter(isOwning)) held.add(`${claim.keyId} ${claim.owner}`);
      const { items } = await gateway.scan({ TableName: keysTable, FilterExpression: 'attribute_exists(ownedAt)' });
      return items.filter(({ pk, owner }) => !held.has(`${pk} ${owner}`)).length;
    };
    await until('the archive of every claim', archivePatienceSeconds, missing, (count) => count === 0);
    check(true, 'the archive holds every claim');

    step('The tables are lost; all of them are restored to the moment, under new names');
    const tableServer = stack.environmentOf('audit')['AWS_ENDPOINT_URL_DYNAMODB'] ?? '';
    const pointInTime = await startPointInTime(tableServer, { copy, moment }, region);
    const client = clientAt(pointInTime.endpoint);
    try {
      const sources = tableNames.map((name) => [name, outputOf(stack.outputs, name) ?? ''] as const);
      writeRestoredFile(file, await restoreTables(client, sources, moment, () => undefined));
    } finally {
      client.destroy();
      await pointInTime.stop();
    }
    check(true, `${tableNames.length} tables, one moment`);
    return { people, market: { merchant, productId, buyer: first, unpaid } satisfies Market };
  } finally {
    close();
    await stack.stop();
  }
};

/** Runs a command of this project on the stack of the data folder; answers with its exit code and what it said. */
const run = (command: string, args: readonly string[]): Promise<{ code: number; said: string }> =>
  new Promise((resolve) => {
    execFile(process.execPath, [join(root, command), ...args], { cwd: root }, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === 'number' ? error.code : 2;
      resolve({ code, said: `${stdout}${stderr}`.trim() });
    });
  });

/** With selling closed: nothing is sold, and the claims made since the moment come back. */
const replayClosed = async (drill: RestoreDrill, market: Market, file: string): Promise<void> => {
  step('The stack starts on the restored tables, with selling closed');
  const stack = await open(drill.dataDir, { selling: 'closed', restoredTables: file });
  try {
    const api = connectApi(stack.apiUrl);
    const { token: buyer } = market.buyer;
    const placing = await refused(api.placeOrder({ token: buyer, body: { productId: market.productId } }));
    const params = { orderId: market.unpaid };
    const paying = await refused(api.payOrder({ token: buyer, params, body: { method: 'wallet' as const } }));
    check(placing.code === 'selling-closed' && placing.status === 503, 'nobody can place an order');
    check(paying.code === 'selling-closed', 'nobody can pay one that was placed before');

    const where = ['--data-dir', drill.dataDir, '--restored', file];
    const unreplayed = await run('bin/replay-claims.ts', [...where, '--check']);
    check(
      unreplayed.code === 1,
      `as they are, the tables would sell keys again: ${unreplayed.said.split('\n').at(-1)}`,
    );
    if (!drill.replays) {
      say('the claims are not replayed, and selling opens all the same');
      writeRestoredFile(file, { ...readRestoredFile(file), claimsReplayedAt: realSurroundings.now() });
      return;
    }
    const replayed = await run('bin/replay-claims.ts', where);
    for (const line of replayed.said.split('\n')) say(line.trim());
    check(replayed.code === 0, 'the claims are replayed, and the check finds nothing left to do');
    const again = await run('bin/replay-claims.ts', where);
    check(again.code === 0 && /^ *0 keys got their owner back/m.test(again.said), 'a second replay changes nothing');
  } finally {
    await stack.stop();
  }
};

/** With selling open: what was imported after the moment is imported again, and everything that is left is sold. */
const sellTheRest = async (
  drill: RestoreDrill,
  market: Market,
  people: readonly Person[],
  file: string,
): Promise<readonly Sale[]> => {
  step('Selling opens on the restored tables');
  const stack = await open(drill.dataDir, { restoredTables: file });
  try {
    const api = connectApi(stack.apiUrl);
    const { merchant, productId } = market;
    const { stored = 0, rejected = 0 } = await importKeys(api, merchant, productId, 'after', drill.importedEachSide);
    say(`of the keys imported after the moment, ${stored} are stored again and ${rejected} are known as sold`);
    const sales: Sale[] = [];
    const shop = async (buyer: Person): Promise<void> => {
      for (let sale = await buyOne(api, buyer, productId); sale; sale = await buyOne(api, buyer, productId))
        sales.push(sale);
    };
    await Promise.all(people.map(shop));
    check(sales.length > 0, `${sales.length} more keys are sold, until there is none left`);
    if (!drill.replays) return sales;
    const audit = await run('bin/audit.ts', ['--data-dir', drill.dataDir]);
    check(audit.code === 0, `the audit says: ${audit.said.split('\n').at(-1)}`);
    return sales;
  } finally {
    await stack.stop();
  }
};
