import { createCipheriv, randomBytes, sign } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { notificationReadersOf } from '../../../../adapters/channels/notification-readers.ts';
import type { ReadNotification } from '../../../../adapters/channels/payment-channel.ts';
import { createMerchant } from '../../../../local/channel-gateway/merchant.ts';
import { credentialsFor } from '../../../support/channel-gateway.ts';

const merchant = createMerchant();
const { wechatPay } = merchant;
const now = '2026-11-22T02:30:05.000Z';
const nowSeconds = Date.parse(now) / 1_000;
const reader = notificationReadersOf(credentialsFor(merchant).verifying, () => now).wechat_pay;

type Fields = Record<string, unknown>;
const transaction: Fields = {
  mchid: wechatPay.merchantId,
  appid: wechatPay.appId,
  out_trade_no: 'pay_1',
  transaction_id: '4200001',
  trade_type: 'NATIVE',
  trade_state: 'SUCCESS',
  success_time: '2026-11-22T10:30:00+08:00',
  amount: { total: 1_990, payer_total: 1_500, currency: 'CNY', payer_currency: 'CNY' },
};
const refund: Fields = {
  mchid: wechatPay.merchantId,
  out_trade_no: 'pay_1',
  transaction_id: '4200001',
  out_refund_no: 'rfd_1',
  refund_id: '5000001',
  refund_status: 'SUCCESS',
  success_time: '2026-11-22T11:00:00+08:00',
  amount: { total: 1_990, refund: 990, payer_total: 1_500, payer_refund: 700 },
};

const seal = (record: unknown, changed: { key?: string; sealedWith?: string; nonce?: string } = {}) => {
  const nonce = changed.nonce ?? randomBytes(6).toString('hex');
  const cipher = createCipheriv('aes-256-gcm', Buffer.from(changed.key ?? wechatPay.apiV3Key), Buffer.from(nonce));
  cipher.setAAD(Buffer.from(changed.sealedWith ?? 'transaction'));
  const text = typeof record === 'string' ? record : JSON.stringify(record);
  const ciphertext = Buffer.concat([cipher.update(text), cipher.final(), cipher.getAuthTag()]).toString('base64');
  return { algorithm: 'AEAD_AES_256_GCM', ciphertext, associated_data: 'transaction', nonce };
};
const envelope = (event_type: string, resource: unknown): string =>
  JSON.stringify({ id: 'EV-1', event_type, resource });

const headersFor = (body: string | Uint8Array, changed: Record<string, string | undefined> = {}) => {
  const timestamp = changed['wechatpay-timestamp'] ?? String(nowSeconds);
  const nonce = randomBytes(16).toString('hex');
  const signed = Buffer.concat([Buffer.from(`${timestamp}\n${nonce}\n`), Buffer.from(body), Buffer.from('\n')]);
  return {
    'wechatpay-timestamp': timestamp,
    'wechatpay-nonce': nonce,
    'wechatpay-serial': wechatPay.publicKeyId,
    'wechatpay-signature': sign('RSA-SHA256', signed, wechatPay.channel.privateKey).toString('base64'),
    ...changed,
  };
};
const read = (body: string | Uint8Array, changed: Record<string, string | undefined> = {}) =>
  reader.read({ headers: headersFor(body, changed), body: Buffer.from(body) });
const readRecord = (record: unknown, event = 'TRANSACTION.SUCCESS') => read(envelope(event, seal(record)));
const faultOf = async (reading: Promise<ReadNotification>) => {
  const result = await reading;
  return result.genuine ? 'genuine' : result.fault;
};

describe('a genuine notification of WeChat Pay', () => {
  it('of a payment is a receipt of the whole amount, whoever paid its coupons', async () => {
    expect(await readRecord(transaction)).toEqual({
      genuine: true,
      notification: {
        kind: 'receipt',
        paymentId: 'pay_1',
        tradeNo: '4200001',
        paidMinor: 1_990,
        paidAt: '2026-11-22T02:30:00.000Z',
      },
    });
  });

  it('of a refund confirms it', async () => {
    expect(await readRecord(refund, 'REFUND.SUCCESS')).toEqual({
      genuine: true,
      notification: {
        kind: 'refund',
        refundId: 'rfd_1',
        paymentId: 'pay_1',
        answer: { outcome: 'confirmed', confirmedAt: '2026-11-22T03:00:00.000Z' },
      },
    });
  });

  it.each(['ABNORMAL', 'CLOSED'])('of a refund that ended as %s says that a person is needed', async (status) => {
    const { success_time: _, ...ended } = refund;
    expect(await readRecord({ ...ended, refund_status: status }, `REFUND.${status}`)).toMatchObject({
      notification: { kind: 'refund', refundId: 'rfd_1', answer: { outcome: 'refused' } },
    });
  });

  it('of another event, or of a trade that is not paid, says nothing', async () => {
    expect(await readRecord({ any: 'thing' }, 'PAYSCORE.USER_OPEN_SERVICE')).toMatchObject({
      notification: { kind: 'nothing' },
    });
    expect(await readRecord({ ...transaction, trade_state: 'CLOSED' })).toMatchObject({
      notification: { kind: 'nothing' },
    });
  });

  it('is told SUCCESS, and to send again by its status', () => {
    expect(reader.done.status).toBe(200);
    expect(JSON.parse(reader.done.body)).toMatchObject({ code: 'SUCCESS' });
    expect(reader.again.status).toBeGreaterThanOrEqual(500);
    expect(JSON.parse(reader.again.body)).toMatchObject({ code: 'FAIL' });
  });
});

