import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { GetSecretValueCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import * as z from 'zod/mini';
import { type ChannelSecretName, channelSecrets } from '../../contract/channels.ts';
import { required } from '../environment.ts';
import { ChannelNotConfigured } from './payment-channel.ts';

/** How long credentials stay in memory; a changed key is used everywhere after this. */
const cacheMs = 5 * 60_000;

/** The channels give keys out as PEM or as bare base64, depending on the tool; private ones as PKCS #8 or PKCS #1. */
const derOf = (text: string): Buffer => Buffer.from(text.replaceAll(/\s/g, ''), 'base64');
const isPem = (text: string): boolean => text.includes('-----BEGIN');

const readPrivateKey = (text: string): KeyObject => {
  if (isPem(text)) return createPrivateKey(text);
  try {
    return createPrivateKey({ key: derOf(text), format: 'der', type: 'pkcs8' });
  } catch {
    // Nothing in bare base64 says which of the two forms it is in.
    return createPrivateKey({ key: derOf(text), format: 'der', type: 'pkcs1' });
  }
};

const readPublicKey = (text: string): KeyObject =>
  isPem(text) ? createPublicKey(text) : createPublicKey({ key: derOf(text), format: 'der', type: 'spki' });

/** A key as text becomes a key, or the document is refused; the reason never repeats the text. */
const keyField = (read: (text: string) => KeyObject) =>
  z.pipe(
    z.string(),
    z.transform((text: string, context): KeyObject => {
      try {
        return read(text);
      } catch {
        context.issues.push({ code: 'custom', message: 'This is no RSA key in PEM or base64.', input: '' });
        return z.NEVER;
      }
    }),
  );

const privateKey = keyField(readPrivateKey);
/** A public key, or a certificate that holds one. */
const publicKey = keyField(readPublicKey);
const id = z.string().check(z.regex(/^[0-9A-Za-z_]{1,64}$/));

/** What each secret holds, as JSON. What one merchant number or app is, stands in the verifying half alone. */
const schemas = {
  alipaySigning: z.strictObject({ privateKey }),
  alipayVerifying: z.strictObject({ appId: id, sellerId: id, publicKey }),
  wechatPaySigning: z.strictObject({ privateKey, serialNo: id }),
  wechatPayVerifying: z.strictObject({
    merchantId: id,
    appId: id,
    apiV3Key: z.string().check(z.regex(/^[\x21-\x7e]{32}$/)),
    /** By `PUB_KEY_ID_…` or the serial number of a platform certificate; the first is the one to ask WeChat Pay for. */
    publicKeys: z.array(z.strictObject({ id, key: publicKey })).check(z.minLength(1), z.maxLength(5)),
  }),
} as const satisfies Record<ChannelSecretName, z.ZodMiniType>;

export type AlipaySigning = z.output<typeof schemas.alipaySigning>;
export type AlipayVerifying = z.output<typeof schemas.alipayVerifying>;
export type WechatPaySigning = z.output<typeof schemas.wechatPaySigning>;
export type WechatPayVerifying = z.output<typeof schemas.wechatPayVerifying>;

/** Gives credentials, as fresh as a few minutes; throws `ChannelNotConfigured`. */
export type Credentials<Value> = () => Promise<Value>;

type Source = { readonly secrets: Pick<SecretsManagerClient, 'send'>; readonly nowMs: () => number };

/** What can sign for us at the channels. */
export const signingCredentials = (source: Source) => ({
  alipay: credentialsOf('alipaySigning', schemas.alipaySigning, source),
  wechatPay: credentialsOf('wechatPaySigning', schemas.wechatPaySigning, source),
});

/** What tells a genuine answer or notification of the channels. */
export const verifyingCredentials = (source: Source) => ({
  alipay: credentialsOf('alipayVerifying', schemas.alipayVerifying, source),
  wechatPay: credentialsOf('wechatPayVerifying', schemas.wechatPayVerifying, source),
});

export type SigningCredentials = ReturnType<typeof signingCredentials>;
export type VerifyingCredentials = ReturnType<typeof verifyingCredentials>;

const credentialsOf = <Value>(
  name: ChannelSecretName,
  schema: z.ZodMiniType<Value>,
  source: Source,
): Credentials<Value> => {
  const arn = required(channelSecrets[name].variable);
  return remembered(source.nowMs, async () => parseSecret(name, schema, await readSecret(source, name, arn)));
};

const parseSecret = <Value>(name: ChannelSecretName, schema: z.ZodMiniType<Value>, text: string): Value => {
  const parsed = z.safeParse(schema, parseJson(name, text));
  if (parsed.success) return parsed.data;
  // The fields at fault only: an issue may quote its input, which here is a secret.
  const fields = [...new Set(parsed.error.issues.map(({ path }) => path.join('.') || 'the document'))];
  throw new ChannelNotConfigured(`The secret ${name} does not hold what it should in: ${fields.join(', ')}.`);
};

const parseJson = (name: ChannelSecretName, text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    // The parser's message quotes the text.
    throw new ChannelNotConfigured(`The secret ${name} is not a JSON document.`);
  }
};

const readSecret = async ({ secrets }: Source, name: ChannelSecretName, arn: string): Promise<string> => {
  try {
    const { SecretString } = await secrets.send(new GetSecretValueCommand({ SecretId: arn }));
    if (SecretString !== undefined) return SecretString;
  } catch (error) {
    throw new ChannelNotConfigured(`The secret ${name} cannot be read, or is not filled in.`, { cause: error });
  }
  throw new ChannelNotConfigured(`The secret ${name} holds no text.`);
};

/** A failure is not remembered: what was not filled in a moment ago may be now. */
const remembered = <Value>(nowMs: () => number, load: () => Promise<Value>): (() => Promise<Value>) => {
  let held: { readonly value: Promise<Value>; readonly untilMs: number } | undefined;
  return () => {
    if (held !== undefined && held.untilMs > nowMs()) return held.value;
    const loading = { value: load(), untilMs: nowMs() + cacheMs };
    held = loading;
    loading.value.catch(() => {
      if (held === loading) held = undefined;
    });
    return loading.value;
  };
};
