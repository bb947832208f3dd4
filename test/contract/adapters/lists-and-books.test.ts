import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { KeysTable } from '../../../adapters/tables/keys.ts';
import { putEntry } from '../../../adapters/tables/ledger.ts';
import { accounts, makeEntry } from '../../../core/ledger/entry.ts';
import { minuteOf } from '../../../core/ledger/minutes.ts';
import { addSeconds } from '../../../core/shared/instant.ts';
import type { Result } from '../../../core/shared/result.ts';
import type { Batch } from '../../../core/stock/batch.ts';
import { liftQuarantine as decideLift, quarantineBatch as decideQuarantine } from '../../../core/stock/quarantine.ts';
import { finishBatch } from '../../../functions/stock/finish-batch.ts';
import { type Marketplace, openMarketplace } from '../../support/marketplace.ts';
import { present } from '../../support/sample-orders.ts';
import type { TestCaller } from '../../support/test-rooms.ts';
import { type AdapterBackend, backends } from './backends.ts';

describe.each(backends)('lists and books %s', (_, start) => {
  let backend: AdapterBackend;
  let market: Marketplace;
  let tables = 0;
  beforeAll(async () => {
    backend = await start();
  });
  afterAll(() => backend.stop());
  beforeEach(async () => {
    tables += 1;
    market = await openMarketplace(backend.client, await backend.createTables(`l${tables}-`));
  });

  /** All pages of a list; each but the last is full. */
  const pages = async (operation: Parameters<Marketplace['api']>[0], as: TestCaller, limit: number, params = {}) => {
    const items: Record<string, unknown>[] = [];
    let cursor: unknown;
    do {
      const query = { limit: String(limit), ...(cursor !== undefined && { cursor: String(cursor) }) };
      const { status, body } = await market.api(operation, { as, params, query });
      expect(status).toBe(200);
      const page = body['items'] as Record<string, unknown>[];
      cursor = body['nextCursor'];
      if (cursor !== undefined) expect(page).toHaveLength(limit);
      items.push(...page);
    } while (cursor !== undefined);
    return items;
  };

  test.each([1, 3, 10, 200])(
    'orders are listed newest first, each once, in pages of %i, over all shards',
    async (limit) => {
      const shop = await market.sell();
      const as = await market.buyer(1);
      const placed: string[] = [];
      for (let index = 0; index < 10; index += 1) {
        placed.unshift(await market.place(as, { productId: shop.productId }));
        market.pass(0.01);
      }
      for (const who of [as, shop.merchant])
        expect((await pages('listOrders', who, limit)).map(({ orderId }) => orderId)).toEqual(placed);
      expect(await pages('listOrders', await market.buyer(1), limit)).toEqual([]);
    },
  );

  test('batches and statements are listed newest first in pages', async () => {
    const shop = await market.sell();
    const batchIds: string[] = [];
    for (let index = 0; index < 5; index += 1) {
      batchIds.unshift(...(await market.stock(shop, 2)));
      market.pass(0.01);
    }
    const listed = await pages('listBatches', shop.merchant, 2, { productId: shop.productId });
    expect(listed.map(({ batchId }) => batchId)).toEqual(batchIds);

    const as = await market.buyer(700);
    for (let index = 0; index < 3; index += 1) {
      market.pass(0.01);
      await market.pay(as, await market.place(as, { productId: shop.productId, quantity: index + 1 }));
    }
    const statement = await pages('readOwnStatement', as, 2);
    expect(statement.map(({ amountMinor }) => amountMinor)).toEqual([-300, -200, -100, 700]);
  });

  test('a cursor serves the list it came from, for its owner alone', async () => {
    const shop = await market.sell();
    const [mine, other] = [await market.buyer(1), await market.buyer(1)];
    for (const as of [mine, mine, other, other]) await market.place(as, { productId: shop.productId });
    const { body } = await market.api('listOrders', { as: mine, query: { limit: '1' } });
    const query = { cursor: String(body['nextCursor']) };
    expect((await market.api('listOrders', { as: mine, query })).status).toBe(200);
    for (const as of [other, shop.merchant])
      expect((await market.api('listOrders', { as, query })).body['code']).toBe('cursor-invalid');
    expect((await market.api('readOwnStatement', { as: mine, query })).body['code']).toBe('cursor-invalid');
  });

  test('what is due is found from its moment on, earliest first, and no longer once it is done', async () => {
    const shop = await market.sell();
    const as = await market.buyer(200);
    const orderId = await market.place(as, { productId: shop.productId, whenOutOfStock: 'wait' });
    await market.pay(as, orderId);
    const { dueAt } = present(await market.spine.orders.get(orderId));
    const dueBy = async (until: string) => {
      const shards = Array.from({ length: 8 }, (__, shard) => market.spine.orders.due(shard, until, 10));
      return (await Promise.all(shards)).flat();
    };
    expect(await dueBy(addSeconds(present(dueAt), -0.001))).toEqual([]);
    expect(await dueBy(present(dueAt))).toEqual([orderId]);
    market.pass(1_800);
    await market.sweep();
    expect(await dueBy('9999-12-31T00:00:00.000Z')).toEqual([]);
  });

  test('asking for keys beyond the last reads nothing, and the order counts as unrevealed', async () => {
    const shop = await market.sell();
    await market.stock(shop, 2);
    const as = await market.buyer(200);
    const params = { orderId: await market.place(as, { productId: shop.productId, quantity: 2 }) };
    await market.pay(as, params.orderId);
    const reveal = async (offset: string) => (await market.api('revealKeys', { as, params, query: { offset } })).body;
    const firstRevealedAt = async () => (await market.spine.orders.get(params.orderId))?.firstRevealedAt;
    expect(await reveal('2')).toMatchObject({ code: 'invalid-request', field: 'query.offset' });
    expect(await firstRevealedAt()).toBeUndefined();
    expect((await reveal('1'))['keys']).toHaveLength(1);
    expect(await firstRevealedAt()).toBeDefined();
    expect(await reveal('2')).toMatchObject({ code: 'invalid-request' });
    expect((await reveal('0'))['keys']).toHaveLength(2);
  });

  describe('a wallet', () => {
    test('is found for buyers only: an account that has none answers like one that does not exist', async () => {
      const as = market.operator;
      const read = async (accountId: string) => [
        await market.api('readWallet', { as, params: { accountId } }),
        await market.api('readStatement', { as, params: { accountId } }),
      ];
      const { accountId } = await market.open('buyer');
      expect(await read(accountId)).toMatchObject([
        { status: 200, body: { accountId, balanceMinor: 0 } },
        { status: 200, body: { items: [] } },
      ]);
      const [wallet, statement] = await read(`acc_${'0'.repeat(26)}`);
      for (const other of [await market.open('merchant'), market.operator])
        for (const [index, answer] of (await read(other.accountId)).entries()) {
          expect(answer).toMatchObject({ status: 404, body: { code: 'not-found' } });
          const unknown = index === 0 ? wallet : statement;
          expect({ ...answer.body, requestId: '' }).toEqual({ ...unknown?.body, requestId: '' });
        }
    });

    test('never goes below zero and is never topped up above the most it may hold', async () => {
      const as = await market.buyer(999_999_900);
      const params = { accountId: as.accountId };
      const topUp = (amountMinor: number) =>
        market.api('grantTestTopUp', { as: market.operator, params, body: { amountMinor, currency: 'CNY' } });
      expect((await topUp(101)).body['code']).toBe('wallet-balance-limit');
      expect((await topUp(100)).status).toBe(201);
      expect((await topUp(1)).body['code']).toBe('wallet-balance-limit');
      expect(await market.ledger.walletBalance(as.accountId)).toBe(1_000_000_000);
      expect(await market.faults()).toEqual([]);
    });

    test('that nothing was paid into holds nothing, and only buyers have one', async () => {
      const { merchant } = await market.sell();
      expect(await market.ledger.walletBalance('acc_nobody')).toBe(0);
      const body = { amountMinor: 1, currency: 'CNY' };
      const grant = (accountId: string) =>
        market.api('grantTestTopUp', { as: market.operator, params: { accountId }, body });
      expect((await grant(merchant.accountId)).body['code']).toBe('account-role-unfit');
      expect((await grant(`acc_${'0'.repeat(26)}`)).body['code']).toBe('not-found');
    });
  });

  describe('folding', () => {
    const sumOfTotals = async () =>
      (await market.ledger.totals()).reduce((sum, { balanceMinor }) => sum + balanceMinor, 0);
    const totalsByAccount = async () =>
      Object.fromEntries((await market.ledger.totals()).map(({ account, balanceMinor }) => [account, balanceMinor]));

    /** An entry that many merchants have a part in, so that its minute needs more than one transaction. */
    const wideEntry = (name: string, merchants: number) => {
      const amounts = Array.from({ length: merchants }, (__, index) => ({
        account: accounts.payable(`acc_${String(index).padStart(4, '0')}`),
        amountMinor: 1,
      }));
      return makeEntry({
        entryId: `order/${name}/release`,
        kind: 'release',
        postedAt: '2026-11-22T10:00:30.000Z',
        legs: [{ account: accounts.escrow(name), amountMinor: -merchants }, ...amounts],
      });
    };
    const minute = minuteOf('2026-11-22T10:00:30.000Z');

    test.each([1, 89, 90, 200])(
      'a minute of %i merchants is folded once, however often it is folded',
      async (merchants) => {
        await market.gateway.transact([putEntry(market.names.ledger, wideEntry('ord_a', merchants))]);
        const totals = await market.ledger.sumMinute(minute);
        await Promise.all([market.ledger.foldMinute(minute, totals), market.ledger.foldMinute(minute, totals)]);
        await market.ledger.foldMinute(minute, totals);
        expect(await totalsByAccount()).toMatchObject({ escrow: -merchants, 'payable:acc_0000': 1 });
        expect(await market.ledger.totals()).toHaveLength(merchants + 1);
        expect(await sumOfTotals()).toBe(0);
        expect(await market.ledger.foldPosition()).toEqual({ minute });
      },
    );

    test('the position never moves back', async () => {
      await market.ledger.moveFoldedMinute('2026-11-22T10:05');
      await market.ledger.moveFoldedMinute('2026-11-22T10:01');
      expect(await market.ledger.foldPosition()).toEqual({ minute: '2026-11-22T10:05' });
    });

    test('the totals at the end are what the journal says', async () => {
      const shop = await market.sell();
      await market.stock(shop, 3);
      const as = await market.buyer(1_000);
      for (const quantity of [1, 2, 3]) {
        const orderId = await market.place(as, { productId: shop.productId, quantity });
        await market.pay(as, orderId);
        await market.api('confirmOrder', { as, params: { orderId } });
      }
      market.pass(120);
      // As many runs as catch up with the day before the first one.
      for (let run = 0; run < 4; run += 1) await Promise.all([market.fold(), market.fold()]);
      expect(await totalsByAccount()).toEqual({
        'channel:test': -1_000,
        wallet: 700,
        escrow: 0,
        [`payable:${shop.merchant.accountId}`]: 291,
        'platform:commission': 9,
      });
      const { body } = await market.api('readTrialBalance', { as: { accountId: 'acc_f', role: 'finance' } });
      expect(body['sumMinor']).toBe(0);
      expect(String(body['position']) > addSeconds(market.spine.now(), -120)).toBe(true);
    });
  });

  describe('a batch', () => {
    const statusOf = async (as: TestCaller, batchId: string) =>
      (await market.api('readBatch', { as, params: { batchId } })).body['status'];

    test('in quarantine has no offer left in any lane, and when lifted every unsold key is back once', async () => {
      const shop = await market.sell();
      const [batchId = ''] = await market.stock(shop, 120);
      const as = await market.buyer(100 * 5);
      await market.pay(as, await market.place(as, { productId: shop.productId, quantity: 5 }));
      const params = { batchId };
      await market.api('quarantineBatch', { as: shop.merchant, params, body: { reason: 'complaints' } });
      const offered = () => market.spine.offers.countUpTo(shop.productId, 999, 'all', market.spine.now());
      expect(await offered()).toBe(0);
      expect(await market.faults()).toEqual([]);
      // Again by the sweep, for what the index did not show at first.
      market.pass(121);
      await market.sweep();
      for (let lift = 0; lift < 2; lift += 1)
        expect((await market.api('liftQuarantine', { as: market.operator, params })).body['status']).toBe('open');
      expect(await offered()).toBe(115);
      expect(await market.faults()).toEqual([]);
    });

    test('of more keys than one call has time for is carried through by the next ones', async () => {
      const { gateway, names, spine } = market;
      const shop = await market.sell();
      const [batchId = ''] = await market.stock(shop, 120);
      const keys = new KeysTable(gateway, names.keys);
      const finish = finishBatch({ gateway, tables: names, spine, keys, maxSecondsPerCall: 0 });
      const read = async () => present(await spine.batches.get(batchId));
      const offered = () => spine.offers.countUpTo(shop.productId, 999, 'all', spine.now());
      const change = async (decide: (batch: Batch) => Result<Batch | undefined>) => {
        const batch = await read();
        const next = decide(batch);
        if (!next.ok || !next.value) throw new Error(`${batchId} cannot be changed`);
        expect(await spine.batches.write(batch, next.value)).toBe(true);
      };
      const counts = async (calls: number) => {
        const seen: number[] = [];
        for (let call = 0; call < calls; call += 1) {
          await finish(batchId);
          seen.push(await offered());
        }
        return seen;
      };
      await change((batch) => decideQuarantine(batch, 'complaints', spine.now()));
      expect(await counts(3)).toEqual([71, 22, 0]);
      expect((await read()).dueAt).toBeDefined();
      await finish(batchId);
      market.pass(121);
      await counts(4);
      expect((await read()).dueAt).toBeUndefined();
      await change((batch) => decideLift(batch, spine.now()));
      expect(await counts(4)).toEqual([33, 66, 99, 120]);
      expect(await read()).toMatchObject({ status: 'reoffering', carriedThrough: { keys: 120 } });
      await finish(batchId);
      expect(await read()).toMatchObject({ status: 'open' });
      expect((await read()).carriedThrough).toBeUndefined();
      expect(await market.faults()).toEqual([]);
    });

    test('quarantined while its keys lie in reserve is not opened', async () => {
      const shop = await market.sell();
      const as = await market.buyer(500);
      await market.pay(as, await market.place(as, { productId: shop.productId, quantity: 5, whenOutOfStock: 'wait' }));
      const [batchId = ''] = await market.stock(shop, 3);
      expect(await statusOf(shop.merchant, batchId)).toBe('opening');
      await market.api('quarantineBatch', { as: shop.merchant, params: { batchId }, body: { reason: 'bad' } });
      await market.deliver({ productId: shop.productId, batchId });
      expect(await statusOf(shop.merchant, batchId)).toBe('quarantined');
      expect(await market.faults()).toEqual([]);
      await market.api('liftQuarantine', { as: market.operator, params: { batchId } });
      expect(await market.faults()).toEqual([]);
    });

    test('whose opening nobody announced is opened by the sweep', async () => {
      const shop = await market.sell();
      const as = await market.buyer(500);
      await market.pay(as, await market.place(as, { productId: shop.productId, quantity: 5, whenOutOfStock: 'wait' }));
      const [batchId = ''] = await market.stock(shop, 3);
      market.pass(120);
      await market.sweep();
      await market.drain();
      expect(await statusOf(shop.merchant, batchId)).toBe('open');
      expect(await market.spine.offers.countUpTo(shop.productId, 9, 'public', market.spine.now())).toBe(3);
    });

    test('that is imported again under a fresh Idempotency-Key stores nothing, for its merchant or another', async () => {
      const [shop, rival] = [await market.sell(), await market.sell()];
      const keys = [{ secret: 'AbC' }, { secret: 'AbC', number: '1' }, { secret: 'abc' }];
      const send = ({ merchant, productId }: typeof shop) =>
        market.api('importKeys', {
          as: merchant,
          params: { productId },
          body: { source: { kind: 'other', name: 'S' }, keys },
        });
      expect((await send(shop)).body).toMatchObject({ stored: 3, rejected: 0 });
      for (const again of [shop, rival]) {
        const { body } = await send(again);
        expect(body).toMatchObject({ stored: 0, rejected: 3 });
        expect(body['rejections']).toMatchObject([1, 2, 3].map((line) => ({ line, code: 'duplicate-key' })));
        expect(JSON.stringify(body)).not.toContain('AbC');
      }
      expect(await market.faults()).toEqual([]);
    });
  });
});
