import fc from 'fast-check';
import { expect, test } from 'vitest';
import { keepPromise, settleShortage } from '../../../../core/escrow/keep-promise.ts';
import { chunkReturned } from '../../../../core/escrow/refund-escrow.ts';
import { confirmOrder } from '../../../../core/escrow/release-escrow.ts';
import { deliverKeys, offersWanted } from '../../../../core/fulfilment/deliver-order.ts';
import type { Order } from '../../../../core/orders/order.ts';
import type { OrderChange } from '../../../../core/orders/order-change.ts';
import { captureFromWallet } from '../../../../core/payments/capture-order.ts';
import { addSeconds, type Instant } from '../../../../core/shared/instant.ts';
import { noon, offers, placed, policy } from '../../../support/sample-orders.ts';

const plan = fc.record({
  quantity: fc.oneof(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 200 })),
  priceMinor: fc.integer({ min: 1, max: 5_000_000 }),
  whenOutOfStock: fc.constantFrom('refuse' as const, 'wait' as const),
  allowPartial: fc.boolean(),
  maxPerBuyer: fc.option(fc.integer({ min: 200, max: 300 }), { nil: undefined }),
  stock: fc.nat(220),
});

const event = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('pass' as const), seconds: fc.nat(1_000) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('restock' as const), keys: fc.nat(100) }) },
  { weight: 3, arbitrary: fc.constant({ kind: 'pay' as const }) },
  { weight: 4, arbitrary: fc.constant({ kind: 'deliver' as const }) },
  { weight: 4, arbitrary: fc.constant({ kind: 'keep' as const }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'confirm' as const }) },
);

/** One order, the money it moves and the keys it takes, with no table anywhere. */
const life = (of: typeof plan extends fc.Arbitrary<infer Plan> ? Plan : never) => {
  let order: Order = placed(of, {
    priceMinor: of.priceMinor,
    limits: { maxPerOrder: 1_000, ...(of.maxPerBuyer !== undefined && { maxPerBuyer: of.maxPerBuyer }) },
  });
  let now: Instant = noon;
  let stock = of.stock;
  let wallet = order.amountMinor;
  let bought = 0;
  const balances = new Map<string, number>();
  const booked = new Set<string>();

  const apply = (change: OrderChange): void => {
    expect(change.from).toBe(order);
    expect(change.to.seq).toBe(order.seq + 1);
    for (const { entryId, legs } of change.entries) {
      expect(booked.has(entryId)).toBe(false);
      booked.add(entryId);
      expect(legs.reduce((sum, { amountMinor }) => sum + amountMinor, 0)).toBe(0);
      for (const { account, amountMinor } of legs) balances.set(account, (balances.get(account) ?? 0) + amountMinor);
    }
    if (change.wallet) {
      expect(wallet).toBeGreaterThanOrEqual(change.wallet.atLeastMinor);
      wallet += change.wallet.deltaMinor;
    }
    bought += change.bought?.delta ?? 0;
    stock -= change.take.length;
    expect(stock).toBeGreaterThanOrEqual(0);
    order = change.to;
  };

  const keep = (): 'acted' | 'waits' | 'settled' => {
    const duty = keepPromise(order, policy, offers(Math.min(stock, offersWanted(order))), now);
    switch (duty.kind) {
      case 'settled':
        return 'settled';
      case 'wait':
        expect(duty.dueAt > now).toBe(true);
        return 'waits';
      case 'redeliver':
        apply(duty.recheck);
        return 'acted';
      case 'return-keys':
        stock += Math.min(32, order.boundQuantity - 32 * order.chunksReturned);
        order = chunkReturned(order);
        return 'acted';
      case 'change': {
        // Nothing happens before its time: a refund or part at the promise, a release at the end of the hold.
        const time = order.status === 'captured' ? order.promiseAt : order.releaseAt;
        expect(time !== undefined && time <= now).toBe(true);
        apply(duty.change);
        return 'acted';
      }
    }
  };

  const deliver = (): void => {
    if (order.status !== 'captured' || (order.promiseAt ?? now) <= now) return;
    const found = offers(Math.min(stock, offersWanted(order)));
    const next =
      found.length >= offersWanted(order)
        ? deliverKeys(order, policy, found, now)
        : settleShortage(order, policy, found, now);
    if (next) apply(next);
  };

  return {
    act: (what: typeof event extends fc.Arbitrary<infer Event> ? Event : never): void => {
      switch (what.kind) {
        case 'pass':
          now = addSeconds(now, what.seconds);
          break;
        case 'restock':
          stock += what.keys;
          break;
        case 'pay': {
          const found = { offers: offers(Math.min(stock, 32)), count: Math.min(stock, order.quantity) };
          const change = captureFromWallet(order, policy, found, now);
          if (change.ok && change.value) apply(change.value);
          break;
        }
        case 'deliver':
          deliver();
          break;
        case 'keep':
          keep();
          break;
        case 'confirm': {
          const change = confirmOrder(order, () => policy, now);
          if (change.ok && change.value) apply(change.value);
        }
      }
    },
    /** Lets time pass until nothing remains to be done. */
    settle: (): void => {
      for (let step = 0; step < 100; step += 1) {
        const outcome = keep();
        if (outcome === 'settled') return;
        if (outcome === 'waits') now = addSeconds(now, 600);
        // A wait of days needs no 100 steps.
        if (order.status === 'delivered' && order.releaseAt !== undefined) now = order.releaseAt;
      }
      throw new Error(`The order does not come to rest: ${order.status}`);
    },
    keep,
    get order() {
      return order;
    },
    get stock() {
      return stock;
    },
    get wallet() {
      return wallet;
    },
    get bought() {
      return bought;
    },
    balances,
  };
};

