import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ReadNotification } from '../../../../adapters/channels/payment-channel.ts';
import { channels } from '../../../../core/payments/channel.ts';
import { type ChannelMarket, openChannelMarket, until } from '../../../support/channel-gateway.ts';

let market: ChannelMarket;
beforeEach(async () => {
  market = await openChannelMarket();
});
afterEach(() => market.stop());

const paymentId = 'pay_notified_1';

describe.each(channels)('notifications of %s', (channel) => {
  const openAndPay = async (options = {}) => {
    const expiresAt = new Date(Date.now() + 600_000).toISOString();
    const subject = 'Starlight 100 点';
    await market.channels[channel].open({ paymentId, amountMinor: 1_990, subject, expiresAt, scene: 'qr' });
    market.gateway.pay(channel, paymentId, options);
  };
  const heard = async (count: number) => {
    await until(() => market.heard.length >= count, `${count} notifications arrived`);
    return market.heard;
  };
  const done = (count = 1) =>
    until(() => {
      const errands = market.gateway.errandsOf(channel, paymentId);
      return errands.length >= count && errands.every(({ state }) => state === 'done') && errands;
    }, 'every notification is taken');
  const readLast = async (): Promise<ReadNotification> => {
    const last = market.heard.at(-1);
    if (last === undefined) throw new Error('nothing was heard');
    return market.readers[channel].read(last);
  };

  it('say what was paid, once, and are believed', async () => {
    await openAndPay();
    await done();
    expect(market.heard).toHaveLength(1);
    expect(await readLast()).toMatchObject({
      genuine: true,
      notification: { kind: 'receipt', paymentId, paidMinor: 1_990 },
    });
  });

  it('say the same as the query', async () => {
    await openAndPay();
    await done();
    const read = await readLast();
    const { state: _, ...found } = { ...(await market.channels[channel].query(paymentId)) };
    expect(read.genuine && read.notification).toEqual({ kind: 'receipt', ...found });
  });

  it.each([-100, 100])('say that %i fen were paid beside what was asked', async (deltaMinor) => {
    await openAndPay({ deltaMinor });
    await done();
    expect(await readLast()).toMatchObject({ notification: { paidMinor: 1_990 + deltaMinor } });
  });

  it('of a refund are no second receipt', async () => {
    await openAndPay();
    const refundId = `${paymentId}_r`;
    await market.channels[channel].refund({ refundId, paymentId, amountMinor: 990, paidMinor: 1_990, reason: 'late' });
    await done(2);
    const kinds = await Promise.all(
      market.heard.map(async (letter) => {
        const read = await market.readers[channel].read(letter);
        return read.genuine && read.notification.kind;
      }),
    );
    expect(kinds.sort()).toEqual(['receipt', 'refund']);
  });

  it('are sent again, freshly signed, until they are taken', async () => {
    market.gateway.order({ notifications: { twist: 'forged' } });
    await openAndPay();
    await heard(2);
    market.gateway.order({});
    await done();
    expect(await readLast()).toMatchObject({ genuine: true });
    expect(market.gateway.errandsOf(channel, paymentId)[0]?.attempts).toBeGreaterThanOrEqual(3);
  });

  it('that are lost on the way arrive at a later attempt', async () => {
    market.gateway.order({ notifications: { lose: 2 } });
    await openAndPay();
    const [errand] = await done();
    expect(errand?.attempts).toBe(3);
    expect(market.heard).toHaveLength(1);
  });

  it('never arrive where all are lost, and the query still knows', async () => {
    market.gateway.order({ notifications: { lose: 'all' } });
    await openAndPay();
    await until(() => (market.gateway.errandsOf(channel, paymentId)[0]?.attempts ?? 0) >= 3, 'three attempts are lost');
    expect(market.heard).toHaveLength(0);
    expect(await market.channels[channel].query(paymentId)).toMatchObject({ state: 'paid' });
  });

  it('arrive ten times at once where they are repeated', async () => {
    market.gateway.order({ notifications: { copies: 10 } });
    await openAndPay();
    await done();
    expect(market.heard).toHaveLength(10);
  });

  it('wait where they are delayed', async () => {
    market.gateway.order({ notifications: { delayMs: 300 } });
    const began = performance.now();
    await openAndPay();
    await heard(1);
    expect(performance.now() - began).toBeGreaterThanOrEqual(295);
  });

  it.each(['forged', 'foreign', 'wrongly-encoded'] as const)('that are %s are not believed', async (twist) => {
    market.gateway.order({ notifications: { twist } });
    await openAndPay();
    await heard(1);
    const fault = twist === 'wrongly-encoded' ? 'malformed' : twist;
    expect(await readLast()).toMatchObject({ genuine: false, fault });
  });

  it('may be had once more', async () => {
    await openAndPay();
    await done();
    market.gateway.notifyAgain(channel, paymentId);
    await done(2);
    expect(market.heard).toHaveLength(2);
  });
});

it('an old signature is a replay to WeChat Pay’s reader; Alipay’s carry no time of their own', async () => {
  market.gateway.order({ notifications: { twist: 'stale' } });
  const expiresAt = new Date(Date.now() + 600_000).toISOString();
  for (const channel of channels) {
    await market.channels[channel].open({ paymentId, amountMinor: 1, subject: 's', expiresAt, scene: 'qr' });
    market.gateway.pay(channel, paymentId);
  }
  const letter = await until(() => market.heard.find(({ channel }) => channel === 'wechat_pay'), 'WeChat Pay notifies');
  expect(await market.readers.wechat_pay.read(letter)).toMatchObject({ genuine: false, fault: 'stale' });
});
