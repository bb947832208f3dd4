import { beforeEach, describe, expect, it } from 'vitest';
import { forgottenBatchId } from '../../../../adapters/tables/replayed-keys.ts';
import { type TableName, tableNames, tables } from '../../../../contract/tables.ts';
import type { Claim } from '../../../../core/claims/claim.ts';
import { addSeconds } from '../../../../core/shared/instant.ts';
import { findUnreplayed, type Replay, replayClaims } from '../../../../functions/claims/replay-claims.ts';
import { auditTables } from '../../../../functions/ledger/audit-tables.ts';
import { MemoryDynamoDb } from '../../../fakes/memory-dynamodb/memory-dynamodb.ts';
import { offersOf } from '../../../support/books.ts';
import { type Marketplace, openMarketplace } from '../../../support/marketplace.ts';

const moment = '2026-11-22T03:00:00.000Z';
const after = (seconds: number) => addSeconds(moment, seconds);

/** A marketplace as it stood at the moment: five keys on offer; and an archive of what came after. */
const restored = async () => {
  const memory = new MemoryDynamoDb();
  for (const name of tableNames) memory.createTable({ tableName: name, ...tables[name] });
  const names = Object.fromEntries(tableNames.map((name) => [name, name])) as Record<TableName, string>;
  const market = await openMarketplace(memory, names);
  const shop = await market.sell();
  const [batchId = ''] = await market.stock(shop, 5);
  const keys = (await market.holdings()).keys.map(({ pk, sellUntilDay }) => ({
    keyId: String(pk),
    sellUntilDay: String(sellUntilDay),
    batchId,
    productId: shop.productId,
  }));
  const archived: Claim[] = [];
  const hourOf = ({ at }: Claim) => at.slice(0, 13);
  const archive = {
    hours: async (from: string) =>
      [...new Set(archived.filter(({ at }) => at >= from).map(hourOf))]
        .sort()
        .map((hour) => ({ hour, names: [hour], bytes: 0 })),
    claimsOf: async function* ({ hour }: { hour: string }) {
      yield archived.filter((claim) => hourOf(claim) === hour);
    },
  };
  const claim = (index: number, owner: string | undefined, seconds: number): Claim => {
    const key = keys[index] ?? {
      keyId: `unknown-${index}`,
      sellUntilDay: '9999-12-31',
      batchId,
      productId: shop.productId,
    };
    return { ...key, owner, at: after(seconds), position: String(archived.length) };
  };
  const deps = { gateway: market.gateway, tables: names, archive, now: market.spine.now };
  return {
    market,
    shop,
    keys,
    claimed: (index: number, owner: string | undefined, seconds: number) => {
      archived.push(claim(index, owner, seconds));
    },
    replay: (options: Partial<Replay> = {}) => replayClaims(deps)({ moment, offerReturned: false, ...options }),
    unreplayed: (options: Partial<Replay> = {}) => findUnreplayed(deps)({ moment, offerReturned: false, ...options }),
    ownerOf: async (index: number) => {
      const { keyId } = claim(index, undefined, 0);
      return (await market.gateway.get({ TableName: 'keys', Key: { pk: keyId } }))?.['owner'];
    },
    offered: async () => offersOf(await market.holdings()).length,
  };
};