describe('a notification that is not believed', () => {
  const body = envelope('TRANSACTION.SUCCESS', seal(transaction));

  it('was changed on the way, or signed by another', async () => {
    const headers = headersFor(body);
    const meddled = Buffer.from(body.replace('TRANSACTION', 'REFUND'));
    expect(await faultOf(reader.read({ headers, body: meddled }))).toBe('forged');
    const signature = sign('RSA-SHA256', Buffer.from('x'), wechatPay.app.privateKey).toString('base64');
    expect(await faultOf(read(body, { 'wechatpay-signature': signature }))).toBe('forged');
    expect(await faultOf(read(body, { 'wechatpay-signature': `WECHATPAY/SIGNTEST/${signature}` }))).toBe('forged');
    expect(await faultOf(read(body, { 'wechatpay-serial': 'PUB_KEY_ID_OTHER' }))).toBe('forged');
  });

  it.each([
    [-301, 'stale'],
    [-300, 'genuine'],
    [300, 'genuine'],
    [301, 'stale'],
  ] as const)('was signed %i s from our clock: %s', async (seconds, fault) => {
    expect(await faultOf(read(body, { 'wechatpay-timestamp': String(nowSeconds + seconds) }))).toBe(fault);
  });

  it('is not made fresh by another timestamp', async () => {
    const old = headersFor(body, { 'wechatpay-timestamp': String(nowSeconds - 900) });
    const renewed = { ...old, 'wechatpay-timestamp': String(nowSeconds) };
    expect(await faultOf(reader.read({ headers: renewed, body: Buffer.from(body) }))).toBe('forged');
  });

  it.each(['wechatpay-timestamp', 'wechatpay-nonce', 'wechatpay-signature'])('carries no %s', async (name) => {
    const { [name]: _, ...headers }: Record<string, string | undefined> = headersFor(body);
    expect(await faultOf(reader.read({ headers, body: Buffer.from(body) }))).toBe('malformed');
  });

  it('is sealed under another key, with other data, or cut short', async () => {
    const resources = [
      seal(transaction, { key: 'x'.repeat(32) }),
      seal(transaction, { sealedWith: 'refund' }),
      { ...seal(transaction), nonce: 'short' },
      { ...seal(transaction), ciphertext: 'AAAA' },
    ];
    for (const resource of resources)
      expect(await faultOf(read(envelope('TRANSACTION.SUCCESS', resource)))).toBe('forged');
  });

  it.each([{ mchid: '1900009999' }, { appid: 'wx00' }])('is for another: %j', async (changed) => {
    expect(await faultOf(readRecord({ ...transaction, ...changed }))).toBe('foreign');
  });

  it('is of a refund for another merchant, or for none', async () => {
    expect(await faultOf(readRecord({ ...refund, mchid: '1900009999' }, 'REFUND.SUCCESS'))).toBe('foreign');
    const { mchid: _, ...nobody } = refund;
    expect(await faultOf(readRecord(nobody, 'REFUND.SUCCESS'))).toBe('foreign');
  });

  it.each([
    ['no JSON', 'hello'],
    ['no envelope', '{}'],
    ['another algorithm', envelope('TRANSACTION.SUCCESS', { ...seal(transaction), algorithm: 'NONE' })],
    ['contents that are no JSON', envelope('TRANSACTION.SUCCESS', seal('hello'))],
    ['half an amount', envelope('TRANSACTION.SUCCESS', seal({ ...transaction, amount: { total: 0.5 } }))],
    [
      'another currency',
      envelope('TRANSACTION.SUCCESS', seal({ ...transaction, amount: { total: 1_990, currency: 'HKD' } })),
    ],
    ['no time', envelope('TRANSACTION.SUCCESS', seal({ ...transaction, success_time: 'today' }))],
    ['a state of its own', envelope('TRANSACTION.SUCCESS', seal({ ...transaction, trade_state: 'PENDING' }))],
    ['a refund without a number', envelope('REFUND.SUCCESS', seal({ ...refund, out_refund_no: undefined }))],
    ['bytes that are not UTF-8', Buffer.from([0x7b, 0xb5, 0xbd, 0x7d])],
    ['too much', 'x'.repeat(65_537)],
  ])('holds %s, though it is signed', async (_, contents) => {
    expect(await faultOf(read(contents))).toBe('malformed');
  });
});
