import { verify } from 'node:crypto';
import type { WechatPayVerifying } from './credentials.ts';

/** WeChat Pay's own advice: what is older, or more ahead of our clock, is a replay. */
const maxAgeMs = 5 * 60_000;

type SignatureFault = { readonly fault: 'malformed' | 'forged' | 'stale'; readonly detail: string };

/**
 * Checks the signature that WeChat Pay puts on each answer and notification: `Wechatpay-Timestamp`, `-Nonce` and the
 * body, a line each, signed with the key that `Wechatpay-Serial` names. Returns what is wrong, or nothing.
 * Source: https://pay.weixin.qq.com/docs/merchant/development/interface-rules/build-verify-sign-src.html
 */
export const signatureFault = (
  header: (name: string) => string | undefined,
  body: string,
  publicKeys: WechatPayVerifying['publicKeys'],
  nowMs: number,
): SignatureFault | undefined => {
  const timestamp = header('wechatpay-timestamp') ?? '';
  const nonce = header('wechatpay-nonce') ?? '';
  const signature = header('wechatpay-signature') ?? '';
  if (!/^\d{1,12}$/.test(timestamp) || nonce === '' || signature === '')
    return { fault: 'malformed', detail: 'It does not carry the headers of a signature.' };
  const serial = header('wechatpay-serial');
  const signer = publicKeys.find(({ id }) => id === serial);
  if (signer === undefined) return { fault: 'forged', detail: 'It is signed with a key that we do not know.' };
  const signed = Buffer.from(`${timestamp}\n${nonce}\n${body}\n`);
  if (!verify('RSA-SHA256', signed, signer.key, Buffer.from(signature, 'base64')))
    return { fault: 'forged', detail: 'Its signature does not fit.' };
  if (Math.abs(nowMs - Number(timestamp) * 1_000) > maxAgeMs)
    return { fault: 'stale', detail: 'Its signature is more than five minutes away from our clock.' };
  return undefined;
};
