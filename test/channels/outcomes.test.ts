import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Channel, channels } from '../../core/payments/channel.ts';
import { addSeconds } from '../../core/shared/instant.ts';
import type { TestCaller } from '../support/test-rooms.ts';
import { type ChannelHouse, openChannelHouse, price } from './channel-house.ts';

let house: ChannelHouse;
beforeEach(async () => {
  house = await openChannelHouse();
});
afterEach(async () => {
  await house.stop();
});

/** A buyer with an unpaid order of a product in stock, and a payment that he began for it. */
const begun = async (channel: Channel, order: object = {}, keys = 5) => {
  const shop = await house.shop(keys);
  const buyer = await house.buyer();
  const orderId = await house.market.place(buyer, { productId: shop.productId, ...order });
  return { ...shop, buyer, orderId, paymentId: await house.begin(buyer, orderId, channel) };
};

/** WeChat Pay confirms a refund by a notification a moment later, Alipay in its answer. */
const confirmed = async (buyer: TestCaller, paymentId: string): Promise<void> => {
  await expect
    .poll(async () => (await house.payment(buyer, paymentId))['refunds'], { timeout: 20_000, interval: 5 })
    .toMatchObject([{ status: 'confirmed' }]);
};

const unpaidSeconds = 900;
/** Alipay dates no signature: a replay of its notifications is told by what stands already. */
const twistsOf = {
  alipay: ['forged', 'foreign', 'wrongly-encoded'],
  wechat_pay: ['forged', 'foreign', 'wrongly-encoded', 'stale'],
} as const;
const other = { alipay: 'wechat_pay', wechat_pay: 'alipay' } as const;

