import * as z from 'zod/mini';
import { chinaTimeOf } from '../../core/payments/channel-forms.ts';
import type { Instant } from '../../core/shared/instant.ts';
import {
  ChannelUnavailable,
  type OpenedTrade,
  type PaymentChannel,
  type RefundAnswer,
  type RefundToSend,
  type Trade,
  TradeNotOpenable,
  type TradeToOpen,
} from './payment-channel.ts';
import { cutToBytes } from './protocol.ts';
import { type WechatAnswer, WechatPayClient, type WechatPaySetup } from './wechat-pay-client.ts';
import { type RefundRecord, readRefund, readTransaction } from './wechat-records.ts';

/** WeChat Pay's limits, in bytes. */
const maxDescriptionBytes = 127;
const maxReasonBytes = 80;
const currency = 'CNY';

const nativeSchema = z.object({ code_url: z.string() });
const jsapiSchema = z.object({ prepay_id: z.string() });

/** No order under this number: nobody opened it. The name changed over the years. */
const tradeUnknown = new Set(['ORDER_NOT_EXIST', 'ORDERNOTEXIST', 'RESOURCE_NOT_EXISTS']);
const paid = new Set(['ORDERPAID', 'ORDER_PAID']);
const closed = new Set(['ORDER_CLOSED', 'ORDERCLOSED', 'ORDER_REVERSED']);
/** The merchant's balance does not cover the refund now. */
const balanceShort = 'NOT_ENOUGH';
/** Among other things: all of it was given back before. */
const nothingLeft = 'INVALID_REQUEST';
const refundUnknown = 'RESOURCE_NOT_EXISTS';

/**
 * WeChat Pay v3 for a merchant of his own: native codes and pages inside WeChat. The error codes stand under each
 * method: https://pay.weixin.qq.com/docs/merchant/apis/native-payment/direct-jsons/native-prepay.html and its
 * neighbours, and https://pay.weixin.qq.com/docs/merchant/apis/refund/refunds/create.html for refunds.
 */
export class WechatPayChannel implements PaymentChannel {
  readonly channel = 'wechat_pay';
  readonly #setup: WechatPaySetup;
  readonly #client: WechatPayClient;

  constructor(setup: WechatPaySetup) {
    this.#setup = setup;
    this.#client = new WechatPayClient(setup);
  }

  async open(trade: TradeToOpen): Promise<OpenedTrade> {
    const { merchantId, appId } = await this.#client.verifying();
    const order = {
      mchid: merchantId,
      appid: appId,
      out_trade_no: trade.paymentId,
      description: cutToBytes(trade.subject, maxDescriptionBytes),
      time_expire: chinaRfc3339(trade.expiresAt),
      notify_url: this.#setup.notifyUrl,
      amount: { total: trade.amountMinor, currency },
    };
    if (trade.scene === 'qr') {
      const answer = opened(await this.#client.post('/v3/pay/transactions/native', order));
      return { kind: 'qr', content: read(nativeSchema, answer).code_url };
    }
    if (trade.scene !== 'jsapi' || trade.payerOpenId === undefined)
      throw new TradeNotOpenable('refused', 'WeChat Pay needs the scene qr, or jsapi with the id of the buyer.');
    const payer = { openid: trade.payerOpenId };
    const answer = opened(await this.#client.post('/v3/pay/transactions/jsapi', { ...order, payer }));
    return this.#signForPage(appId, read(jsapiSchema, answer).prepay_id);
  }

  async query(paymentId: string): Promise<Trade> {
    const { merchantId } = await this.#client.verifying();
    const answer = await this.#client.get(`${pathOf(paymentId)}?mchid=${merchantId}`);
    if (!answer.ok) {
      if (tradeUnknown.has(answer.code)) return { state: 'unknown' };
      throw new ChannelUnavailable(answer.detail);
    }
    const trade = readTransaction(answer.body);
    if (trade?.paymentId !== paymentId || trade.merchantId !== merchantId)
      throw new ChannelUnavailable(`WeChat Pay's answer about ${paymentId} is not about it, or not as documented.`);
    return trade.trade;
  }

  async close(paymentId: string): Promise<'closed' | 'paid'> {
    const { merchantId } = await this.#client.verifying();
    const answer = await this.#client.post(`${pathOf(paymentId)}/close`, { mchid: merchantId });
    if (answer.ok || tradeUnknown.has(answer.code) || closed.has(answer.code)) return 'closed';
    if (paid.has(answer.code)) return 'paid';
    throw new ChannelUnavailable(answer.detail);
  }

  /** The refund's id is WeChat Pay's `out_refund_no`: sent again it is answered with what became of it. */
  async refund(refund: RefundToSend): Promise<RefundAnswer> {
    const answer = await this.#client.post('/v3/refund/domestic/refunds', {
      out_trade_no: refund.paymentId,
      out_refund_no: refund.refundId,
      reason: cutToBytes(refund.reason, maxReasonBytes),
      notify_url: this.#setup.notifyUrl,
      amount: { refund: refund.amountMinor, total: refund.paidMinor, currency },
    });
    if (answer.ok) return refundIn(answer.body, refund.refundId).answer;
    const { code, detail } = answer;
    if (code === balanceShort) return { outcome: 'balance-short', detail };
    if (code !== nothingLeft) return { outcome: 'refused', detail };
    const before = await this.#findRefund(refund.refundId);
    return before?.amountMinor === refund.amountMinor ? before.answer : { outcome: 'refused', detail };
  }

