import { generateKeyPairSync } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { AlipayChannel } from '../../../../adapters/channels/alipay.ts';
import { kindOfFault } from '../../../../adapters/channels/alipay-codes.ts';
import {
  ChannelNotConfigured,
  ChannelUnavailable,
  type TradeToOpen,
} from '../../../../adapters/channels/payment-channel.ts';
import { type ChannelMarket, openChannelMarket } from '../../../support/channel-gateway.ts';

let market: ChannelMarket;
let alipay: AlipayChannel;
let paymentId: string;
let count = 0;

const setup = () => ({
  signing: market.credentials.signing.alipay,
  verifying: market.credentials.verifying.alipay,
  gatewayUrl: market.gateway.alipayUrl,
  notifyUrl: `${market.notifyBaseUrl}/v1/channels/alipay/notifications`,
  now: () => new Date().toISOString(),
});
const trade = (changed: Partial<TradeToOpen> = {}): TradeToOpen => ({
  paymentId,
  amountMinor: 1,
  subject: 'A=B & C/D 点卡',
  expiresAt: new Date(Date.now() + 600_000).toISOString(),
  scene: 'page',
  ...changed,
});
const refund = () => ({ refundId: `${paymentId}_r`, paymentId, amountMinor: 1, paidMinor: 1, reason: 'late' });
const openAndPay = async () => {
  await alipay.open(trade({ scene: 'qr' }));
  market.gateway.pay('alipay', paymentId);
};

beforeAll(async () => {
  market = await openChannelMarket();
  alipay = new AlipayChannel(setup());
});
afterAll(() => market.stop());
beforeEach(() => {
  market.gateway.order({});
  count += 1;
  paymentId = `pay_alipay_${count}`;
});

describe('an order for Alipay', () => {
  it('for a page is an address that leads to the pay page of exactly this trade', async () => {
    const expiresAt = new Date(Date.now() + 600_900).toISOString();
    const opened = await alipay.open(trade({ expiresAt, returnUrl: 'https://shop.example/back?a=1&b=2' }));
    if (opened.kind !== 'redirect') throw new Error(opened.kind);
    const visit = await fetch(opened.url, { redirect: 'manual' });
    expect(visit.status).toBe(302);
    const booked = market.gateway.book.find('alipay', paymentId);
    expect(visit.headers.get('location')).toBe(booked && market.gateway.payPage(booked));
    expect(booked).toMatchObject({
      amountMinor: 1,
      subject: 'A B   C D 点卡',
      scene: 'page',
      returnUrl: 'https://shop.example/back?a=1&b=2',
      notifyUrl: setup().notifyUrl,
      // In whole seconds, and never later than what was asked for.
      expiresAt: `${expiresAt.slice(0, 19)}.000Z`,
    });
    expect(await alipay.query(paymentId)).toEqual({ state: 'open' });
  });

  it('for an app is a signed text that Alipay accepts', async () => {
    const opened = await alipay.open(trade({ scene: 'app' }));
    if (opened.kind !== 'app') throw new Error(opened.kind);
    const visit = await fetch(`${market.gateway.alipayUrl}?${opened.parameters}`, { redirect: 'manual' });
    expect(visit.status).toBe(302);
    expect(market.gateway.book.find('alipay', paymentId)).toMatchObject({ scene: 'app', amountMinor: 1 });
  });

  it('does not exist at Alipay while nobody scanned its code', async () => {
    await alipay.open(trade({ scene: 'qr' }));
    expect(await alipay.query(paymentId)).toEqual({ state: 'unknown' });
    expect(await alipay.close(paymentId)).toBe('closed');
  });

  it('in a scene that Alipay has not is refused', async () => {
    await expect(alipay.open(trade({ scene: 'jsapi' }))).rejects.toMatchObject({ reason: 'refused' });
  });
});

