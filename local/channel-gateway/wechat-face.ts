import {
  createCipheriv,
  createPrivateKey,
  createPublicKey,
  type KeyObject,
  randomBytes,
  sign,
  verify,
} from 'node:crypto';
import * as z from 'zod/mini';
import { chinaTimeOf } from '../../core/payments/channel-forms.ts';
import type { Instant } from '../../core/shared/instant.ts';
import type { Answered, Face, GatewayAnswer, GatewayRequest, Letter, News } from './face.ts';
import type { CallFault, Operation, Twist } from './faults.ts';
import { type GatewayMerchant, strangerKey } from './merchant.ts';
import type { BookedRefund, BookedTrade, TradeBook } from './trade-book.ts';

type Deps = {
  readonly book: TradeBook;
  readonly merchant: GatewayMerchant['wechatPay'];
  readonly now: () => Instant;
  /** The address under which browsers reach the pay page of a trade. */
  readonly payPage: (trade: BookedTrade) => string;
};
type Fields = Readonly<Record<string, unknown>>;
type Reply = { readonly status: number; readonly fields: Fields | undefined };

const routes: readonly { readonly method: string; readonly path: RegExp; readonly operation: Operation }[] = [
  { method: 'POST', path: /^\/v3\/pay\/transactions\/(?:native|jsapi)$/, operation: 'open' },
  { method: 'GET', path: /^\/v3\/pay\/transactions\/out-trade-no\/([^/]+)$/, operation: 'query' },
  { method: 'POST', path: /^\/v3\/pay\/transactions\/out-trade-no\/([^/]+)\/close$/, operation: 'close' },
  { method: 'POST', path: /^\/v3\/refund\/domestic\/refunds$/, operation: 'refund' },
  { method: 'GET', path: /^\/v3\/refund\/domestic\/refunds\/([^/]+)$/, operation: 'query-refund' },
];

const amountMinor = z.int().check(z.minimum(1));
const byteLimit = (bytes: number) =>
  z.string().check(
    z.minLength(1),
    z.refine((text: string) => Buffer.byteLength(text) <= bytes),
  );
const openSchema = z.object({
  appid: z.string(),
  mchid: z.string(),
  description: byteLimit(127),
  out_trade_no: z.string().check(z.regex(/^[0-9A-Za-z_\-|*]{6,32}$/)),
  time_expire: z.iso.datetime({ offset: true }),
  notify_url: z.url(),
  amount: z.object({ total: amountMinor, currency: z.literal('CNY') }),
  payer: z.optional(z.object({ openid: z.string().check(z.minLength(1)) })),
});
const refundSchema = z.object({
  out_trade_no: z.string(),
  out_refund_no: z.string().check(z.regex(/^[0-9A-Za-z_\-|*@]{1,64}$/)),
  reason: z.optional(byteLimit(80)),
  notify_url: z.optional(z.url()),
  amount: z.object({ refund: amountMinor, total: amountMinor, currency: z.literal('CNY') }),
});

const refuse = (status: number, code: string, message: string): Reply => ({ status, fields: { code, message } });
const give = (fields: Fields): Reply => ({ status: 200, fields });
const systemError = refuse(500, 'SYSTEM_ERROR', '系统异常');
const rfc3339 = (instant: Instant): string => `${chinaTimeOf(instant).replace(' ', 'T')}+08:00`;

/** WeChat Pay's API v3, as far as a merchant of ours uses it. */
export class WechatFace implements Face {
  readonly channel = 'wechat_pay';
  /** «15s, 15s, 30s, 3m, 10m, 20m, 30m, 30m, 30m, 60m, 3h, 3h, 3h, 6h, 6h» */
  readonly retryMinutes = [0.25, 0.25, 0.5, 3, 10, 20, 30, 30, 30, 60, 180, 180, 180, 360, 360];
  readonly #deps: Deps;
  readonly #signer: KeyObject;
  readonly #merchantKey: KeyObject;

  constructor(deps: Deps) {
    this.#deps = deps;
    this.#signer = createPrivateKey(deps.merchant.channel.privateKey);
    this.#merchantKey = createPublicKey(deps.merchant.app.publicKey);
  }

