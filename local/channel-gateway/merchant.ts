import { generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import * as z from 'zod/mini';
import type { ChannelSecretName } from '../../contract/channels.ts';
import { writePrivateFile } from '../private-file.ts';
import { Refusal } from '../refusal.ts';

const pairSchema = z.object({ privateKey: z.string(), publicKey: z.string() });
const merchantSchema = z.object({
  alipay: z.object({
    appId: z.string(),
    sellerId: z.string(),
    /** Signs what we send. */
    app: pairSchema,
    /** Signs what Alipay sends. */
    channel: pairSchema,
  }),
  wechatPay: z.object({
    merchantId: z.string(),
    appId: z.string(),
    apiV3Key: z.string(),
    serialNo: z.string(),
    publicKeyId: z.string(),
    app: pairSchema,
    channel: pairSchema,
  }),
});

/** A merchant as both channels know him, with the keys of both sides: no real channel knows any of it. */
export type GatewayMerchant = z.output<typeof merchantSchema>;

const pair = (): z.output<typeof pairSchema> =>
  generateKeyPairSync('rsa', {
    modulusLength: 2048,
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  });

const digits = (count: number): string => Array.from(randomBytes(count), (byte) => byte % 10).join('');
const hex = (bytes: number): string => randomBytes(bytes).toString('hex').toUpperCase();

export const createMerchant = (): GatewayMerchant => ({
  alipay: { appId: `2021${digits(12)}`, sellerId: `2088${digits(12)}`, app: pair(), channel: pair() },
  wechatPay: {
    merchantId: `19${digits(8)}`,
    appId: `wx${hex(8).toLowerCase()}`,
    apiV3Key: hex(16),
    serialNo: hex(20),
    publicKeyId: `PUB_KEY_ID_${digits(34)}`,
    app: pair(),
    channel: pair(),
  },
});

let stranger: KeyObject | undefined;

/** A key that no channel has, for what is forged; made when something first is. */
export const strangerKey = (): KeyObject => {
  stranger ??= generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
  return stranger;
};

/** The merchant that an earlier start made, or a new one. */
export const keepMerchant = (file: string): GatewayMerchant => {
  if (existsSync(file)) {
    const stored = z.safeParse(merchantSchema, JSON.parse(readFileSync(file, 'utf8')));
    if (stored.success) return stored.data;
    throw new Refusal(`${file} does not hold the merchant of the local gateway: restore it, or start with --fresh.`);
  }
  const merchant = createMerchant();
  writePrivateFile(file, JSON.stringify(merchant));
  return merchant;
};

/** What each secret has to hold, so that we and the gateway understand each other. */
export const secretsOf = ({ alipay, wechatPay }: GatewayMerchant): Readonly<Record<ChannelSecretName, string>> => ({
  alipaySigning: JSON.stringify({ privateKey: alipay.app.privateKey }),
  alipayVerifying: JSON.stringify({
    appId: alipay.appId,
    sellerId: alipay.sellerId,
    publicKey: alipay.channel.publicKey,
  }),
  wechatPaySigning: JSON.stringify({ privateKey: wechatPay.app.privateKey, serialNo: wechatPay.serialNo }),
  wechatPayVerifying: JSON.stringify({
    merchantId: wechatPay.merchantId,
    appId: wechatPay.appId,
    apiV3Key: wechatPay.apiV3Key,
    publicKeys: [{ id: wechatPay.publicKeyId, key: wechatPay.channel.publicKey }],
  }),
});
