import { TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import { QueryCommand, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { realSurroundings } from '../../../adapters/clock.ts';
import { type DocumentClient, maxTransactionAttempts, TableGateway } from '../../../adapters/tables/gateway.ts';
import { laneOf, OffersTable, putOffer, takeOffer } from '../../../adapters/tables/offers.ts';
import { commitOrderChange } from '../../../adapters/tables/order-changes.ts';
import { deliverKeys } from '../../../core/fulfilment/deliver-order.ts';
import { captureFromWallet } from '../../../core/payments/capture-order.ts';
import { type Offer, publicLanes } from '../../../core/stock/offer.ts';
import { offersOf } from '../../support/books.ts';
import { type Marketplace, openMarketplace } from '../../support/marketplace.ts';
import { accepted, policy, present } from '../../support/sample-orders.ts';
import type { TestCaller } from '../../support/test-rooms.ts';
import { type AdapterBackend, backends } from './backends.ts';

describe.each(backends)('selling %s', (_, start) => {
  let backend: AdapterBackend;
  let market: Marketplace;
  let shop: { merchant: TestCaller; productId: string };
  let tables = 0;
  beforeAll(async () => {
    backend = await start();
  });
  afterAll(() => backend.stop());
  beforeEach(async () => {
    tables += 1;
    market = await openMarketplace(backend.client, await backend.createTables(`s${tables}-`));
    shop = await market.sell();
  });

  const offersNow = () => market.spine.offers.find(shop.productId, 1_000, 'public', market.spine.now());
  const fresh = () => new OffersTable(market.gateway, market.names.stock, realSurroundings);
  const read = async (as: TestCaller, orderId: string) =>
    (await market.api('readOrder', { as, params: { orderId } })).body;

  /** The change that pays one order with given offers, decided but not written. */
  const decide = async (offers: readonly Offer[], quantity = offers.length, of: object = {}) => {
    const as = await market.buyer(100 * quantity);
    const orderId = await market.place(as, { productId: shop.productId, quantity, ...of });
    const order = present(await market.spine.orders.get(orderId));
    const now = market.spine.now();
    return {
      as,
      orderId,
      now,
      change: present(accepted(captureFromWallet(order, policy, { offers, count: offers.length }, now))),
    };
  };

  describe('finding offers', () => {
    test('as many are found as were asked for, each once, over all lanes', async () => {
      await market.stock(shop, 60);
      for (const wanted of [1, 7, 32, 60, 61]) {
        const found = await market.spine.offers.find(shop.productId, wanted, 'public', market.spine.now());
        expect(new Set(found.map(({ keyId }) => keyId)).size).toBe(Math.min(wanted, 60));
      }
      expect(await market.spine.offers.countUpTo(shop.productId, 25, 'public', market.spine.now())).toBe(25);
      expect(await market.spine.offers.countUpTo(shop.productId, 99, 'public', market.spine.now())).toBe(60);
      expect(await fresh().find('prd_other', 5, 'public', market.spine.now())).toEqual([]);
    });

    test('what expires first is sold first, by one who knows the shop and by one who does not', async () => {
      await market.stock(shop, 40);
      await market.stock(shop, 40, { expiresAt: '2030-06-01T00:00:00.000Z' });
      for (const offers of [fresh(), market.spine.offers])
        for (let look = 0; look < 8; look += 1) {
          const [found] = await offers.find(shop.productId, 1, 'public', market.spine.now());
          expect(found?.sellUntilDay).toBe('2030-06-01');
        }
    });

    test('the last key of the earliest day goes before any later one, from whichever point a buyer looks', async () => {
      await market.stock(shop, 200);
      const now = market.spine.now();
      for (const [index, lane] of publicLanes.entries()) {
        const offer = { keyId: `m${index}`, productId: shop.productId, batchId: 'b', lane, sellUntilDay: '2030-01-01' };
        await market.gateway.transact([putOffer(market.names.stock, offer)]);
      }
      for (let look = 0; look < 40; look += 1) {
        const [found] = await market.spine.offers.find(shop.productId, 1, 'public', now);
        expect(found?.sellUntilDay).toBe('2030-01-01');
      }
    });

    test('a key on its last day is no longer asked for', async () => {
      await market.stock(shop, 5, { expiresAt: '2030-06-01T23:00:00.000Z' });
      const found = (now: string) => fresh().find(shop.productId, 9, 'public', now);
      expect(await found('2030-05-31T23:59:59.999Z')).toHaveLength(5);
      expect(await found('2030-06-01T00:00:00.000Z')).toEqual([]);
      expect(await fresh().countUpTo(shop.productId, 9, 'public', '2030-06-01T00:00:00.000Z')).toBe(0);
      const warm = fresh();
      await warm.find(shop.productId, 1, 'public', '2030-05-31T23:59:59.000Z');
      expect(await warm.find(shop.productId, 1, 'public', '2030-06-01T00:00:01.000Z')).toEqual([]);
    });

    test('the reserve is seen by those who wait and by nobody else', async () => {
      const as = await market.buyer(100);
      const orderId = await market.place(as, { productId: shop.productId, whenOutOfStock: 'wait' });
      await market.pay(as, orderId);
      await market.stock(shop, 3);
      expect(await offersNow()).toEqual([]);
      expect(await market.spine.offers.find(shop.productId, 9, 'all', market.spine.now())).toHaveLength(3);
      await market.deliver({ productId: shop.productId });
      expect((await read(as, orderId))['status']).toBe('delivered');
      expect(await offersNow()).toHaveLength(2);
      expect(await market.spine.offers.reserved(shop.productId, 9)).toEqual([]);
    });

    test('an offer that moves out of reserve while it is looked for is found once', async () => {
      const as = await market.buyer(100);
      await market.pay(as, await market.place(as, { productId: shop.productId, quantity: 1, whenOutOfStock: 'wait' }));
      await market.stock(shop, 4);
      const { names, gateway } = market;
      const now = market.spine.now();
      const moveAll = async () => {
        const offers = await market.spine.offers.reserved(shop.productId, 9);
        const moved = offers.map((offer) => putOffer(names.stock, { ...offer, lane: laneOf(offer.keyId) }));
        expect(
          (await gateway.transact([...offers.map((offer) => takeOffer(names.stock, offer)), ...moved])).committed,
        ).toBe(true);
      };
      let queries = 0;
      const send = async (command: never): Promise<unknown> => {
        const answer = await backend.client.send(command);
        if ((command as object) instanceof QueryCommand) queries += 1;
        if (queries === 1) await moveAll();
        return answer;
      };
      const client = { send } as unknown as DocumentClient;
      const looking = new OffersTable(new TableGateway(client, realSurroundings), names.stock, realSurroundings);
      const found = await looking.find(shop.productId, 8, 'all', now);
      expect(new Set(found.map(({ keyId }) => keyId)).size).toBe(4);
      expect(found).toHaveLength(4);
    });
  });

  describe('claiming', () => {
    test('exactly the keys that were asked for change hands', async () => {
      await market.stock(shop, 10);
      const { orderId, change, now } = await decide((await offersNow()).slice(0, 4));
      expect(await market.spine.commit(change, now)).toBe('committed');
      const { keys } = await market.holdings();
      const owned = keys.filter(({ owner }) => owner === orderId).map(({ pk }) => String(pk));
      expect(owned.toSorted()).toEqual(change.take.map(({ keyId }) => keyId).toSorted());
      expect(await offersNow()).toHaveLength(6);
      expect(await market.faults()).toEqual([]);
    });

    test('of two orders on one offer the second gets nothing and pays nothing', async () => {
      await market.stock(shop, 2);
      const offers = await offersNow();
      const [first, second] = [await decide(offers), await decide(offers.slice(0, 1))];
      expect(await market.spine.commit(first.change, first.now)).toBe('committed');
      expect(await market.spine.commit(second.change, second.now)).toBe('offers-gone');
      expect((await read(second.as, second.orderId))['status']).toBe('placed');
      expect((await market.api('readOwnWallet', { as: second.as })).body['balanceMinor']).toBe(100);
      expect(await market.faults()).toEqual([]);
    });

    test('an order that moved on is not written over', async () => {
      await market.stock(shop, 2);
      const { change, now, as, orderId } = await decide((await offersNow()).slice(0, 1));
      await market.api('cancelOrder', { as, params: { orderId } });
      expect(await market.spine.commit(change, now)).toBe('order-moved');
      expect(await offersNow()).toHaveLength(2);
    });

    test('writing the same change twice does it once', async () => {
      await market.stock(shop, 2);
      const { change, now } = await decide((await offersNow()).slice(0, 1));
      expect(await market.spine.commit(change, now)).toBe('committed');
      expect(await market.spine.commit(change, now)).toBe('order-moved');
      expect(await market.faults()).toEqual([]);
    });

    test('a key that is owned though it is on offer is never sold, and its offer ends', async () => {
      await market.stock(shop, 2);
      const [sold, free] = await offersNow();
      const first = await decide([present(sold)]);
      await market.spine.commit(first.change, first.now);
      // As a table restored from a backup would have it.
      await market.gateway.transact([putOffer(market.names.stock, present(sold))]);
      const second = await decide([present(sold)]);
      const write = commitOrderChange(market.gateway, market.names);
      expect(await write(second.change, second.now)).toMatchObject({ outcome: 'offers-stale', staleOffers: [sold] });
      expect((await market.pay(second.as, second.orderId)).body['status']).toBe('delivered');
      const { keyIds } = present(await market.spine.orders.get(second.orderId));
      expect(keyIds).toEqual([present(free).keyId]);
      expect(await market.spine.commit(second.change, second.now)).toBe('order-moved');
      const third = await decide([present(sold)]);
      expect(await market.spine.commit(third.change, third.now)).toBe('offers-gone');
      expect(offersOf(await market.holdings())).toEqual([]);
      expect(await market.faults()).toEqual([]);
    });

    test('an empty wallet and a reached limit are named, and nothing moves', async () => {
      const limited = await market.sell({ limits: { maxPerOrder: 10, maxPerBuyer: 2 } });
      await market.stock(limited, 10);
      const as = await market.buyer(300);
      const pay = async (quantity: number) =>
        (await market.pay(as, await market.place(as, { productId: limited.productId, quantity }))).body;
      expect(await pay(2)).toMatchObject({ status: 'delivered' });
      expect(await pay(1)).toMatchObject({ code: 'buyer-limit-reached' });
      await market.stock(shop, 5);
      const poor = await market.place(as, { productId: shop.productId, quantity: 2 });
      expect((await market.pay(as, poor)).body).toMatchObject({ code: 'wallet-balance-short' });
      expect(await market.faults()).toEqual([]);
    });

    test('a refund gives back what may be bought of a limited product', async () => {
      const limited = await market.sell({ limits: { maxPerOrder: 10, maxPerBuyer: 2 } });
      const as = await market.buyer(400);
      const order = { productId: limited.productId, quantity: 2, whenOutOfStock: 'wait' };
      const first = await market.place(as, order);
      await market.pay(as, first);
      const second = await market.place(as, order);
      expect((await market.pay(as, second)).body['code']).toBe('buyer-limit-reached');
      market.pass(1_800);
      await market.settle(first);
      const third = await market.place(as, order);
      expect((await market.pay(as, third)).body['status']).toBe('captured');
      expect(await market.faults()).toEqual([]);
    });

    test('a refunded large order gives its keys back chunk by chunk, save those of a batch in quarantine', async () => {
      const [good = '', bad = ''] = [...(await market.stock(shop, 40)), ...(await market.stock(shop, 40))];
      const as = await market.buyer(100 * 70);
      const orderId = await market.place(as, { productId: shop.productId, quantity: 70, whenOutOfStock: 'wait' });
      await market.pay(as, orderId);
      const offers = await offersNow();
      for (const from of [0, 32]) {
        const order = present(await market.spine.orders.get(orderId));
        const change = deliverKeys(order, policy, offers.slice(from, from + 32), market.spine.now());
        expect(await market.spine.commit(change, market.spine.now())).toBe('committed');
      }
      await market.api('quarantineBatch', { as: shop.merchant, params: { batchId: bad }, body: { reason: 'bad' } });
      market.pass(1_800);
      await market.settle(orderId);
      expect(await read(as, orderId)).toMatchObject({ status: 'refunded', refundedMinor: 7_000 });
      expect(new Set((await offersNow()).map(({ batchId }) => batchId))).toEqual(new Set([good]));
      expect(await offersNow()).toHaveLength(40);
      const { keys } = await market.holdings();
      expect(keys.filter(({ owner }) => owner !== undefined)).toEqual([]);
      await market.api('liftQuarantine', { as: market.operator, params: { batchId: bad } });
      expect(await offersNow()).toHaveLength(80);
      expect(await market.faults()).toEqual([]);
    });
  });

  describe('a conflict between transactions', () => {
    const cancelled = (...codes: string[]) =>
      new TransactionCanceledException({
        message: 'Transaction cancelled',
        $metadata: {},
        CancellationReasons: codes.map((Code) => ({ Code })),
      });

    /** A client whose transactions fail so often before they come through. */
    const disturbed = (failures: number, error: () => Error) => {
      let seen = 0;
      const send = async (command: never): Promise<unknown> => {
        if ((command as object) instanceof TransactWriteCommand) {
          seen += 1;
          if (seen <= failures) throw error();
        }
        return backend.client.send(command);
      };
      const surroundings = { ...realSurroundings, sleep: async () => {} };
      return { gateway: new TableGateway({ send } as unknown as DocumentClient, surroundings), attempts: () => seen };
    };

    const sellThrough = async (failures: number, error: () => Error) => {
      await market.stock(shop, 1);
      const { change, now } = await decide(await offersNow());
      const { gateway, attempts } = disturbed(failures, error);
      return { attempts, outcome: commitOrderChange(gateway, market.names)(change, now) };
    };

    test.each([['TransactionConflict'], ['ThrottlingError'], ['ProvisionedThroughputExceeded']])(
      'by %s is tried again until it comes through, and sells once',
      async (code) => {
        const { outcome } = await sellThrough(maxTransactionAttempts - 1, () => cancelled('None', code, 'None'));
        expect(await outcome).toEqual({ outcome: 'committed' });
        expect(await market.faults()).toEqual([]);
      },
    );

    test('beside a failed condition decides nothing: the order that another call is paying is not a wallet too small', async () => {
      const { outcome } = await sellThrough(1, () => cancelled('TransactionConflict', 'ConditionalCheckFailed'));
      expect(await outcome).toEqual({ outcome: 'committed' });
      expect(await market.faults()).toEqual([]);
    });

    test('that never leaves a failed condition alone leaves the condition as the answer', async () => {
      const { outcome, attempts } = await sellThrough(1_000, () =>
        cancelled('ConditionalCheckFailed', 'TransactionConflict'),
      );
      expect(await outcome).toEqual({ outcome: 'order-moved' });
      expect(attempts()).toBe(maxTransactionAttempts);
    });

    test('that does not end is given up after a bounded number of attempts, and nothing has moved', async () => {
      const { outcome, attempts } = await sellThrough(1_000, () => cancelled('TransactionConflict'));
      await expect(outcome).rejects.toThrow('Transaction cancelled');
      expect(attempts()).toBe(maxTransactionAttempts);
      expect(await offersNow()).toHaveLength(1);
      expect(await market.faults()).toEqual([]);
    });

    test.each([
      ['a cancellation for another reason', () => cancelled('None', 'ValidationError')],
      ['a fault of another kind', () => new Error('socket hang up')],
    ])('%s is not tried again', async (_name, error) => {
      const { outcome, attempts } = await sellThrough(1_000, error);
      await expect(outcome).rejects.toThrow();
      expect(attempts()).toBe(1);
    });
  });

  test('the lane of a key is always the same, and keys spread over all lanes', async () => {
    await market.stock(shop, 60);
    const offers = await offersNow();
    for (const { keyId, lane } of offers) expect(laneOf(keyId)).toBe(lane);
    expect(new Set(offers.map(({ lane }) => lane)).size).toBe(publicLanes.length);
  });
});