test('whatever happens to an order, its money adds up at each step and escrow is empty once it is closed', () => {
  fc.assert(
    fc.property(plan, fc.array(event, { maxLength: 30 }), (of, events) => {
      const it = life(of);
      const { amountMinor, unitPriceMinor, quantity } = it.order;
      for (const each of events) {
        it.act(each);
        const escrow = it.balances.get('escrow:ord_a') ?? 0;
        const { status, refundedMinor } = it.order;
        const held = status === 'captured' || status === 'delivered' ? amountMinor - refundedMinor : 0;
        expect(escrow).toBe(held);
        expect(it.wallet - amountMinor).toBe(it.balances.get('wallet:acc_buyer') ?? 0);
      }
      it.settle();
      expect(it.balances.get('escrow:ord_a') ?? 0).toBe(0);
      const sum = [...it.balances.values()].reduce((total, balance) => total + balance, 0);
      expect(sum).toBe(0);
      // What the buyer paid in the end is the price of the keys he got.
      const got = it.order.deliveredAt === undefined ? 0 : it.order.boundQuantity;
      expect(amountMinor - it.wallet).toBe(got * unitPriceMinor);
      expect([0, quantity].includes(got) || it.order.allowPartial).toBe(true);
      if (of.maxPerBuyer !== undefined) expect(it.bought).toBe(got);
    }),
    { numRuns: 1_000 },
  );
});

test('an order that came to rest stays as it is, however often it is looked at', () => {
  fc.assert(
    fc.property(plan, fc.array(event, { maxLength: 20 }), (of, events) => {
      const it = life(of);
      for (const each of events) it.act(each);
      it.settle();
      const before = structuredClone(it.order);
      for (let look = 0; look < 3; look += 1) {
        it.act({ kind: 'pass', seconds: 1_000 });
        expect(it.keep()).toBe('settled');
        it.act({ kind: 'pay' });
        it.act({ kind: 'deliver' });
      }
      // Only an order that nobody paid may still be paid.
      if (before.status !== 'placed') expect(it.order).toEqual(before);
    }),
  );
});

test('no key is lost: what an order does not deliver is in stock again', () => {
  fc.assert(
    fc.property(plan, fc.array(event, { maxLength: 30 }), (of, events) => {
      const it = life(of);
      for (const each of events) it.act(each);
      it.settle();
      const restocked = events.reduce((sum, each) => sum + (each.kind === 'restock' ? each.keys : 0), 0);
      const got = it.order.deliveredAt === undefined ? 0 : it.order.boundQuantity;
      expect(it.stock + got).toBe(of.stock + restocked);
    }),
  );
});