  async queryRefund({ refundId }: Pick<RefundToSend, 'refundId' | 'paymentId'>): Promise<RefundAnswer> {
    return (await this.#findRefund(refundId))?.answer ?? { outcome: 'unknown' };
  }

  async #findRefund(refundId: string): Promise<RefundRecord | undefined> {
    const answer = await this.#client.get(`/v3/refund/domestic/refunds/${encodeURIComponent(refundId)}`);
    if (answer.ok) return refundIn(answer.body, refundId);
    if (answer.code === refundUnknown) return undefined;
    throw new ChannelUnavailable(answer.detail);
  }

  /** What `WeixinJSBridge` or `wx.chooseWXPay` takes; signed, so that the page cannot change it. */
  async #signForPage(appId: string, prepayId: string): Promise<OpenedTrade> {
    const { timestamp, nonce } = this.#client.stamp();
    const contents = `prepay_id=${prepayId}`;
    const paySign = await this.#client.sign([appId, timestamp, nonce, contents]);
    const parameters = { appId, timeStamp: timestamp, nonceStr: nonce, package: contents, signType: 'RSA', paySign };
    return { kind: 'jsapi', parameters };
  }
}

const pathOf = (paymentId: string): string => `/v3/pay/transactions/out-trade-no/${encodeURIComponent(paymentId)}`;

const chinaRfc3339 = (instant: Instant): string => `${chinaTimeOf(instant).replace(' ', 'T')}+08:00`;

const opened = (answer: WechatAnswer): unknown => {
  if (answer.ok) return answer.body;
  const reason = paid.has(answer.code) ? 'paid' : closed.has(answer.code) ? 'closed' : 'refused';
  throw new TradeNotOpenable(reason, answer.detail);
};

const read = <Schema extends z.ZodMiniType>(schema: Schema, body: unknown): z.output<Schema> => {
  const parsed = z.safeParse(schema, body);
  if (parsed.success) return parsed.data;
  throw new ChannelUnavailable(`WeChat Pay's answer lacks ${parsed.error.issues[0]?.path.join('.')}.`);
};

const refundIn = (body: unknown, refundId: string): RefundRecord => {
  const refund = readRefund(body);
  if (refund?.refundId !== refundId)
    throw new ChannelUnavailable(`WeChat Pay's answer about ${refundId} is not about it, or not as documented.`);
  return refund;
};
