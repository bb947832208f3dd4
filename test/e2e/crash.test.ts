import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { realSurroundings } from '../../adapters/clock.ts';
import type { Channel } from '../../core/payments/channel.ts';
import { auditTables } from '../../functions/ledger/audit-tables.ts';
import { type LocalStack, startLocalStack } from '../../local/stack.ts';
import { audit, auditStatements, paymentsOf, readHoldings, refundsOf } from '../support/books.ts';
import { type KillableStack, startKillable } from './killable-stack.ts';
import { type Account, newDataDir, openAccounts, removeDataDir, send, tablesOf } from './local-market.ts';

/** The crash comes in the middle of the load: after so many payments were acknowledged, whenever that is. */
const paymentsBeforeTheCrash = { wallet: 30, channel: 30 };
const buyers = 12;
const pollMs = 500;
/** Ten times what the demo's promises and the sweep need; a bound, not an expectation. */
const maxPolls = 600;

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

test('what was acknowledged before kill -9 is kept after it: delivered or refunded, once, and the books balance', async () => {
  // The promise of the demo's policy is 20 seconds.
  killable = await startKillable(dataDir, 'demo');
  const { apiUrl, channelUrl, kill } = killable;
  const { accounts } = JSON.parse(readFileSync(join(dataDir, 'demo-accounts.json'), 'utf8')) as {
    accounts: { operator: Account; merchant: Account };
  };
  const { operator, merchant } = accounts;
  const product = await send(apiUrl, 'POST', '/v1/products', {
    as: merchant,
    body: {
      title: 'Crash',
      category: 'game-point-card',
      kind: 'card_key',
      priceMinor: 100,
      currency: 'CNY',
      afterSalesTerms: '7 days',
    },
  });
  const productId = String(product.body['productId']);
  await send(apiUrl, 'POST', `/v1/products/${productId}/put-on-sale`, { as: merchant, body: { version: 1 } });

  const acknowledged = {
    captured: new Set<string>(),
    paidAtChannel: new Set<string>(),
    keys: 0,
    toppedUpMinor: 0,
  };
  /** Every trade that a buyer tried to pay, whether he was answered or not. */
  const tried: { readonly channel: Channel; readonly paymentId: string }[] = [];
  let imports = 0;
  const stockUp = async (count: number): Promise<void> => {
    imports += 1;
    const keys = Array.from({ length: count }, (_, index) => ({ secret: `CRASH-${imports}-${index}` }));
    const body = { source: { kind: 'own_stock', name: 'S' }, keys };
    const answer = await send(apiUrl, 'POST', `/v1/products/${productId}/batches`, { as: merchant, body });
    if (answer.status === 201) acknowledged.keys += count;
  };
  await stockUp(50);

  const openBuyer = openAccounts(apiUrl, operator);
  const people = await Promise.all(
    Array.from({ length: buyers }, async (_, index) => {
      const as = await openBuyer('buyer', `Buyer ${index}`);
      const path = `/v1/wallets/${as.accountId}/test-top-ups`;
      const body = { amountMinor: 100_000, currency: 'CNY' };
      if ((await send(apiUrl, 'POST', path, { as: operator, body })).status === 201)
        acknowledged.toppedUpMinor += 100_000;
      return as;
    }),
  );

  const payFromWallet = async (as: Account, orderId: string): Promise<void> => {
    const paid = await send(apiUrl, 'POST', `/v1/orders/${orderId}/pay`, { as, body: { method: 'wallet' } });
    if (paid.status === 200) acknowledged.captured.add(orderId);
    if (paid.body['status'] === 'delivered') await send(apiUrl, 'POST', `/v1/orders/${orderId}/reveal`, { as });
  };
  /** Through one channel, now and then through both; some pay a fen too much or too little. */
  const payAtChannel = async (as: Account, orderId: string, round: number): Promise<void> => {
    for (const channel of round % 8 === 6 ? (['alipay', 'wechat_pay'] as const) : (['alipay'] as const)) {
      const body = { channel, scene: 'qr' };
      const begun = await send(apiUrl, 'POST', `/v1/orders/${orderId}/payments`, { as, body });
      if (begun.body['pay'] === undefined) continue;
      const paymentId = String(begun.body['paymentId']);
      tried.push({ channel, paymentId });
      const deltaMinor = round % 12 === 2 ? 1 : round % 12 === 8 ? -1 : 0;
      const path = `/control/trades/${channel}/${paymentId}/pay`;
      const paid = await send(channelUrl, 'POST', path, { body: { deltaMinor } });
      if (paid.body['outcome'] === 'paid') acknowledged.paidAtChannel.add(paymentId);
    }
  };
  /** Orders of one key, of five and of forty, most of them ready to wait; stock comes in too late for many. */
  const buy = async (as: Account, round: number): Promise<void> => {
    const quantity = round % 7 === 3 ? 40 : round % 3 === 1 ? 5 : 1;
    const body = {
      productId,
      quantity,
      whenOutOfStock: round % 4 === 0 ? 'refuse' : 'wait',
      allowPartial: round % 5 === 2,
    };
    const order = await send(apiUrl, 'POST', '/v1/orders', { as, body });
    const orderId = String(order.body['orderId']);
    if (round % 2 === 0) await payAtChannel(as, orderId, round);
    else await payFromWallet(as, orderId);
    const { captured, paidAtChannel } = acknowledged;
    if (captured.size >= paymentsBeforeTheCrash.wallet && paidAtChannel.size >= paymentsBeforeTheCrash.channel)
      await kill();
  };
  const shop = async (as: Account, number: number): Promise<void> => {
    for (let round = number; ; round += 1) await buy(as, round);
  };
  const restock = async (): Promise<void> => {
    for (;;) {
      await stockUp(10);
      await wait(100);
    }
  };
  // Each loop ends where the server does: with a connection that breaks.
  await Promise.allSettled([...people.map(shop), restock()]);
  expect(acknowledged.captured.size).toBeGreaterThanOrEqual(paymentsBeforeTheCrash.wallet);
  expect(acknowledged.paidAtChannel.size).toBeGreaterThanOrEqual(paymentsBeforeTheCrash.channel);

  // On the same ports, since what the channels still have to say goes where they were told to say it.
  stack = await startLocalStack({
    port: Number(new URL(apiUrl).port),
    channelPort: Number(new URL(channelUrl).port),
    dataDir,
    quiet: true,
    settings: { stage: 'demo' },
  });
  const { book } = stack.channels;
  const statements = () =>
    tried.flatMap(({ channel, paymentId }) => {
      const { state, paidMinor } = book.find(channel, paymentId) ?? {};
      if (state !== 'paid') return [];
      const refunds = book.refundsOf(channel, paymentId).filter((refund) => refund.state === 'confirmed');
      return [{ paymentId, paidMinor: paidMinor ?? 0, refunds }];
    });
  const { gateway, names, close } = tablesOf(stack);
  const unsettled = async (): Promise<string[]> => {
    const held = await readHoldings(gateway, names);
    const orders = held.orders.filter(
      ({ sk, status, dueAt }) =>
        sk === 'ORDER' && (['captured', 'delivered'].includes(String(status)) || dueAt !== undefined),
    );
    const received = new Set(paymentsOf(held).flatMap(({ pk, status }) => (status === 'received' ? [pk] : [])));
    const refunds = refundsOf(held).filter(({ status }) => status !== 'confirmed');
    return [
      ...[...orders, ...refunds].map(({ pk, sk, status }) => `${pk} ${sk} ${status}`),
      ...statements().flatMap(({ paymentId }) => (received.has(paymentId) ? [] : [`${paymentId} not received`])),
    ];
  };
  let left = await unsettled();
  for (let poll = 0; poll < maxPolls && left.length > 0; poll += 1) {
    await wait(pollMs);
    left = await unsettled();
  }
  expect(left).toEqual([]);

  const holdings = await readHoldings(gateway, names);
  expect(audit(holdings)).toEqual([]);
  expect(auditStatements(holdings, statements())).toEqual([]);
  const known = new Set(statements().map(({ paymentId }) => paymentId));
  expect([...acknowledged.paidAtChannel].filter((paymentId) => !known.has(paymentId))).toEqual([]);
  const statusOf = new Map(holdings.orders.filter(({ sk }) => sk === 'ORDER').map(({ pk, status }) => [pk, status]));
  const ends = [...acknowledged.captured].map((orderId) => statusOf.get(orderId));
  expect(ends.filter((status) => status !== 'released' && status !== 'refunded')).toEqual([]);
  expect(holdings.keys.filter(({ productId: of }) => of === productId).length).toBeGreaterThanOrEqual(
    acknowledged.keys,
  );
  const topUps = holdings.ledger.filter(({ kind }) => kind === 'top-up');
  const buyersOfTheTest = new Set(people.map(({ accountId }) => `wallet:${accountId}`));
  expect(topUps.filter(({ statementAccount }) => buyersOfTheTest.has(String(statementAccount)))).toHaveLength(
    acknowledged.toppedUpMinor / 100_000,
  );

  const report = await auditTables(gateway, names, realSurroundings.now)({ hasTime: () => true });
  expect(report.findings).toEqual([]);
  expect(report.isComplete).toBe(true);
  close();
}, 400_000);