describe('a replay of claims', () => {
  let m: Awaited<ReturnType<typeof restored>>;
  let market: Marketplace;
  beforeEach(async () => {
    m = await restored();
    market = m.market;
  });

  it('gives a key its owner back and ends its offer', async () => {
    m.claimed(0, 'ord_lost', 60);
    expect(await m.unreplayed()).toMatchObject([{ fault: 'unowned' }]);
    expect(await m.replay()).toMatchObject({ bind: 1, done: 0, remember: 0 });
    expect(await m.ownerOf(0)).toBe('ord_lost');
    expect(await m.offered()).toBe(4);
    expect(await m.unreplayed()).toEqual([]);
  });

  it('changes nothing the second time', async () => {
    m.claimed(0, 'ord_lost', 60);
    m.claimed(7, 'ord_late', 70);
    await m.replay();
    const before = await market.holdings();
    expect(await m.replay()).toMatchObject({ bind: 0, remember: 0, done: 2 });
    expect(await market.holdings()).toEqual(before);
  });

  it('reads claims of a while before the moment as well, since clocks differ', async () => {
    m.claimed(0, 'ord_just_before', -100);
    await m.replay();
    expect(await m.ownerOf(0)).toBe('ord_just_before');
  });

  it('gives a key that had several owners since the last of them, over the hours too', async () => {
    m.claimed(0, 'ord_first', 60);
    m.claimed(0, undefined, 61);
    m.claimed(0, 'ord_second', 62);
    m.claimed(1, 'ord_third', 60);
    m.claimed(1, undefined, 3_700);
    m.claimed(1, 'ord_fourth', 7_300);
    await m.replay();
    expect([await m.ownerOf(0), await m.ownerOf(1)]).toEqual(['ord_second', 'ord_fourth']);
    expect(await m.unreplayed()).toEqual([]);
  });

  it('withholds a key that went back, and leaves it on offer where that is asked for', async () => {
    m.claimed(0, 'ord_failed', 60);
    m.claimed(0, undefined, 3_700);
    expect(await m.replay({ offerReturned: true })).toMatchObject({ bind: 0, 'left-on-offer': 1 });
    expect(await m.unreplayed({ offerReturned: true })).toEqual([]);
    expect(await m.offered()).toBe(5);
    expect(await m.unreplayed()).toHaveLength(1);
    await m.replay();
    expect(await m.ownerOf(0)).toBe('ord_failed');
    expect(await m.offered()).toBe(4);
  });

  it('remembers a key that the tables have never seen, so that no import stores it again, not even its own', async () => {
    const body = { source: { kind: 'supplier', name: 'S' }, keys: [{ secret: 'IMPORTED-AFTER' }] };
    const request = { as: m.shop.merchant, params: { productId: m.shop.productId }, idempotencyKey: 'after', body };
    // The lost import: what it stored is taken out of the tables, as the restore did.
    const { body: lost } = await market.api('importKeys', request);
    const all = (await market.holdings()).keys;
    const key = all.find(({ batchId }) => batchId === lost['batchId']);
    await market.gateway.delete({ TableName: 'keys', Key: { pk: key?.['pk'] } });
    for (const offer of offersOf(await market.holdings()).filter(({ sk }) => String(sk).endsWith(String(key?.['pk']))))
      await market.gateway.delete({ TableName: 'stock', Key: { pk: offer['pk'], sk: offer['sk'] } });
    for (const sk of ['BATCH', 'REPORT'])
      await market.gateway.delete({ TableName: 'stock', Key: { pk: lost['batchId'], sk } });
    m.keys.push({
      keyId: String(key?.['pk']),
      sellUntilDay: String(key?.['sellUntilDay']),
      batchId: String(lost['batchId']),
      productId: m.shop.productId,
    });
    m.claimed(5, 'ord_lost', 60);

    const steps: unknown[] = [];
    await m.replay({ onStep: (claim, step) => steps.push([claim.owner, step.kind]) });
    expect(steps).toEqual([['ord_lost', 'remember']]);
    expect(await market.gateway.get({ TableName: 'keys', Key: { pk: key?.['pk'] } })).toMatchObject({
      owner: 'ord_lost',
      batchId: forgottenBatchId,
      importedIn: lost['batchId'],
    });
    const again = await market.api('importKeys', request);
    expect(again.body).toMatchObject({ stored: 0, rejected: 1, rejections: [{ code: 'duplicate-key' }] });
    const elsewhere = await market.api('importKeys', { ...request, idempotencyKey: 'elsewhere' });
    expect(elsewhere.body).toMatchObject({ stored: 0, rejected: 1 });
    expect(await m.unreplayed()).toEqual([]);
  });

  it('takes a key from an order that had it at the moment and gave it back since', async () => {
    const buyer = await market.buyer(100_000);
    const orderId = await market.place(buyer, { productId: m.shop.productId });
    await market.pay(buyer, orderId);
    const bound = (await market.holdings()).keys.find(({ owner }) => owner === orderId);
    const index = m.keys.findIndex(({ keyId }) => keyId === bound?.['pk']);
    m.claimed(index, 'ord_next', 60);
    expect(await m.replay()).toMatchObject({ 'take-over': 1 });
    expect(await m.ownerOf(index)).toBe('ord_next');
    m.claimed(index, 'ord_before', -60);
    expect(await m.replay()).toMatchObject({ 'take-over': 0, contested: 0, done: 2 });
  });

  it('leaves a key with the owner that the tables know where the archive may know less', async () => {
    const buyer = await market.buyer(100_000);
    const orderId = await market.place(buyer, { productId: m.shop.productId });
    await market.pay(buyer, orderId);
    const bound = (await market.holdings()).keys.find(({ owner }) => owner === orderId);
    const index = m.keys.findIndex(({ keyId }) => keyId === bound?.['pk']);
    m.claimed(index, 'ord_before', -60);
    expect(await m.replay()).toMatchObject({ contested: 1 });
    expect(await m.ownerOf(index)).toBe(orderId);
    expect(await m.unreplayed()).toEqual([]);
  });

  it('stops where selling is not closed: a key that was sold meanwhile is not bound over its buyer', async () => {
    m.claimed(0, 'ord_lost', 60);
    const gateway = market.gateway;
    const transact = gateway.transact.bind(gateway);
    const { keyId } = m.keys[0] ?? { keyId: '' };
    gateway.transact = async (items) => {
      gateway.transact = transact;
      await gateway.update({
        TableName: 'keys',
        Key: { pk: keyId },
        UpdateExpression: 'SET #owner = :o',
        ExpressionAttributeNames: { '#owner': 'owner' },
        ExpressionAttributeValues: { ':o': 'ord_meanwhile' },
      });
      return transact(items);
    };
    await expect(m.replay()).rejects.toThrow(/close selling/);
    expect(await m.ownerOf(0)).toBe('ord_meanwhile');
  });

  it('leaves tables that the audit finds sound', async () => {
    m.claimed(0, 'ord_lost', 60);
    m.claimed(9, 'ord_late', 70);
    await m.replay();
    const { findings } = await auditTables(market.gateway, market.names, market.spine.now)();
    expect(findings).toEqual([]);
    expect(await market.faults()).toEqual([]);
  });

  it('handles more keys than one read or write holds', async () => {
    await market.stock(m.shop, 300);
    const known = new Set(m.keys.map(({ keyId }) => keyId));
    for (const { pk, batchId, sellUntilDay } of (await market.holdings()).keys)
      if (!known.has(String(pk)))
        m.keys.push({
          keyId: String(pk),
          sellUntilDay: String(sellUntilDay),
          batchId: String(batchId),
          productId: m.shop.productId,
        });
    for (const index of m.keys.keys()) m.claimed(index, `ord_${index}`, index);
    expect(await m.replay()).toMatchObject({ bind: 305 });
    expect(await m.offered()).toBe(0);
  });
});
