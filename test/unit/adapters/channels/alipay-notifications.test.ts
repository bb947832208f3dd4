import { sign } from 'node:crypto';
import { AlipaySdk } from 'alipay-sdk';
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { notificationReadersOf } from '../../../../adapters/channels/notification-readers.ts';
import type { ReadNotification } from '../../../../adapters/channels/payment-channel.ts';
import { createMerchant } from '../../../../local/channel-gateway/merchant.ts';
import { credentialsFor } from '../../../support/channel-gateway.ts';

const merchant = createMerchant();
const reader = notificationReadersOf(credentialsFor(merchant).verifying, () => new Date().toISOString()).alipay;
const sdk = new AlipaySdk({
  appId: merchant.alipay.appId,
  privateKey: merchant.alipay.app.privateKey,
  keyType: 'PKCS8',
  alipayPublicKey: merchant.alipay.channel.publicKey,
});

type Parameters = Record<string, string>;
const paid: Parameters = {
  notify_type: 'trade_status_sync',
  notify_time: '2026-11-22 10:30:05',
  app_id: merchant.alipay.appId,
  seller_id: merchant.alipay.sellerId,
  charset: 'utf-8',
  version: '1.0',
  out_trade_no: 'pay_1',
  trade_no: '2026112222001',
  trade_status: 'TRADE_SUCCESS',
  total_amount: '19.90',
  subject: 'Starlight 100 点 + 5 % 🎮',
  gmt_payment: '2026-11-22 10:30:00',
  passback_params: '',
};

/** Signs as Alipay does: sorted, joined, without the signature and its type. */
const signed = (parameters: Parameters, algorithm = 'RSA-SHA256'): Parameters => {
  const text = Object.keys(parameters)
    .sort()
    .map((name) => `${name}=${parameters[name]}`)
    .join('&');
  const signature = sign(algorithm, Buffer.from(text), merchant.alipay.channel.privateKey).toString('base64');
  return { ...parameters, sign: signature, sign_type: 'RSA2' };
};
const form = (parameters: Parameters): string => new URLSearchParams(parameters).toString();
const read = (body: string | Uint8Array, type = 'application/x-www-form-urlencoded; charset=utf-8') =>
  reader.read({ headers: { 'content-type': type }, body: typeof body === 'string' ? Buffer.from(body) : body });
const readSigned = (changed: Parameters): Promise<ReadNotification> => read(form(signed({ ...paid, ...changed })));
const faultOf = async (reading: Promise<ReadNotification>) => {
  const result = await reading;
  return result.genuine ? 'genuine' : result.fault;
};

describe('a genuine notification of Alipay', () => {
  it.each(['TRADE_SUCCESS', 'TRADE_FINISHED'])('of %s is a receipt', async (trade_status) => {
    expect(await readSigned({ trade_status })).toEqual({
      genuine: true,
      notification: {
        kind: 'receipt',
        paymentId: 'pay_1',
        tradeNo: '2026112222001',
        paidMinor: 1_990,
        paidAt: '2026-11-22T02:30:00.000Z',
      },
    });
  });

  it.each([{ trade_status: 'WAIT_BUYER_PAY' }, { trade_status: 'TRADE_CLOSED' }, { notify_type: 'fund_auth_freeze' }])(
    'of %j says nothing',
    async (changed) => {
      expect(await readSigned(changed)).toEqual({ genuine: true, notification: { kind: 'nothing' } });
    },
  );

  const refunded = { refund_fee: '19.90', gmt_refund: '2026-11-22 11:00:00.319', out_biz_no: 'rfd_1' };
  it.each(['TRADE_SUCCESS', 'TRADE_CLOSED'])('of a refund in the state %s is never a receipt', async (trade_status) => {
    expect(await readSigned({ ...refunded, trade_status })).toEqual({
      genuine: true,
      notification: {
        kind: 'refund',
        refundId: 'rfd_1',
        paymentId: 'pay_1',
        answer: { outcome: 'confirmed', confirmedAt: '2026-11-22T03:00:00.319Z' },
      },
    });
  });

  it('of a refund that was made by hand at Alipay says nothing', async () => {
    const { out_biz_no: _, ...byHand } = refunded;
    expect(await readSigned(byHand)).toEqual({ genuine: true, notification: { kind: 'nothing' } });
  });

  it.each([
    { total_amount: '19.901' },
    { total_amount: '-19.90' },
    { gmt_payment: '22/11/2026' },
    { trade_status: 'TRADE_PENDING' },
    { out_trade_no: '' },
  ])('that is not as documented is not guessed at: %j', async (changed) => {
    expect(await faultOf(readSigned(changed))).toBe('malformed');
  });

  it('is told «success», and to send again in no other words', () => {
    expect(reader.done).toMatchObject({ status: 200, body: 'success' });
    expect(reader.again.status).toBeGreaterThanOrEqual(500);
    expect(reader.again.body).not.toContain('success');
  });
});

