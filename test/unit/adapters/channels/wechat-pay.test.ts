import { createPublicKey, generateKeyPairSync, verify } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  ChannelNotConfigured,
  ChannelUnavailable,
  type TradeToOpen,
} from '../../../../adapters/channels/payment-channel.ts';
import { WechatPayChannel } from '../../../../adapters/channels/wechat-pay.ts';
import { type ChannelMarket, openChannelMarket } from '../../../support/channel-gateway.ts';

let market: ChannelMarket;
let wechatPay: WechatPayChannel;
let paymentId: string;
let count = 0;

const setup = () => ({
  signing: market.credentials.signing.wechatPay,
  verifying: market.credentials.verifying.wechatPay,
  gatewayUrl: market.gateway.wechatPayUrl,
  notifyUrl: `${market.notifyBaseUrl}/v1/channels/wechat-pay/notifications`,
  now: () => new Date().toISOString(),
});
const trade = (changed: Partial<TradeToOpen> = {}): TradeToOpen => ({
  paymentId,
  amountMinor: 1,
  subject: '点卡'.repeat(50),
  expiresAt: new Date(Date.now() + 600_000).toISOString(),
  scene: 'qr',
  ...changed,
});
const refund = () => ({
  refundId: `${paymentId}_r`,
  paymentId,
  amountMinor: 1,
  paidMinor: 1,
  reason: '迟到'.repeat(50),
});
const openAndPay = async () => {
  await wechatPay.open(trade());
  market.gateway.pay('wechat_pay', paymentId);
};

beforeAll(async () => {
  market = await openChannelMarket();
  wechatPay = new WechatPayChannel(setup());
});
afterAll(() => market.stop());
beforeEach(() => {
  market.gateway.order({});
  count += 1;
  paymentId = `pay_wechat_${count}`;
});

describe('an order for WeChat Pay', () => {
  it('is exact, but for a description that is cut where WeChat Pay’s bytes end', async () => {
    const expiresAt = new Date(Date.now() + 600_900).toISOString();
    await wechatPay.open(trade({ expiresAt }));
    const booked = market.gateway.book.find('wechat_pay', paymentId);
    expect(booked).toMatchObject({
      amountMinor: 1,
      subject: '点卡'.repeat(21),
      expiresAt: `${expiresAt.slice(0, 19)}.000Z`,
      notifyUrl: setup().notifyUrl,
    });
  });

  it('for a page inside WeChat brings parameters that our key signed', async () => {
    const opened = await wechatPay.open(trade({ scene: 'jsapi', payerOpenId: 'oUpF8uMuAJO_M2pxb1Q9zNjWeS6o' }));
    if (opened.kind !== 'jsapi') throw new Error(opened.kind);
    const { appId, timeStamp, nonceStr, package: contents, signType, paySign } = opened.parameters;
    expect(appId).toBe(market.merchant.wechatPay.appId);
    expect(signType).toBe('RSA');
    expect(contents).toMatch(/^prepay_id=wx/);
    const signed = Buffer.from(`${appId}\n${timeStamp}\n${nonceStr}\n${contents}\n`);
    const key = createPublicKey(market.merchant.wechatPay.app.publicKey);
    expect(verify('RSA-SHA256', signed, key, Buffer.from(paySign ?? '', 'base64'))).toBe(true);
  });

  it.each([{ scene: 'page' }, { scene: 'jsapi' }] as const)(
    'in the scene $scene without what it needs is refused',
    async (changed) => {
      await expect(wechatPay.open(trade(changed))).rejects.toMatchObject({ reason: 'refused' });
    },
  );
});