describe('a call to Alipay', () => {
  it.each(['unavailable', 'cut', 'system-error', 'forged'] as const)(
    'that meets %s can be made again',
    async (fault) => {
      await openAndPay();
      market.gateway.order({ calls: [{ fault }] });
      await expect(alipay.query(paymentId)).rejects.toThrow(ChannelUnavailable);
      await expect(alipay.queryRefund(refund())).rejects.toThrow(ChannelUnavailable);
      await expect(alipay.close(paymentId)).rejects.toThrow(ChannelUnavailable);
      market.gateway.order({});
      expect(await alipay.query(paymentId)).toMatchObject({ state: 'paid' });
    },
  );

  it('is given up in time when Alipay is silent', async () => {
    market.gateway.order({ calls: [{ fault: 'silent' }] });
    const hasty = new AlipayChannel({ ...setup(), timeoutMs: 150 });
    const began = performance.now();
    await expect(hasty.query(paymentId)).rejects.toThrow(ChannelUnavailable);
    expect(performance.now() - began).toBeLessThan(3_000);
  });

  it('whose connection was closed under it is made once more', async () => {
    market.gateway.order({ calls: [{ fault: 'cut', times: 1 }] });
    expect(await alipay.query(paymentId)).toEqual({ state: 'unknown' });
  });

  it('that nobody listens to can be made again', async () => {
    const nowhere = new AlipayChannel({ ...setup(), gatewayUrl: 'http://127.0.0.1:9/gateway.do' });
    await expect(nowhere.query(paymentId)).rejects.toThrow(ChannelUnavailable);
  });

  it('with a key that Alipay does not know of us needs a person', async () => {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const stranger = new AlipayChannel({ ...setup(), signing: async () => ({ privateKey }) });
    await expect(stranger.query(paymentId)).rejects.toThrow(ChannelNotConfigured);
  });

  it('for an app that Alipay does not know needs a person', async () => {
    const verifying = async () => ({ ...(await market.credentials.verifying.alipay()), appId: '2021000000000000' });
    await expect(new AlipayChannel({ ...setup(), verifying }).query(paymentId)).rejects.toThrow(ChannelNotConfigured);
  });

  it('is not answered by somebody else in Alipay’s name', async () => {
    const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const verifying = async () => ({ ...(await market.credentials.verifying.alipay()), publicKey });
    await expect(new AlipayChannel({ ...setup(), verifying }).query(paymentId)).rejects.toThrow(ChannelUnavailable);
  });

  it('uses a changed key from the moment that it is read', async () => {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    let isChanged = false;
    const right = await market.credentials.signing.alipay();
    const changing = new AlipayChannel({ ...setup(), signing: async () => (isChanged ? { privateKey } : right) });
    expect(await changing.query(paymentId)).toEqual({ state: 'unknown' });
    isChanged = true;
    await expect(changing.query(paymentId)).rejects.toThrow(ChannelNotConfigured);
  });

  it('says in its error what Alipay answered, and nothing of the buyer or of a key', async () => {
    await openAndPay();
    market.gateway.order({ calls: [{ fault: 'forged' }] });
    const error: unknown = await alipay.query(paymentId).catch((thrown: unknown) => thrown);
    expect(JSON.stringify([String(error), error])).not.toMatch(/trade_no|total_amount|sign/);
  });
});

describe('a refund by Alipay', () => {
  it('that it says leaves nothing is confirmed where it was ours that took the rest', async () => {
    await openAndPay();
    market.gateway.order({ calls: [{ operation: 'refund', fault: 'already-refunded' }] });
    expect(await alipay.refund(refund())).toMatchObject({ outcome: 'confirmed' });
  });

  it('of a trade that it says it does not know needs a person, and is not made', async () => {
    await openAndPay();
    market.gateway.order({ calls: [{ operation: 'refund', fault: 'unknown' }] });
    expect(await alipay.refund(refund())).toMatchObject({
      outcome: 'refused',
      detail: expect.stringContaining('NOT_EXIST'),
    });
    expect(await alipay.queryRefund(refund())).toEqual({ outcome: 'unknown' });
  });

  it('that it did and could not say is confirmed when sent again, and money moved once', async () => {
    await openAndPay();
    market.gateway.order({ calls: [{ operation: 'refund', fault: 'system-error-after', times: 1 }] });
    await expect(alipay.refund(refund())).rejects.toThrow(ChannelUnavailable);
    expect(await alipay.refund(refund())).toMatchObject({ outcome: 'confirmed' });
    expect(market.gateway.book.refundedMinor('alipay', paymentId)).toBe(1);
  });

  it('of all that was paid ends the trade there', async () => {
    await openAndPay();
    await alipay.refund(refund());
    expect(await alipay.query(paymentId)).toEqual({ state: 'closed' });
  });
});

describe('the codes of Alipay', () => {
  it.each([
    ['20000', 'isp.unknow-error', 'passing'],
    ['20000', 'aop.unknow-error', 'passing'],
    ['40004', 'ACQ.SYSTEM_ERROR', 'passing'],
    ['40004', 'aop.ACQ.SYSTEM_ERROR', 'passing'],
    ['40004', 'AQC.SYSTEM_ERROR', 'passing'],
    ['40005', '', 'passing'],
    ['40002', 'isv.invalid-signature', 'credentials'],
    ['40002', 'isv.invalid-app-id', 'credentials'],
    ['40006', 'isv.insufficient-isv-permissions', 'credentials'],
    ['40004', 'ACQ.TRADE_NOT_EXIST', 'business'],
    ['40002', 'isv.invalid-parameter', 'business'],
  ] as const)('%s %s is %s', (code, subCode, kind) => expect(kindOfFault(code, subCode)).toBe(kind));
});