describe.each(channels)('a payment through %s', (channel) => {
  test('captures its order and delivers the keys with it', async () => {
    const { buyer, orderId, paymentId } = await begun(channel, { quantity: 2 });
    house.gateway.pay(channel, paymentId);
    await house.told(1);
    expect(house.taken).toEqual([{ result: 'received', paymentId }]);
    expect(await house.order(buyer, orderId)).toMatchObject({
      status: 'delivered',
      deliveredQuantity: 2,
      payment: { paymentId, channel },
    });
    expect(await house.payment(buyer, paymentId)).toMatchObject({
      status: 'received',
      outcome: 'captured',
      refunds: [],
    });
    expect(await house.balances()).toEqual({ [`channel:${channel}`]: -2 * price, [`escrow:${orderId}`]: 2 * price });
    expect(await house.audit()).toEqual([]);
  });

  test('that is notified ten times at once burns one key and books once', async () => {
    const { buyer, orderId, paymentId } = await begun(channel);
    house.gateway.order({ notifications: { copies: 10 } });
    house.gateway.pay(channel, paymentId);
    await house.told(10);
    const results = house.taken.map(({ result }) => result).sort();
    expect(results).toEqual([...Array(9).fill('known'), 'received']);
    expect(await house.order(buyer, orderId)).toMatchObject({ status: 'delivered', deliveredQuantity: 1 });
    expect(await house.balances()).toEqual({ [`channel:${channel}`]: -price, [`escrow:${orderId}`]: price });
    expect(await house.audit()).toEqual([]);
  });

  test('that is notified before its record can be read is asked for again, and booked then', async () => {
    const { buyer, orderId, paymentId } = await begun(channel);
    const { payments } = house.spine;
    const get = payments.get.bind(payments);
    let looks = 0;
    payments.get = async (id) => {
      looks += 1;
      return looks === 1 ? undefined : get(id);
    };
    house.gateway.pay(channel, paymentId);
    await house.told(2);
    expect(house.taken.map(({ result }) => result)).toEqual(['unknown-payment', 'received']);
    expect(await house.order(buyer, orderId)).toMatchObject({ status: 'delivered' });
    expect(await house.audit()).toEqual([]);
  });

  test('that is never notified is found by query', async () => {
    const { buyer, orderId, paymentId } = await begun(channel);
    house.gateway.order({ notifications: { lose: 'all' } });
    house.gateway.pay(channel, paymentId);
    house.market.pass(59);
    await house.settleDue();
    expect(await house.order(buyer, orderId)).toMatchObject({ status: 'placed' });
    house.market.pass(2);
    await house.settleDue();
    expect(await house.order(buyer, orderId)).toMatchObject({ status: 'delivered' });
    expect(house.taken).toEqual([]);
    expect(await house.audit()).toEqual([]);
  });

  test('that nobody pays is closed at the channel when it has run out, and can be paid no more', async () => {
    const { buyer, paymentId } = await begun(channel);
    house.market.pass(unpaidSeconds + 6);
    await house.settleDue();
    expect(await house.payment(buyer, paymentId)).toMatchObject({ status: 'closed' });
    expect(house.gateway.pay(channel, paymentId)?.outcome).not.toBe('paid');
    expect(await house.audit()).toEqual([]);
  });

  test('for an order that was cancelled, or paid otherwise, is closed at the next look', async () => {
    const { buyer, orderId, paymentId } = await begun(channel);
    await house.market.api('cancelOrder', { as: buyer, params: { orderId } });
    house.gateway.see(channel, paymentId);
    house.market.pass(61);
    await house.settleDue();
    expect(await house.payment(buyer, paymentId)).toMatchObject({ status: 'closed' });
  });

  test('whose code nobody scanned is watched to its end, though its order was cancelled', async () => {
    const { buyer, orderId, paymentId } = await begun('alipay');
    await house.market.api('cancelOrder', { as: buyer, params: { orderId } });
    house.market.pass(61);
    await house.settleDue();
    house.gateway.order({ notifications: { lose: 'all' } });
    house.gateway.pay('alipay', paymentId);
    house.market.pass(121);
    await house.settleDue();
    expect(await house.payment(buyer, paymentId)).toMatchObject({ outcome: 'late' });
  });

  test('that comes after its order ran out goes back by the route it came', async () => {
    const { buyer, orderId, paymentId } = await begun(channel);
    house.market.pass(unpaidSeconds + 10);
    house.gateway.pay(channel, paymentId, { evenIfClosed: true });
    await house.told(1);
    expect(await house.order(buyer, orderId)).toMatchObject({ status: 'expired' });
    expect(await house.payment(buyer, paymentId)).toMatchObject({
      outcome: 'late',
      refunds: [{ reason: 'late', status: 'committed', amountMinor: price }],
    });
    expect(await house.balances()).toEqual({ [`channel:${channel}`]: -price, [`refunds:${paymentId}`]: price });
    await house.settleDue();
    await confirmed(buyer, paymentId);
    expect(await house.balances()).toEqual({});
    expect(await house.audit()).toEqual([]);
  });

  test('that comes after its order ran out is delivered if the order asked for it and stock allows', async () => {
    const wanted = await begun(channel, { whenPaidLate: 'deliver' });
    const wantedInVain = await begun(channel, { whenPaidLate: 'deliver' });
    const rival = await house.market.buyer(5 * price);
    house.market.pass(unpaidSeconds + 10);
    const bought = await house.market.place(rival, { productId: wantedInVain.productId, quantity: 5 });
    await house.market.pay(rival, bought);
    for (const { paymentId } of [wanted, wantedInVain]) house.gateway.pay(channel, paymentId, { evenIfClosed: true });
    await house.told(2);
    expect(await house.order(wanted.buyer, wanted.orderId)).toMatchObject({ status: 'delivered' });
    expect(await house.payment(wantedInVain.buyer, wantedInVain.paymentId)).toMatchObject({ outcome: 'late' });
    expect(await house.audit()).toEqual([]);
  });

  test.each([
    ['short', -1, price - 1, undefined],
    ['over', 10, 10, price],
  ] as const)(
    'that brings a %s amount passes it through suspense and gives it back',
    async (outcome, deltaMinor, back, kept) => {
      const { buyer, orderId, paymentId } = await begun(channel);
      house.gateway.pay(channel, paymentId, { deltaMinor });
      await house.told(1);
      expect(await house.payment(buyer, paymentId)).toMatchObject({
        outcome,
        paidMinor: price + deltaMinor,
        refunds: [{ reason: outcome, amountMinor: back }],
      });
      expect(await house.order(buyer, orderId)).toMatchObject({ status: kept ? 'delivered' : 'placed' });
      await house.settleDue();
      await confirmed(buyer, paymentId);
      expect(await house.balances()).toEqual(
        kept ? { [`channel:${channel}`]: -kept, [`escrow:${orderId}`]: kept } : {},
      );
      expect(await house.audit()).toEqual([]);
    },
  );

  test('and one through the other channel for the same order: the second goes back through its own', async () => {
    const { buyer, orderId, paymentId } = await begun(channel);
    const second = await house.begin(buyer, orderId, other[channel]);
    house.gateway.pay(channel, paymentId);
    await house.told(1);
    house.gateway.pay(other[channel], second);
    await house.told(2);
    expect(await house.payment(buyer, second)).toMatchObject({
      outcome: 'duplicate',
      refunds: [{ channel: other[channel] }],
    });
    await house.settleDue();
    await confirmed(buyer, second);
    expect(await house.balances()).toEqual({ [`channel:${channel}`]: -price, [`escrow:${orderId}`]: price });
    expect(await house.order(buyer, orderId)).toMatchObject({ status: 'delivered', deliveredQuantity: 1 });
    expect(await house.audit()).toEqual([]);
  });

  test.each(twistsOf[channel])('with a notification that is %s changes nothing, and says so', async (twist) => {
    const { buyer, orderId, paymentId } = await begun(channel);
    house.gateway.order({ notifications: { twist } });
    house.gateway.pay(channel, paymentId);
    await house.told(1);
    expect(house.taken[0]).toMatchObject({ result: 'refused' });
    expect(await house.order(buyer, orderId)).toMatchObject({ status: 'placed' });
    expect(await house.payment(buyer, paymentId)).toMatchObject({ status: 'open' });
    expect(await house.balances()).toEqual({});
    expect(await house.audit()).toEqual([]);
  });

  test('is not taken for one of the same number that the other channel tells of', async () => {
    const { buyer, orderId, paymentId } = await begun(channel);
    const expiresAt = addSeconds(house.market.now(), 600);
    const namesake = { paymentId, amountMinor: price, subject: 'another shop', expiresAt, scene: 'qr' } as const;
    await house.channelOf(other[channel]).open(namesake);
    house.gateway.order({ notifications: { copies: 1 } });
    house.gateway.pay(other[channel], paymentId);
    await house.told(1);
    expect(house.taken[0]).toEqual({ result: 'unknown-payment', paymentId });
    expect(await house.order(buyer, orderId)).toMatchObject({ status: 'placed' });
    expect(await house.payment(buyer, paymentId)).toMatchObject({ status: 'open' });
    expect(await house.balances()).toEqual({});
  });

  test('that would lift the buyer over his limit goes back', async () => {
    const shop = await house.shop(9, { limits: { maxPerOrder: 2, maxPerBuyer: 2 } });
    const buyer = await house.buyer();
    const orders = await Promise.all(
      [0, 1].map(() => house.market.place(buyer, { productId: shop.productId, quantity: 2 })),
    );
    const ids = await Promise.all(orders.map((orderId) => house.begin(buyer, orderId, channel)));
    for (const paymentId of ids) {
      house.gateway.pay(channel, paymentId);
      await house.told(ids.indexOf(paymentId) + 1);
    }
    const outcomes = await Promise.all(
      ids.map(async (paymentId) => (await house.payment(buyer, paymentId))['outcome']),
    );
    expect(outcomes).toEqual(['captured', 'limit-reached']);
    expect(await house.audit()).toEqual([]);
  });

  test('that captures an order without stock is refunded through the channel by its promise', async () => {
    const { buyer, orderId, paymentId } = await begun(channel, { whenOutOfStock: 'wait', quantity: 9 });
    house.gateway.pay(channel, paymentId);
    await house.told(1);
    expect(await house.order(buyer, orderId)).toMatchObject({ status: 'captured' });
    house.market.pass(1_801);
    await house.market.settle(orderId);
    expect(await house.order(buyer, orderId)).toMatchObject({ status: 'refunded', refundedMinor: 9 * price });
    expect(await house.balances()).toEqual({ [`channel:${channel}`]: -9 * price, [`refunds:${paymentId}`]: 9 * price });
    await house.settleDue();
    await confirmed(buyer, paymentId);
    expect(await house.balances()).toEqual({});
    expect(await house.audit()).toEqual([]);
  });

  test('of a large order serves it in chunks', async () => {
    const { buyer, orderId, paymentId, productId } = await begun(channel, { quantity: 40 }, 45);
    house.gateway.pay(channel, paymentId);
    await house.told(1);
    await house.market.deliver({ productId });
    expect(await house.order(buyer, orderId)).toMatchObject({ status: 'delivered', deliveredQuantity: 40 });
    expect(await house.audit()).toEqual([]);
  });

  test('fills a wallet, and what the wallet may not hold goes back', async () => {
    const buyer = await house.buyer();
    const topUp = async (amountMinor: number) => {
      const body = { channel, scene: 'qr', amountMinor, currency: 'CNY' };
      const { body: answer } = await house.api('startTopUp', { as: buyer, body });
      const paymentId = String(answer['paymentId']);
      const before = house.taken.length;
      house.gateway.pay(channel, paymentId);
      await house.told(before + 1);
      return house.payment(buyer, paymentId);
    };
    expect(await topUp(1_000_000_000)).toMatchObject({ outcome: 'credited', purpose: 'top-up', refunds: [] });
    expect(await topUp(1)).toMatchObject({ outcome: 'limit-reached', refunds: [{ amountMinor: 1 }] });
    expect((await house.market.api('readOwnWallet', { as: buyer })).body['balanceMinor']).toBe(1_000_000_000);
    const list = await house.api('listTopUps', { as: buyer });
    expect(list.body['items']).toHaveLength(2);
    expect(await house.audit()).toEqual([]);
  });
});