describe('a call to WeChat Pay', () => {
  it.each(['unavailable', 'cut', 'system-error', 'forged'] as const)(
    'that meets %s can be made again',
    async (fault) => {
      await openAndPay();
      market.gateway.order({ calls: [{ fault }] });
      await expect(wechatPay.query(paymentId)).rejects.toThrow(ChannelUnavailable);
      await expect(wechatPay.queryRefund(refund())).rejects.toThrow(ChannelUnavailable);
      await expect(wechatPay.close(paymentId)).rejects.toThrow(ChannelUnavailable);
      market.gateway.order({});
      expect(await wechatPay.query(paymentId)).toMatchObject({ state: 'paid' });
    },
  );

  it('is given up in time when WeChat Pay is silent', async () => {
    market.gateway.order({ calls: [{ fault: 'silent' }] });
    const began = performance.now();
    const hasty = new WechatPayChannel({ ...setup(), timeoutMs: 150 });
    await expect(hasty.query(paymentId)).rejects.toThrow(ChannelUnavailable);
    expect(performance.now() - began).toBeLessThan(3_000);
  });

  it('whose connection was closed under it is made once more', async () => {
    market.gateway.order({ calls: [{ fault: 'cut', times: 1 }] });
    expect(await wechatPay.query(paymentId)).toEqual({ state: 'unknown' });
  });

  it('that nobody listens to can be made again', async () => {
    const nowhere = new WechatPayChannel({ ...setup(), gatewayUrl: 'http://127.0.0.1:9' });
    await expect(nowhere.query(paymentId)).rejects.toThrow(ChannelUnavailable);
  });

  it('with a key or a serial number that WeChat Pay does not know of us needs a person', async () => {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const right = await market.credentials.signing.wechatPay();
    for (const wrong of [{ privateKey }, { serialNo: '0000' }]) {
      const stranger = new WechatPayChannel({ ...setup(), signing: async () => ({ ...right, ...wrong }) });
      await expect(stranger.query(paymentId)).rejects.toThrow(ChannelNotConfigured);
    }
  });

  it('with an app that is not of this merchant needs a person', async () => {
    const verifying = async () => ({ ...(await market.credentials.verifying.wechatPay()), appId: 'wx00' });
    await expect(new WechatPayChannel({ ...setup(), verifying }).open(trade())).rejects.toThrow(ChannelNotConfigured);
  });

  it('understands an answer signed with any of the keys that it knows', async () => {
    const right = await market.credentials.verifying.wechatPay();
    const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const newer = { id: 'PUB_KEY_ID_NEWER', key: publicKey };
    const both = new WechatPayChannel({
      ...setup(),
      verifying: async () => ({ ...right, publicKeys: [newer, ...right.publicKeys] }),
    });
    expect(await both.query(paymentId)).toEqual({ state: 'unknown' });
    const newerOnly = new WechatPayChannel({ ...setup(), verifying: async () => ({ ...right, publicKeys: [newer] }) });
    await expect(newerOnly.query(paymentId)).rejects.toThrow(ChannelUnavailable);
  });
});

describe('a refund by WeChat Pay', () => {
  it('that it says leaves nothing is confirmed where it was ours that took the rest', async () => {
    await openAndPay();
    market.gateway.order({ calls: [{ operation: 'refund', fault: 'already-refunded' }] });
    expect(await wechatPay.refund(refund())).toMatchObject({ outcome: 'confirmed' });
  });

  it('of a trade that it says it does not know needs a person, and is not made', async () => {
    await openAndPay();
    market.gateway.order({ calls: [{ operation: 'refund', fault: 'unknown' }] });
    expect(await wechatPay.refund(refund())).toMatchObject({
      outcome: 'refused',
      detail: expect.stringContaining('NOT_EXIST'),
    });
    expect(await wechatPay.queryRefund(refund())).toEqual({ outcome: 'unknown' });
  });

  it('that it did and could not say is confirmed when sent again, and money moved once', async () => {
    await openAndPay();
    market.gateway.order({ calls: [{ operation: 'refund', fault: 'system-error-after', times: 1 }] });
    await expect(wechatPay.refund(refund())).rejects.toThrow(ChannelUnavailable);
    expect(await wechatPay.refund(refund())).toMatchObject({ outcome: 'confirmed' });
    expect(market.gateway.book.refundedMinor('wechat_pay', paymentId)).toBe(1);
  });

  it('leaves the trade paid, as it was', async () => {
    await openAndPay();
    await wechatPay.refund(refund());
    expect(await wechatPay.query(paymentId)).toMatchObject({ state: 'paid', paidMinor: 1 });
  });
});
