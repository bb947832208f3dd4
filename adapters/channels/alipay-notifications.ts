import { type KeyObject, verify } from 'node:crypto';
import { fenOf, instantOfChinaTime } from '../../core/payments/channel-forms.ts';
import type { AlipayVerifying, Credentials } from './credentials.ts';
import type {
  Notification,
  NotificationFault,
  NotificationReader,
  RawAnswer,
  RawRequest,
  ReadNotification,
} from './payment-channel.ts';
import { maxNotificationBytes } from './protocol.ts';

/** Alipay sends some thirty parameters. */
const maxParameters = 100;

type Parameters = ReadonlyMap<string, string>;

/**
 * Reads what Alipay posts to us: a form in UTF-8 whose signature (RSA2) covers every parameter but itself and its type.
 * Source: «异步通知验签» at https://opendocs.alipay.com/common/02mse7.
 *
 * Without the SDK, which can also sign and is larger than all the rest of the function that needs this.
 */
export class AlipayNotifications implements NotificationReader {
  readonly channel = 'alipay';
  /** Alipay looks for this one word, and sends again for about a day until it finds it. */
  readonly done: RawAnswer = { status: 200, contentType: 'text/plain; charset=utf-8', body: 'success' };
  readonly again: RawAnswer = { status: 503, contentType: 'text/plain; charset=utf-8', body: 'failure' };
  readonly #verifying: Credentials<AlipayVerifying>;

  constructor(verifying: Credentials<AlipayVerifying>) {
    this.#verifying = verifying;
  }

  async read(request: RawRequest): Promise<ReadNotification> {
    const { appId, sellerId, publicKey } = await this.#verifying();
    const parameters = readForm(request);
    if (typeof parameters === 'string') return refuse('malformed', parameters);
    if (parameters.get('sign_type') !== 'RSA2') return refuse('forged', 'It is not signed with RSA2.');
    if (!isSigned(parameters, publicKey)) return refuse('forged', 'Its signature does not fit.');
    if (parameters.get('charset')?.toLowerCase() !== 'utf-8') return refuse('malformed', 'It says it is not in UTF-8.');
    if (parameters.get('app_id') !== appId) return refuse('foreign', 'It is for another app.');
    if (parameters.get('seller_id') !== sellerId) return refuse('foreign', 'It is for another seller.');
    const notification = readTrade(parameters);
    if (notification === undefined) return refuse('malformed', 'It is genuine, but its fields are not as documented.');
    return { genuine: true, notification };
  }
}

const refuse = (fault: NotificationFault, detail: string): ReadNotification => ({ genuine: false, fault, detail });

/** The form's parameters, or why it is none. Browsers forgive more; what was signed leaves nothing to forgive. */
const readForm = ({ headers, body }: RawRequest): Parameters | string => {
  const [type = '', ...attributes] = (headers['content-type'] ?? '').toLowerCase().split(';');
  if (type.trim() !== 'application/x-www-form-urlencoded') return 'It is not a form.';
  const charset = attributes.map((attribute) => attribute.trim()).find((attribute) => attribute.startsWith('charset='));
  if (charset !== undefined && !/^charset="?utf-8"?$/.test(charset)) return 'It is not in UTF-8.';
  if (body.byteLength > maxNotificationBytes) return `It is larger than ${maxNotificationBytes} bytes.`;
  const text = Buffer.from(body).toString('latin1');
  if (!/^[\x21-\x7e]+$/.test(text)) return 'It holds signs that a form encodes.';
  const pairs = text.split('&');
  if (pairs.length > maxParameters) return `It has more than ${maxParameters} parameters.`;
  const parameters = new Map<string, string>();
  for (const pair of pairs) {
    const split = pair.indexOf('=');
    const name = decode(pair.slice(0, split));
    const value = decode(pair.slice(split + 1));
    if (split < 1 || name === undefined || value === undefined) return 'It is not encoded as a form in UTF-8.';
    if (parameters.has(name)) return 'It has a parameter twice.';
    parameters.set(name, value);
  }
  return parameters;
};

const decode = (text: string): string | undefined => {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    // A broken escape, or bytes that are not UTF-8.
    return undefined;
  }
};

const isSigned = (parameters: Parameters, publicKey: KeyObject): boolean => {
  const signed = [...parameters]
    .filter(([name]) => name !== 'sign' && name !== 'sign_type')
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}=${value}`)
    .join('&');
  return verify('RSA-SHA256', Buffer.from(signed), publicKey, Buffer.from(parameters.get('sign') ?? '', 'base64'));
};

/** Undefined where a genuine notification lacks what it must have. */
const readTrade = (parameters: Parameters): Notification | undefined => {
  if (parameters.get('notify_type') !== 'trade_status_sync') return { kind: 'nothing' };
  const paymentId = parameters.get('out_trade_no');
  const tradeNo = parameters.get('trade_no');
  if (!paymentId || !tradeNo) return undefined;
  // A refund is told as a trade, in the state that it had or closed: it must not be taken for a second receipt.
  if (parameters.has('refund_fee') || parameters.has('gmt_refund')) return readRefund(parameters, paymentId);
  switch (parameters.get('trade_status')) {
    case 'TRADE_SUCCESS':
    case 'TRADE_FINISHED': {
      const paidMinor = fenOf(parameters.get('total_amount') ?? '');
      const paidAt = instantOfChinaTime(parameters.get('gmt_payment') ?? '');
      if (paidMinor === undefined || paidAt === undefined) return undefined;
      return { kind: 'receipt', paymentId, tradeNo, paidMinor, paidAt };
    }
    case 'WAIT_BUYER_PAY':
    case 'TRADE_CLOSED':
      return { kind: 'nothing' };
    default:
      return undefined;
  }
};

/** `out_biz_no` is the number of the refund that this is about; a refund made by hand at Alipay has none of ours. */
const readRefund = (parameters: Parameters, paymentId: string): Notification => {
  const refundId = parameters.get('out_biz_no');
  const confirmedAt = instantOfChinaTime(parameters.get('gmt_refund') ?? '');
  if (!refundId || confirmedAt === undefined) return { kind: 'nothing' };
  return { kind: 'refund', refundId, paymentId, answer: { outcome: 'confirmed', confirmedAt } };
};