describe.each(channels)('a refund through %s', (channel) => {
  /** A payment that came too little, whose refund is committed and due. */
  const owed = async () => {
    const { buyer, paymentId } = await begun(channel);
    house.gateway.pay(channel, paymentId, { deltaMinor: -1 });
    await house.told(1);
    const refundOf = async () => (await house.payment(buyer, paymentId))['refunds'];
    return { paymentId, refundOf, isConfirmed: () => confirmed(buyer, paymentId) };
  };
  const refundedAtChannel = (paymentId: string) => house.gateway.book.refundsOf(channel, paymentId);

  test.each(['unavailable', 'cut', 'system-error'] as const)(
    'while the channel is %s stands in the books at once, is visible, and is confirmed later',
    async (fault) => {
      const { paymentId, refundOf, isConfirmed } = await owed();
      house.gateway.order({ calls: [{ operation: 'refund', fault }] });
      await house.settleDue();
      expect(await refundOf()).toMatchObject([{ status: 'committed', trouble: 'channel-unavailable', attempts: 1 }]);
      const waiting = await house.api('listUnconfirmedRefunds', { as: house.market.operator });
      expect(waiting.body['items']).toMatchObject([{ paymentId, trouble: 'channel-unavailable' }]);
      expect(await house.balances()).toMatchObject({ [`refunds:${paymentId}`]: price - 1 });
      house.gateway.order({});
      house.market.pass(31);
      await house.settleDue();
      await isConfirmed();
      expect(refundedAtChannel(paymentId)).toHaveLength(1);
      expect(await house.balances()).toEqual({});
      expect(await house.audit()).toEqual([]);
    },
  );

  test.each(['answer-lost', 'system-error-after'] as const)(
    'whose answer is gone (%s) is sent again under its number and paid once',
    async (fault) => {
      const { paymentId, isConfirmed } = await owed();
      // The channel's own word of it is lost too.
      house.gateway.order({ calls: [{ operation: 'refund', fault, times: 1 }], notifications: { lose: 'all' } });
      for (const seconds of [31, 61]) {
        await house.settleDue();
        house.market.pass(seconds);
      }
      await house.settleDue();
      await isConfirmed();
      expect(refundedAtChannel(paymentId)).toMatchObject([{ amountMinor: price - 1 }]);
      expect(await house.balances()).toEqual({});
      expect(await house.audit()).toEqual([]);
    },
  );

  test('that the channel has done already is confirmed', async () => {
    const { isConfirmed } = await owed();
    house.gateway.order({ calls: [{ operation: 'refund', fault: 'already-refunded', times: 1 }] });
    await house.settleDue();
    house.market.pass(31);
    await house.settleDue();
    await isConfirmed();
    expect(await house.balances()).toEqual({});
  });

  test('for which our balance there is short waits, and is paid when it suffices', async () => {
    const { refundOf, isConfirmed } = await owed();
    house.gateway.order({ calls: [{ operation: 'refund', fault: 'balance-short', times: 2 }] });
    await house.settleDue();
    expect(await refundOf()).toMatchObject([{ status: 'committed', trouble: 'balance-short' }]);
    await house.settleDue();
    expect(await refundOf()).toMatchObject([{ attempts: 1 }]);
    for (const seconds of [31, 61]) {
      house.market.pass(seconds);
      await house.settleDue();
    }
    await isConfirmed();
    expect(await house.audit()).toEqual([]);
  });

  test('that the channel will never do stands where people see it', async () => {
    const { paymentId, refundOf } = await owed();
    house.gateway.order({ calls: [{ operation: 'refund', fault: 'refused' }] });
    await house.settleDue();
    expect(await refundOf()).toMatchObject([{ status: 'refused', trouble: 'channel-refused' }]);
    house.market.pass(86_400);
    await house.settleDue();
    expect(house.attempts).toHaveLength(1);
    const query = { status: 'refused' };
    const list = await house.api('listUnconfirmedRefunds', { as: house.market.operator, query });
    expect(list.body['items']).toMatchObject([{ paymentId }]);
    expect(await house.balances()).toMatchObject({ [`refunds:${paymentId}`]: price - 1 });
    expect(await house.audit()).toEqual([]);
  });

  test('that the channel does not answer about is asked about at most once an hour, and never given up', async () => {
    const { isConfirmed } = await owed();
    house.gateway.order({ calls: [{ operation: 'refund', fault: 'unavailable' }] });
    for (let hour = 0; hour < 30; hour += 1) {
      await house.settleDue();
      house.market.pass(3_600);
    }
    expect(house.attempts).toHaveLength(30);
    house.gateway.order({});
    await house.settleDue();
    await isConfirmed();
  });
});

test('a refund that WeChat Pay works on is confirmed by its notification, or by query where that is lost', async () => {
  for (const lose of [0, 'all'] as const) {
    const { buyer, paymentId } = await begun('wechat_pay');
    house.gateway.pay('wechat_pay', paymentId, { deltaMinor: -1 });
    const before = house.taken.length;
    await house.told(before + 1);
    const calls = [{ operation: 'refund' as const, fault: 'processing' as const, times: 1 }];
    house.gateway.order({ calls, refundAfterMs: 20, notifications: { lose } });
    await house.settleDue();
    expect(['processing', 'confirmed']).toContain(house.attempts.find((each) => each.paymentId === paymentId)?.status);
    if (lose === 'all') {
      await new Promise((resolve) => setTimeout(resolve, 60));
      house.market.pass(31);
      await house.settleDue();
    } else await house.told(before + 2);
    await confirmed(buyer, paymentId);
    house.gateway.order({});
  }
  expect(await house.balances()).toEqual({});
  expect(await house.audit()).toEqual([]);
});
