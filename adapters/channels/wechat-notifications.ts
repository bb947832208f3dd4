import { createDecipheriv } from 'node:crypto';
import * as z from 'zod/mini';
import type { Instant } from '../../core/shared/instant.ts';
import type { Credentials, WechatPayVerifying } from './credentials.ts';
import type {
  NotificationFault,
  NotificationReader,
  RawAnswer,
  RawRequest,
  ReadNotification,
} from './payment-channel.ts';
import { maxNotificationBytes } from './protocol.ts';
import { readRefund, readTransaction } from './wechat-records.ts';
import { signatureFault } from './wechat-signature.ts';

const envelopeSchema = z.object({
  event_type: z.string(),
  resource: z.object({
    algorithm: z.literal('AEAD_AES_256_GCM'),
    ciphertext: z.string(),
    associated_data: z._default(z.string(), ''),
    nonce: z.string(),
  }),
});
type Resource = z.output<typeof envelopeSchema>['resource'];

const tagBytes = 16;

/**
 * Reads what WeChat Pay posts to us: JSON signed with one of its keys, its contents sealed under our APIv3 key.
 * Source: https://pay.weixin.qq.com/docs/merchant/apis/native-payment/payment-notice.html
 */
export class WechatPayNotifications implements NotificationReader {
  readonly channel = 'wechat_pay';
  /** WeChat Pay goes by the status, and sends again for about a day after any other. */
  readonly done: RawAnswer = answer(200, { code: 'SUCCESS', message: '成功' });
  readonly again: RawAnswer = answer(503, { code: 'FAIL', message: '失败' });
  readonly #verifying: Credentials<WechatPayVerifying>;
  readonly #now: () => Instant;

  constructor(verifying: Credentials<WechatPayVerifying>, now: () => Instant) {
    this.#verifying = verifying;
    this.#now = now;
  }

  async read({ headers, body }: RawRequest): Promise<ReadNotification> {
    const { publicKeys, apiV3Key, merchantId, appId } = await this.#verifying();
    if (body.byteLength > maxNotificationBytes)
      return refuse('malformed', `It is larger than ${maxNotificationBytes} bytes.`);
    const text = decodeUtf8(body);
    if (text === undefined) return refuse('malformed', 'It is not in UTF-8.');
    const fault = signatureFault((name) => headers[name], text, publicKeys, Date.parse(this.#now()));
    if (fault !== undefined) return { genuine: false, ...fault };
    const envelope = z.safeParse(envelopeSchema, parseJson(text));
    if (!envelope.success) return refuse('malformed', 'It is genuine, but its fields are not as documented.');
    const { event_type: event, resource } = envelope.data;
    const opened = open(resource, apiV3Key);
    if (opened === undefined) return refuse('forged', 'Its contents are not sealed under our key.');
    const record = parseJson(opened);
    if (event.startsWith('TRANSACTION.')) return readReceipt(record, merchantId, appId);
    if (event.startsWith('REFUND.')) return readConfirmation(record, merchantId);
    return { genuine: true, notification: { kind: 'nothing' } };
  }
}

const readReceipt = (record: unknown, merchantId: string, appId: string): ReadNotification => {
  const transaction = readTransaction(record);
  if (transaction === undefined) return refuse('malformed', 'Its transaction is not as documented.');
  if (transaction.merchantId !== merchantId) return refuse('foreign', 'It is for another merchant number.');
  if (transaction.appId !== appId) return refuse('foreign', 'It is for another app.');
  if (transaction.trade.state !== 'paid') return { genuine: true, notification: { kind: 'nothing' } };
  const { state: _, ...receipt } = transaction.trade;
  return { genuine: true, notification: { kind: 'receipt', ...receipt } };
};

const readConfirmation = (record: unknown, merchantId: string): ReadNotification => {
  const refund = readRefund(record);
  if (refund === undefined) return refuse('malformed', 'Its refund is not as documented.');
  if (refund.merchantId !== merchantId) return refuse('foreign', 'It is for another merchant number.');
  const { refundId, paymentId, answer } = refund;
  return { genuine: true, notification: { kind: 'refund', refundId, paymentId, answer } };
};

const answer = (status: number, body: Readonly<Record<string, string>>): RawAnswer => ({
  status,
  contentType: 'application/json; charset=utf-8',
  body: JSON.stringify(body),
});

const refuse = (fault: NotificationFault, detail: string): ReadNotification => ({ genuine: false, fault, detail });

const decodeUtf8 = (bytes: Uint8Array): string | undefined => {
  try {
    // A byte order mark is part of what was signed.
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
};

/** Undefined where a text is no JSON, which no schema takes. */
const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/** Undefined where the key, the nonce or the associated data is another than it was sealed with. */
const open = (resource: Resource, apiV3Key: string): string | undefined => {
  const sealed = Buffer.from(resource.ciphertext, 'base64');
  const nonce = Buffer.from(resource.nonce);
  if (sealed.length < tagBytes || nonce.length !== 12) return undefined;
  const decipher = createDecipheriv('aes-256-gcm', Buffer.from(apiV3Key), nonce)
    .setAAD(Buffer.from(resource.associated_data))
    .setAuthTag(sealed.subarray(-tagBytes));
  try {
    return Buffer.concat([decipher.update(sealed.subarray(0, -tagBytes)), decipher.final()]).toString('utf8');
  } catch {
    // What the cipher has to say is that the tag does not fit.
    return undefined;
  }
};
