import { DeleteCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { DocumentClient } from '../../../../adapters/tables/gateway.ts';
import { laneOf } from '../../../../adapters/tables/offers.ts';
import { type TableName, tableNames, tables } from '../../../../contract/tables.ts';
import type { Finding } from '../../../../core/audit/finding.ts';
import { addSeconds } from '../../../../core/shared/instant.ts';
import { neverDay } from '../../../../core/stock/offer.ts';
import { auditTables } from '../../../../functions/ledger/audit-tables.ts';
import { MemoryDynamoDb } from '../../../fakes/memory-dynamodb/memory-dynamodb.ts';
import { createTables, documentClientOn, startDynamoDb } from '../../../support/dynamodb-endpoint.ts';
import { type Marketplace, openMarketplace } from '../../../support/marketplace.ts';
import type { TestCaller } from '../../../support/test-rooms.ts';

type Tables = { readonly client: DocumentClient; readonly names: Record<TableName, string> };

let endpoint: Awaited<ReturnType<typeof startDynamoDb>>;
beforeAll(async () => {
  endpoint = await startDynamoDb();
});
afterAll(() => endpoint.stop());

let prefixes = 0;
const realTables = async (): Promise<Tables> => {
  prefixes += 1;
  const names = await createTables(endpoint.endpoint, tables, `audit-${process.pid}-${Date.now()}-${prefixes}-`);
  return { client: documentClientOn(endpoint.endpoint), names };
};

/** Tables whose indexes never show anything that was written: the worst lag there is. */
const laggingTables = async (): Promise<Tables> => {
  const memory = new MemoryDynamoDb({ lag: ({ pending }) => pending });
  for (const name of tableNames) memory.createTable({ tableName: name, ...tables[name] });
  const names = Object.fromEntries(tableNames.map((name) => [name, name])) as Record<TableName, string>;
  return { client: memory, names };
};

const audit = (market: Marketplace) => auditTables(market.gateway, market.names, market.spine.now)();

/** One of everything: delivered, released, waiting, refunded, partly refunded, large, cancelled, quarantined. */
const trade = async (market: Marketplace) => {
  const shop = await market.sell();
  const [batchId = ''] = await market.stock(shop, 120);
  const buyer = await market.buyer(1_000_000);
  const buy = async (order: object): Promise<string> => {
    const orderId = await market.place(buyer, { productId: shop.productId, ...order });
    expect((await market.pay(buyer, orderId)).status).toBe(200);
    return orderId;
  };
  const delivered = await buy({ quantity: 2 });
  await market.api('revealKeys', { as: buyer, params: { orderId: delivered } });
  const released = await buy({ quantity: 1 });
  await market.api('confirmOrder', { as: buyer, params: { orderId: released } });
  const cancelled = await market.place(buyer, { productId: shop.productId });
  await market.api('cancelOrder', { as: buyer, params: { orderId: cancelled } });
  const large = await buy({ quantity: 70 });
  await market.deliver({ productId: shop.productId });
  const waiting = await buy({ quantity: 90, whenOutOfStock: 'wait' });

  const small = await market.sell();
  await market.stock(small, 3);
  const partly = await market.place(buyer, { productId: small.productId, quantity: 5, allowPartial: true });
  await market.pay(buyer, partly);

  const withdrawn = await market.sell();
  const [quarantined = ''] = await market.stock(withdrawn, 4);
  await market.api('quarantineBatch', {
    as: withdrawn.merchant,
    params: { batchId: quarantined },
    body: { reason: 'The supplier reports a theft.' },
  });
  return { shop, batchId, buyer, delivered, released, cancelled, large, waiting, partly, quarantined };
};

describe.each([
  { on: 'real tables', open: realTables },
  { on: 'tables whose indexes lag without end', open: laggingTables },
])('the audit on $on', ({ open }) => {
  let opened: Tables;
  let market: Marketplace;
  beforeEach(async () => {
    opened = await open();
    market = await openMarketplace(opened.client, opened.names);
  });

  it('finds nothing in tables that nobody has used', async () => {
    const report = await audit(market);
    expect(report.findings).toEqual([]);
    expect(report.isComplete).toBe(true);
  });

  it('finds nothing where everything was done by the rules, and says how much it looked at', async () => {
    await trade(market);
    const report = await audit(market);
    expect(report.findings).toEqual([]);
    expect(report.moving).toBe(0);
    expect(report.looked).toMatchObject({ orders: 6, waiting: 1, keys: 127, batches: 3, balances: 1 });
    expect(report.looked.offers).toBeGreaterThanOrEqual(120 - 2 - 1 - 70);
    expect(report.looked.entries).toBeGreaterThanOrEqual(8);
  });

  it('finds nothing after what waited was refunded and what was held was released', async () => {
    const { waiting, delivered, large, partly } = await trade(market);
    market.pass(31 * 60);
    await market.settle(waiting);
    expect((await market.spine.orders.get(waiting))?.status).toBe('refunded');
    market.pass(30 * 86_400);
    for (const orderId of [delivered, large, partly]) {
      await market.settle(orderId);
      expect((await market.spine.orders.get(orderId))?.status).toBe('released');
    }
    const { findings } = await audit(market);
    // The second look at a quarantine is the sweep's, which finds nothing where indexes lag without end.
    expect(findings.filter(({ record }) => !record.startsWith('batch'))).toEqual([]);
  });

  it('finds nothing while buyers, an import and refunds are under way', async () => {
    const shop = await market.sell();
    await market.stock(shop, 60);
    const buyer = await market.buyer(10_000_000);
    const buyers = Array.from({ length: 60 }, async (_, index) => {
      const orderId = await market.place(buyer, {
        productId: shop.productId,
        quantity: index % 10 === 0 ? 40 : 1,
        whenOutOfStock: 'wait',
      });
      await market.pay(buyer, orderId);
    });
    const audits = Array.from({ length: 4 }, () => audit(market));
    await Promise.all([...buyers, market.stock(shop, 200), market.deliver({ productId: shop.productId })]);
    for (const report of await Promise.all(audits)) expect(report.findings).toEqual([]);
    expect((await audit(market)).findings).toEqual([]);
  });
});

describe('a broken record is named', () => {
  let opened: Tables;
  let market: Marketplace;
  let traded: Awaited<ReturnType<typeof trade>>;
  beforeEach(async () => {
    opened = await realTables();
    market = await openMarketplace(opened.client, opened.names);
    traded = await trade(market);
  });

  const named = async (): Promise<Pick<Finding, 'promise' | 'code' | 'record'>[]> =>
    (await audit(market)).findings
      .map(({ promise, code, record }) => ({ promise, code, record }))
      .sort((a, b) => a.promise - b.promise || (a.code < b.code ? -1 : 1));
  const setOnOrder = (orderId: string, name: string, value: unknown) =>
    opened.client.send(
      new UpdateCommand({
        TableName: opened.names.orders,
        Key: { pk: orderId, sk: 'ORDER' },
        UpdateExpression: 'SET #name = :value',
        ExpressionAttributeNames: { '#name': name },
        ExpressionAttributeValues: { ':value': value },
      }),
    );
  const keyOf = async (orderId: string): Promise<string> => (await market.spine.orders.get(orderId))?.keyIds?.[0] ?? '';
  const unsold = async () => {
    for (const offer of await market.spine.offers.find(traded.shop.productId, 1, 'all', market.spine.now()))
      return offer;
    throw new Error('Everything is sold');
  };

  it('a key that lost its offer', async () => {
    const { keyId, productId, lane, sellUntilDay } = await unsold();
    await opened.client.send(
      new DeleteCommand({
        TableName: opened.names.stock,
        Key: { pk: `${productId}#${lane}`, sk: `${sellUntilDay}#${keyId}` },
      }),
    );
    expect(await named()).toEqual([{ promise: 1, code: 'key-not-on-offer', record: `key ${keyId}` }]);
  });

  it('an offer of a key that is sold', async () => {
    const keyId = await keyOf(traded.delivered);
    const lane = laneOf(keyId);
    const { productId } = traded.shop;
    await opened.client.send(
      new PutCommand({
        TableName: opened.names.stock,
        Item: { pk: `${productId}#${lane}`, sk: `${neverDay}#${keyId}`, batchId: traded.batchId },
      }),
    );
    const record = `offer ${productId}#${lane} ${keyId}`;
    expect(await named()).toEqual([{ promise: 1, code: 'offer-of-owned-key', record }]);
  });

  it('a key that was given to a second order', async () => {
    const [first, second] = [await keyOf(traded.delivered), await keyOf(traded.released)];
    await setOnOrder(traded.released, 'keyIds', [first]);
    expect(await named()).toEqual([
      { promise: 1, code: 'listed-key-of-another-order', record: `order ${traded.released}` },
      { promise: 1, code: 'owned-key-not-listed', record: `key ${second}` },
    ]);
  });

  it('an order past its promise', async () => {
    const forgottenSince = addSeconds(market.spine.now(), -200);
    await setOnOrder(traded.waiting, 'promiseAt', forgottenSince);
    await setOnOrder(traded.waiting, 'dueAt', forgottenSince);
    expect(await named()).toEqual([{ promise: 2, code: 'promise-overdue', record: `order ${traded.waiting}` }]);
  });

  it('a capture that was never booked', async () => {
    await opened.client.send(
      new DeleteCommand({
        TableName: opened.names.ledger,
        Key: { pk: `order/${traded.delivered}/capture`, sk: 'ENTRY' },
      }),
    );
    expect(await named()).toEqual([
      { promise: 3, code: 'balance-differs', record: `account wallet:${traded.buyer.accountId}` },
      { promise: 3, code: 'escrow-differs', record: `order ${traded.delivered}` },
      { promise: 4, code: 'entry-missing', record: `order ${traded.delivered}` },
    ]);
  });

  it('a wallet that holds more than its entries say', async () => {
    const account = `wallet:${(traded.buyer as TestCaller).accountId}`;
    await opened.client.send(
      new UpdateCommand({
        TableName: opened.names.ledger,
        Key: { pk: account, sk: 'BALANCE' },
        UpdateExpression: 'ADD balanceMinor :one',
        ExpressionAttributeValues: { ':one': 1 },
      }),
    );
    expect(await named()).toEqual([{ promise: 3, code: 'balance-differs', record: `account ${account}` }]);
  });

  it('a total that is not the sum of the journal', async () => {
    market.pass(120);
    await market.fold();
    expect(await named()).toEqual([]);
    await opened.client.send(
      new UpdateCommand({
        TableName: opened.names.ledger,
        Key: { pk: 'TOTALS', sk: 'escrow' },
        UpdateExpression: 'ADD balanceMinor :one',
        ExpressionAttributeValues: { ':one': 1 },
      }),
    );
    expect(await named()).toEqual([{ promise: 3, code: 'total-differs', record: 'total escrow' }]);
  });

  it('an order that nobody will look at again', async () => {
    await opened.client.send(
      new UpdateCommand({
        TableName: opened.names.orders,
        Key: { pk: traded.delivered, sk: 'ORDER' },
        UpdateExpression: 'REMOVE dueShard',
      }),
    );
    expect(await named()).toEqual([{ promise: 5, code: 'due-not-indexed', record: `order ${traded.delivered}` }]);
  });

  it('an import whose keys are fewer than its report says', async () => {
    await opened.client.send(
      new UpdateCommand({
        TableName: opened.names.stock,
        Key: { pk: traded.batchId, sk: 'BATCH' },
        UpdateExpression: 'SET #stored = :stored, #lines = :stored',
        ExpressionAttributeNames: { '#stored': 'stored', '#lines': 'lines' },
        ExpressionAttributeValues: { ':stored': 121 },
      }),
    );
    expect(await named()).toEqual([{ promise: 9, code: 'stored-differs', record: `batch ${traded.batchId}` }]);
  });

  it('an order that cannot be read', async () => {
    await setOnOrder(traded.cancelled, 'quantity', 'two');
    expect(await named()).toEqual([
      { promise: 2, code: 'record-unreadable', record: `orders ${traded.cancelled} ORDER` },
    ]);
  });
});