describe('a notification that is not believed', () => {
  it.each(Object.keys(paid))('had its %s changed', async (name) => {
    const changed = { ...signed(paid), [name]: `${paid[name]}1` };
    expect(await faultOf(read(form(changed)))).toBe('forged');
  });

  it('had a parameter added or taken away', async () => {
    expect(await faultOf(read(form({ ...signed(paid), extra: '1' })))).toBe('forged');
    const { subject: _, ...less } = signed(paid);
    expect(await faultOf(read(form(less)))).toBe('forged');
  });

  it.each([
    ['no signature', (parameters: Parameters) => ({ ...parameters, sign: '' })],
    ['no type of signature', ({ sign_type: _, ...rest }: Parameters) => rest],
    ['an older type of signature', (parameters: Parameters) => ({ ...parameters, sign_type: 'RSA' })],
  ])('has %s', async (_, change) => {
    expect(await faultOf(read(form(change(signed(paid)))))).toBe('forged');
  });

  it('is signed with SHA-1 by the right key', async () => {
    expect(await faultOf(read(form(signed(paid, 'RSA-SHA1'))))).toBe('forged');
  });

  it.each([{ app_id: '2021000000000000' }, { seller_id: '2088000000000000' }])('is for another: %j', async (changed) =>
    expect(await faultOf(readSigned(changed))).toBe('foreign'),
  );

  it.each([
    ['a parameter twice', `${form(signed(paid))}&total_amount=0.01`],
    ['a name without a value', `${form(signed(paid))}&x`],
    ['no name', `${form(signed(paid))}&=x`],
    ['a broken escape', `${form(signed(paid))}&x=%e5%9`],
    ['bytes of GBK', `${form(signed(paid))}&body=%B5%BD%D5%CB`],
    ['signs that a form encodes', `${form(signed(paid))}&body=到账`],
    ['too many parameters', Array.from({ length: 101 }, (_, index) => `a${index}=1`).join('&')],
    ['nothing', ''],
    ['too much', `a=${'x'.repeat(65_536)}`],
  ])('holds %s', async (_, body) => expect(await faultOf(read(body))).toBe('malformed'));

  it.each([
    'application/json',
    'multipart/form-data; boundary=x',
    'application/x-www-form-urlencoded; charset=GBK',
    '',
  ])('comes as %s', async (type) => expect(await faultOf(read(form(signed(paid)), type))).toBe('malformed'));

  it('says that it is in another encoding', async () => {
    expect(await faultOf(readSigned({ charset: 'GBK' }))).toBe('malformed');
  });
});

test('the SDK of Alipay believes what we believe, and nothing else', async () => {
  const name = fc.stringMatching(/^[a-z][a-z_]{0,11}$/).filter((text) => text !== 'sign' && text !== 'sign_type');
  const parameters = fc.dictionary(name, fc.string({ unit: 'grapheme', maxLength: 30 }), { maxKeys: 12 });
  await fc.assert(
    fc.asyncProperty(parameters, fc.option(fc.string({ minLength: 1, maxLength: 5 })), async (extra, meddled) => {
      const letter: Parameters = signed({ ...paid, ...extra, ...pick(paid, ['app_id', 'seller_id', 'charset']) });
      if (meddled !== null) letter['subject'] += meddled;
      expect((await faultOf(read(form(letter)))) !== 'forged').toBe(sdk.checkNotifySignV2(letter));
    }),
    { numRuns: 200 },
  );
});

const pick = (from: Parameters, names: readonly string[]): Parameters =>
  Object.fromEntries(names.map((name) => [name, from[name] ?? '']));