  operationOf(request: GatewayRequest): Operation | undefined {
    return matching(request)?.operation;
  }

  answer(request: GatewayRequest, operation: Operation, fault: CallFault | undefined): Answered {
    const signer = fault === 'forged' ? strangerKey() : this.#signer;
    if (fault === 'system-error') return { answer: this.#signed(systemError, signer) };
    const refused = this.#refusalOf(request);
    if (refused !== undefined) return { answer: this.#signed(refused, signer) };
    const { begun, reply } = this.#do(operation, request, fault);
    const answer = this.#signed(fault === 'system-error-after' ? systemError : reply, signer);
    return begun === undefined ? { answer } : { answer, begun };
  }

  write({ trade, refund }: News, twist: Twist | undefined): Letter {
    const { merchant } = this.#deps;
    const record = refund === undefined ? this.#transaction(trade) : this.#refundRecord(refund, 'refund_status');
    const foreign = twist === 'foreign' ? { mchid: '1900009999' } : { mchid: merchant.merchantId };
    const event = refund === undefined ? 'TRANSACTION.SUCCESS' : 'REFUND.SUCCESS';
    const nonce = randomBytes(6).toString('hex');
    const associated = refund === undefined ? 'transaction' : 'refund';
    const cipher = createCipheriv('aes-256-gcm', Buffer.from(merchant.apiV3Key), Buffer.from(nonce));
    cipher.setAAD(Buffer.from(associated));
    const sealed = [cipher.update(JSON.stringify({ ...record, ...foreign })), cipher.final(), cipher.getAuthTag()];
    const body = JSON.stringify({
      id: `EV-${trade.tradeNo}${refund?.refundNo ?? ''}`,
      create_time: rfc3339(this.#deps.now()),
      event_type: event,
      resource_type: 'encrypt-resource',
      summary: refund === undefined ? '支付成功' : '退款成功',
      resource: {
        algorithm: 'AEAD_AES_256_GCM',
        original_type: associated,
        ciphertext: Buffer.concat(sealed).toString('base64'),
        associated_data: associated,
        nonce,
      },
    });
    // 到账 in GB 18030: bytes that no text in UTF-8 holds.
    const bytes =
      twist === 'wrongly-encoded'
        ? Buffer.concat([
            Buffer.from(body.slice(0, -1)),
            Buffer.from(',"x":"'),
            Buffer.from([0xb5, 0xbd, 0xd5, 0xcb]),
            Buffer.from('"}'),
          ])
        : Buffer.from(body);
    const signer = twist === 'forged' ? strangerKey() : this.#signer;
    const ageSeconds = twist === 'stale' ? 301 : 0;
    return {
      headers: { 'content-type': 'application/json', ...this.#signature(bytes, signer, ageSeconds) },
      body: bytes,
    };
  }

  isTaken(status: number): boolean {
    return status === 200 || status === 204;
  }

  #refusalOf({ method, url, headers, body }: GatewayRequest): Reply | undefined {
    const { merchant, now } = this.#deps;
    const [scheme, list = ''] = String(headers['authorization'] ?? '').split(' ', 2);
    const fields = Object.fromEntries(
      [...list.matchAll(/(\w+)="([^"]*)"/g)].map(([, name = '', value = '']) => [name, value] as const),
    );
    const signed = `${method}\n${url.pathname}${url.search}\n${fields['timestamp']}\n${fields['nonce_str']}\n${body}\n`;
    const signature = Buffer.from(fields['signature'] ?? '', 'base64');
    const fits =
      scheme === 'WECHATPAY2-SHA256-RSA2048' &&
      fields['mchid'] === merchant.merchantId &&
      fields['serial_no'] === merchant.serialNo &&
      Math.abs(Number(fields['timestamp']) * 1_000 - Date.parse(now())) <= 5 * 60_000 &&
      verify('RSA-SHA256', Buffer.from(signed), this.#merchantKey, signature);
    return fits ? undefined : refuse(401, 'SIGN_ERROR', '签名错误');
  }

  #do(
    operation: Operation,
    request: GatewayRequest,
    fault: CallFault | undefined,
  ): { readonly reply: Reply } & Pick<Answered, 'begun'> {
    const number = matching(request)?.number ?? '';
    const isOfRefund = operation === 'refund' || operation === 'query-refund';
    if (fault === 'unknown' && operation !== 'open')
      return { reply: refuse(404, isOfRefund ? 'RESOURCE_NOT_EXISTS' : 'ORDER_NOT_EXIST', '订单不存在') };
    switch (operation) {
      case 'open':
        return { reply: this.#open(request) };
      case 'query':
        return { reply: this.#query(number, request.url.searchParams.get('mchid')) };
      case 'close':
        return { reply: this.#close(number) };
      case 'refund':
        return this.#refund(request, fault);
      case 'query-refund': {
        const refund = this.#deps.book.findRefund('wechat_pay', number);
        if (refund === undefined) return { reply: refuse(404, 'RESOURCE_NOT_EXISTS', '退款单不存在') };
        return { reply: give(this.#refundRecord(refund, 'status')) };
      }
    }
  }

  #open(request: GatewayRequest): Reply {
    const order = z.safeParse(openSchema, JSON.parse(request.body));
    if (!order.success) return refuse(400, 'PARAM_ERROR', z.prettifyError(order.error));
    const { appid, mchid, out_trade_no, description, time_expire, notify_url, amount, payer } = order.data;
    const { merchant, book, payPage } = this.#deps;
    if (appid !== merchant.appId || mchid !== merchant.merchantId)
      return refuse(400, 'APPID_MCHID_NOT_MATCH', 'appid和mch_id不匹配');
    const isJsapi = request.url.pathname.endsWith('/jsapi');
    if (isJsapi !== (payer !== undefined)) return refuse(400, 'PARAM_ERROR', 'payer');
    const { outcome, trade } = book.open({
      channel: 'wechat_pay',
      paymentId: out_trade_no,
      amountMinor: amount.total,
      subject: description,
      scene: isJsapi ? 'jsapi' : 'qr',
      expiresAt: new Date(time_expire).toISOString(),
      notifyUrl: notify_url,
      returnUrl: null,
    });
    if (outcome === 'different') return refuse(400, 'INVALID_REQUEST', '商户订单号重复，内容不一致');
    if (outcome === 'paid') return refuse(400, 'ORDERPAID', '订单已支付');
    if (outcome === 'closed') return refuse(400, 'ORDER_CLOSED', '订单已关闭');
    return give(isJsapi ? { prepay_id: `wx${trade.code}` } : { code_url: payPage(trade) });
  }

  #query(paymentId: string, merchantId: string | null): Reply {
    const trade = this.#deps.book.find('wechat_pay', paymentId);
    if (trade === undefined || merchantId !== this.#deps.merchant.merchantId)
      return refuse(404, 'ORDER_NOT_EXIST', '订单不存在');
    return give(this.#transaction(trade));
  }

  #close(paymentId: string): Reply {
    const trade = this.#deps.book.find('wechat_pay', paymentId);
    if (trade === undefined) return refuse(404, 'ORDER_NOT_EXIST', '订单不存在');
    if (trade.state === 'paid') return refuse(400, 'ORDERPAID', '订单已支付');
    if (trade.state === 'closed') return refuse(400, 'ORDER_CLOSED', '订单已关闭');
    this.#deps.book.close('wechat_pay', paymentId);
    return { status: 204, fields: undefined };
  }

  #refund(request: GatewayRequest, fault: CallFault | undefined): { readonly reply: Reply } & Pick<Answered, 'begun'> {
    const asked = z.safeParse(refundSchema, JSON.parse(request.body));
    if (!asked.success) return { reply: refuse(400, 'PARAM_ERROR', z.prettifyError(asked.error)) };
    if (fault === 'balance-short') return { reply: refuse(403, 'NOT_ENOUGH', '基本账户余额不足，请充值后重新发起') };
    if (fault === 'refused') return { reply: refuse(403, 'USER_ACCOUNT_ABNORMAL', '用户账户异常') };
    const { out_trade_no: paymentId, out_refund_no: refundId, notify_url: notifyUrl = '', amount } = asked.data;
    const trade = this.#deps.book.find('wechat_pay', paymentId);
    if (trade?.state === 'paid' && trade.paidMinor !== amount.total)
      return { reply: refuse(400, 'INVALID_REQUEST', '订单金额或退款金额与之前请求不一致') };
    const result = this.#deps.book.refund({
      channel: 'wechat_pay',
      paymentId,
      refundId,
      amountMinor: amount.refund,
      notifyUrl,
    });
    switch (result.outcome) {
      case 'accepted': {
        const begun = { refund: result.refund, isSlow: fault === 'processing' };
        if (fault === 'already-refunded') return { begun, reply: refuse(400, 'INVALID_REQUEST', '订单已全额退款') };
        // Even one that is made at once is answered as accepted; the notification tells its end.
        return { begun, reply: give(this.#refundRecord(result.refund, 'status')) };
      }
      case 'repeated':
        return { reply: give(this.#refundRecord(result.refund, 'status')) };
      case 'different':
        return { reply: refuse(400, 'INVALID_REQUEST', '订单金额或退款金额与之前请求不一致') };
      case 'unknown-trade':
        return { reply: refuse(404, 'RESOURCE_NOT_EXISTS', '订单号不存在') };
      case 'not-paid':
        return { reply: refuse(400, 'INVALID_REQUEST', '订单未支付') };
      case 'nothing-left':
        return { reply: refuse(400, 'INVALID_REQUEST', '订单已全额退款') };
    }
  }

  #transaction(trade: BookedTrade): Fields {
    const { merchant, book } = this.#deps;
    const isRefunded = book.refundsOf('wechat_pay', trade.paymentId).length > 0;
    const states = { open: 'NOTPAY', closed: 'CLOSED', paid: isRefunded ? 'REFUND' : 'SUCCESS' };
    const common = {
      appid: merchant.appId,
      mchid: merchant.merchantId,
      out_trade_no: trade.paymentId,
      trade_state: states[trade.state],
    };
    if (trade.paidAt === null) return common;
    return {
      ...common,
      transaction_id: trade.tradeNo,
      trade_type: trade.scene === 'jsapi' ? 'JSAPI' : 'NATIVE',
      success_time: rfc3339(trade.paidAt),
      amount: { total: trade.paidMinor, payer_total: trade.paidMinor, currency: 'CNY', payer_currency: 'CNY' },
    };
  }

  #refundRecord(refund: BookedRefund, statusName: 'status' | 'refund_status'): Fields {
    return {
      refund_id: refund.refundNo,
      out_refund_no: refund.refundId,
      out_trade_no: refund.paymentId,
      [statusName]: refund.confirmedAt === null ? 'PROCESSING' : 'SUCCESS',
      ...(refund.confirmedAt === null ? {} : { success_time: rfc3339(refund.confirmedAt) }),
      amount: { refund: refund.amountMinor },
    };
  }

  #signature(body: Uint8Array, signer: KeyObject, ageSeconds = 0): Record<string, string> {
    const timestamp = String(Math.floor(Date.parse(this.#deps.now()) / 1_000) - ageSeconds);
    const nonce = randomBytes(16).toString('hex');
    const signed = Buffer.concat([Buffer.from(`${timestamp}\n${nonce}\n`), body, Buffer.from('\n')]);
    return {
      'wechatpay-timestamp': timestamp,
      'wechatpay-nonce': nonce,
      'wechatpay-serial': this.#deps.merchant.publicKeyId,
      'wechatpay-signature': sign('RSA-SHA256', signed, signer).toString('base64'),
      'wechatpay-signature-type': 'WECHATPAY2-SHA256-RSA2048',
    };
  }

  #signed({ status, fields }: Reply, signer: KeyObject): GatewayAnswer {
    const body = fields === undefined ? '' : JSON.stringify(fields);
    const headers = {
      'content-type': 'application/json; charset=utf-8',
      ...this.#signature(Buffer.from(body), signer),
    };
    return { status, headers, body };
  }
}

const matching = ({ method, url }: GatewayRequest) => {
  for (const { method: asked, path, operation } of routes) {
    const found = asked === method ? path.exec(url.pathname) : null;
    if (found !== null) return { operation, number: decodeURIComponent(found[1] ?? '') };
  }
  return undefined;
};
