import { generateKeyPairSync } from 'node:crypto';
import { ResourceNotFoundException } from '@aws-sdk/client-secrets-manager';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { signingCredentials, verifyingCredentials } from '../../../../adapters/channels/credentials.ts';
import { ChannelNotConfigured } from '../../../../adapters/channels/payment-channel.ts';
import { channelSecretNames, channelSecrets } from '../../../../contract/channels.ts';

const pair = generateKeyPairSync('rsa', { modulusLength: 2048 });
const pem = {
  privateKey: pair.privateKey.export({ type: 'pkcs8', format: 'pem' }),
  publicKey: pair.publicKey.export({ type: 'spki', format: 'pem' }),
};
const base64 = {
  pkcs8: pair.privateKey.export({ type: 'pkcs8', format: 'der' }).toString('base64'),
  pkcs1: pair.privateKey.export({ type: 'pkcs1', format: 'der' }).toString('base64'),
  spki: pair.publicKey.export({ type: 'spki', format: 'der' }).toString('base64'),
};
const alipayVerifying = { appId: '2021000000000001', sellerId: '2088000000000001', publicKey: base64.spki };

let texts: Record<string, string>;
let reads: number;
let nowMs: number;
const source = {
  secrets: {
    send: async (command: { input: { SecretId?: string | undefined } }) => {
      reads += 1;
      const text = texts[command.input.SecretId ?? ''];
      if (text !== undefined) return { SecretString: text };
      throw new ResourceNotFoundException({ message: 'no value', $metadata: {} });
    },
  } as never,
  nowMs: () => nowMs,
};

beforeEach(() => {
  texts = {};
  reads = 0;
  nowMs = 0;
  for (const name of channelSecretNames) vi.stubEnv(channelSecrets[name].variable, name);
});
afterEach(() => vi.unstubAllEnvs());

describe('credentials', () => {
  it.each([
    ['PEM', pem.privateKey],
    ['bare base64 of PKCS #8', base64.pkcs8],
    ['bare base64 of PKCS #1', base64.pkcs1],
    ['base64 in lines', (base64.pkcs8.match(/.{1,64}/g) ?? []).join('\n')],
  ])('are read from %s', async (_, privateKey) => {
    texts['alipaySigning'] = JSON.stringify({ privateKey });
    const { privateKey: read } = await signingCredentials(source).alipay();
    expect(read.equals(pair.privateKey)).toBe(true);
  });

  it('hold the public key of the channel', async () => {
    texts['alipayVerifying'] = JSON.stringify(alipayVerifying);
    const read = await verifyingCredentials(source).alipay();
    expect(read).toMatchObject({ appId: alipayVerifying.appId, sellerId: alipayVerifying.sellerId });
    expect(read.publicKey.equals(pair.publicKey)).toBe(true);
  });

  it('are read once in five minutes, and a changed key is used afterwards', async () => {
    texts['alipayVerifying'] = JSON.stringify(alipayVerifying);
    const credentials = verifyingCredentials(source).alipay;
    await Promise.all([credentials(), credentials()]);
    texts['alipayVerifying'] = JSON.stringify({ ...alipayVerifying, appId: 'another' });
    nowMs = 5 * 60_000 - 1;
    expect(await credentials()).toMatchObject({ appId: alipayVerifying.appId });
    expect(reads).toBe(1);
    nowMs += 1;
    expect(await credentials()).toMatchObject({ appId: 'another' });
  });

  it('that are filled in after a failure are found at the next call', async () => {
    const credentials = signingCredentials(source).wechatPay;
    await expect(credentials()).rejects.toThrow(ChannelNotConfigured);
    texts['wechatPaySigning'] = JSON.stringify({ privateKey: pem.privateKey, serialNo: '5157F09E' });
    expect(await credentials()).toMatchObject({ serialNo: '5157F09E' });
  });

  const wechatPay = {
    merchantId: '1900000001',
    appId: 'wx0000000000000001',
    apiV3Key: 'a-key-that-is-exactly-32-letters',
    publicKeys: [{ id: 'PUB_KEY_ID_01', key: pem.publicKey }],
  };
  it('of WeChat Pay may name several public keys, so that one can follow another', async () => {
    const two = [...wechatPay.publicKeys, { id: 'PUB_KEY_ID_02', key: base64.spki }];
    texts['wechatPayVerifying'] = JSON.stringify({ ...wechatPay, publicKeys: two });
    const { publicKeys } = await verifyingCredentials(source).wechatPay();
    expect(publicKeys.map(({ id }) => id)).toEqual(['PUB_KEY_ID_01', 'PUB_KEY_ID_02']);
  });

  it.each([
    ['no JSON', 'hunter2-secret', 'not a JSON'],
    ['a JSON text', '"hunter2-secret"', 'the document'],
    ['a short APIv3 key', JSON.stringify({ ...wechatPay, apiV3Key: 'hunter2-secret' }), 'apiV3Key'],
    ['no public key', JSON.stringify({ ...wechatPay, publicKeys: [] }), 'publicKeys'],
    [
      'a key that is none',
      JSON.stringify({ ...wechatPay, publicKeys: [{ id: 'x', key: 'hunter2-secret' }] }),
      'publicKeys.0.key',
    ],
    ['another field', JSON.stringify({ ...wechatPay, secret: 'hunter2-secret' }), 'the document'],
  ])('with %s are refused by the field, and never repeated', async (_, text, field) => {
    texts['wechatPayVerifying'] = text;
    const refusal: unknown = await verifyingCredentials(source)
      .wechatPay()
      .catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(ChannelNotConfigured);
    expect(String(refusal)).toContain(field);
    expect(JSON.stringify([String(refusal), (refusal as Error).cause])).not.toContain('hunter2');
  });
});
