import { createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';
import * as z from 'zod/mini';
import type { PaymentScene } from '../../core/payments/channel.ts';
import { chinaTimeOf, fenOf, instantOfChinaTime, yuanOf } from '../../core/payments/channel-forms.ts';
import type { Instant } from '../../core/shared/instant.ts';
import type { Answered, Face, GatewayAnswer, GatewayRequest, Letter, News } from './face.ts';
import type { CallFault, Operation, Twist } from './faults.ts';
import { type GatewayMerchant, strangerKey } from './merchant.ts';
import type { BookedTrade, TradeBook } from './trade-book.ts';

export const alipayPath = '/alipay/gateway.do';

type Deps = {
  readonly book: TradeBook;
  readonly merchant: GatewayMerchant['alipay'];
  readonly now: () => Instant;
  /** The address under which browsers reach the pay page of a trade. */
  readonly payPage: (trade: BookedTrade) => string;
};
type Parameters = Readonly<Record<string, string>>;
type Fields = Readonly<Record<string, unknown>>;
type Done = { readonly fields: Fields } & Omit<Answered, 'answer'>;

const methods: Readonly<Record<string, Operation>> = {
  'alipay.trade.page.pay': 'open',
  'alipay.trade.app.pay': 'open',
  'alipay.trade.precreate': 'open',
  'alipay.trade.query': 'query',
  'alipay.trade.close': 'close',
  'alipay.trade.refund': 'refund',
  'alipay.trade.fastpay.refund.query': 'query-refund',
};
const scenes: Readonly<Record<string, PaymentScene>> = {
  'alipay.trade.page.pay': 'page',
  'alipay.trade.app.pay': 'app',
  'alipay.trade.precreate': 'qr',
};

const openSchema = z.object({
  out_trade_no: z.string().check(z.regex(/^[0-9A-Za-z_]{1,64}$/)),
  total_amount: z.string(),
  subject: z.string().check(z.minLength(1), z.maxLength(256), z.regex(/^[^/=&]*$/)),
  time_expire: z.string(),
});
const tradeSchema = z.object({ out_trade_no: z.string() });
const refundSchema = z.object({ out_trade_no: z.string(), out_request_no: z.string(), refund_amount: z.string() });
const refundQuerySchema = z.object({ out_trade_no: z.string(), out_request_no: z.string() });

/** Alipay's clock and that of a request may differ by so much. */
const maxClockDriftMs = 15 * 60_000;

const business = (subCode: string): Fields => ({
  code: '40004',
  msg: 'Business Failed',
  sub_code: subCode,
  sub_msg: subCode,
});
const invalid = (subCode: string): Fields => ({
  code: '40002',
  msg: 'Invalid Arguments',
  sub_code: subCode,
  sub_msg: subCode,
});
/** An app that Alipay does not know has no key to be answered with. */
const unknownApp = invalid('isv.invalid-app-id');
const success = (fields: Fields): Fields => ({ code: '10000', msg: 'Success', ...fields });

/** Alipay's OpenAPI gateway, as far as a merchant of ours uses it. */
export class AlipayFace implements Face {
  readonly channel = 'alipay';
  /** «4m, 10m, 10m, 1h, 2h, 6h, 15h» */
  readonly retryMinutes = [4, 10, 10, 60, 120, 360, 900];
  readonly #deps: Deps;
  readonly #signer: KeyObject;
  readonly #appKey: KeyObject;

  constructor(deps: Deps) {
    this.#deps = deps;
    this.#signer = createPrivateKey(deps.merchant.channel.privateKey);
    this.#appKey = createPublicKey(deps.merchant.app.publicKey);
  }

  operationOf(request: GatewayRequest): Operation | undefined {
    return request.url.pathname === alipayPath ? methods[parametersOf(request)['method'] ?? ''] : undefined;
  }

  answer(request: GatewayRequest, operation: Operation, fault: CallFault | undefined): Answered {
    const parameters = parametersOf(request);
    const method = parameters['method'] ?? '';
    const signer = fault === 'forged' ? strangerKey() : this.#signer;
    const refused = fault === 'system-error' ? business('ACQ.SYSTEM_ERROR') : this.#refusalOf(parameters);
    if (refused === unknownApp) return { answer: unsigned(refused) };
    if (refused !== undefined) return { answer: this.#sealed(method, refused, signer) };
    const contents: unknown = JSON.parse(parameters['biz_content'] ?? '{}');
    const { fields, ...effects } = this.#do(operation, parameters, contents, fault);
    if (effects.visited !== undefined) return { ...effects, answer: redirect(this.#deps.payPage(effects.visited)) };
    const told = fault === 'system-error-after' ? business('ACQ.SYSTEM_ERROR') : fields;
    return { ...effects, answer: this.#sealed(method, told, signer) };
  }

  write({ trade, refund }: News, twist: Twist | undefined): Letter {
    const { merchant, now } = this.#deps;
    const parameters: Record<string, string> = {
      notify_type: 'trade_status_sync',
      notify_id: `${trade.tradeNo}${refund?.refundNo ?? ''}`,
      notify_time: chinaTimeOf(now()),
      app_id: merchant.appId,
      auth_app_id: merchant.appId,
      seller_id: twist === 'foreign' ? '2088999999999999' : merchant.sellerId,
      charset: 'utf-8',
      version: '1.0',
      out_trade_no: trade.paymentId,
      trade_no: trade.tradeNo,
      subject: trade.subject,
      gmt_create: chinaTimeOf(trade.openedAt),
      total_amount: yuanOf(trade.paidMinor ?? trade.amountMinor),
      receipt_amount: yuanOf(trade.paidMinor ?? trade.amountMinor),
      gmt_payment: chinaTimeOf(trade.paidAt ?? now()),
      buyer_id: '2088102116773037',
      trade_status: 'TRADE_SUCCESS',
    };
    if (refund !== undefined) {
      const refundedMinor = this.#deps.book.refundedMinor('alipay', trade.paymentId);
      parameters['refund_fee'] = yuanOf(refundedMinor);
      parameters['gmt_refund'] = `${chinaTimeOf(refund.confirmedAt ?? now())}.000`;
      parameters['out_biz_no'] = refund.refundId;
      if (refundedMinor === trade.paidMinor) parameters['trade_status'] = 'TRADE_CLOSED';
    }
    if (twist === 'stale') parameters['notify_time'] = '2020-01-01 00:00:00';
    const signed = Object.entries(parameters)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, value]) => `${name}=${value}`)
      .join('&');
    const signer = twist === 'forged' ? strangerKey() : this.#signer;
    parameters['sign'] = sign('RSA-SHA256', Buffer.from(signed), signer).toString('base64');
    parameters['sign_type'] = 'RSA2';
    const body = new URLSearchParams(parameters).toString();
    return {
      headers: { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' },
      // 到账 in GB 18030: bytes that no text in UTF-8 holds.
      body: Buffer.from(twist === 'wrongly-encoded' ? `${body}&body=%B5%BD%D5%CB` : body),
    };
  }

  isTaken(_: number, body: string): boolean {
    return body.trim() === 'success';
  }

  #refusalOf({ sign: signature = '', ...signed }: Parameters): Fields | undefined {
    if (signed['app_id'] !== this.#deps.merchant.appId) return unknownApp;
    const text = Object.entries(signed)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, value]) => `${name}=${value}`)
      .join('&');
    const genuine = verify('RSA-SHA256', Buffer.from(text), this.#appKey, Buffer.from(signature, 'base64'));
    if (signed['sign_type'] !== 'RSA2' || !genuine) return invalid('isv.invalid-signature');
    const sentAt = instantOfChinaTime(signed['timestamp'] ?? '');
    const driftMs = Math.abs(Date.parse(sentAt ?? '') - Date.parse(this.#deps.now()));
    return driftMs <= maxClockDriftMs ? undefined : invalid('isv.invalid-timestamp');
  }

  #do(operation: Operation, parameters: Parameters, contents: unknown, fault: CallFault | undefined): Done {
    if (fault === 'unknown' && operation !== 'open') return { fields: business('ACQ.TRADE_NOT_EXIST') };
    switch (operation) {
      case 'open':
        return this.#open(parameters, contents);
      case 'query':
        return { fields: this.#query(contents) };
      case 'close':
        return { fields: this.#close(contents) };
      case 'refund':
        return this.#refund(contents, fault);
      case 'query-refund':
        return { fields: this.#queryRefund(contents) };
    }
  }

  #open(parameters: Parameters, contents: unknown): Done {
    const order = z.safeParse(openSchema, contents);
    const scene = scenes[parameters['method'] ?? ''];
    const amountMinor = fenOf(order.data?.total_amount ?? '');
    const expiresAt = instantOfChinaTime(order.data?.time_expire ?? '');
    if (!order.success || scene === undefined || !amountMinor || expiresAt === undefined)
      return { fields: business('ACQ.INVALID_PARAMETER') };
    const { outcome, trade } = this.#deps.book.open({
      channel: 'alipay',
      paymentId: order.data.out_trade_no,
      amountMinor,
      subject: order.data.subject,
      scene,
      expiresAt,
      notifyUrl: parameters['notify_url'] ?? '',
      returnUrl: parameters['return_url'] ?? null,
    });
    if (outcome === 'different') return { fields: business('ACQ.CONTEXT_INCONSISTENT') };
    // A browser or an app that is sent here is shown what became of the trade.
    if (scene !== 'qr') return { fields: success({}), visited: trade };
    if (outcome === 'paid') return { fields: business('ACQ.TRADE_HAS_SUCCESS') };
    if (outcome === 'closed') return { fields: business('ACQ.TRADE_HAS_CLOSE') };
    return { fields: success({ out_trade_no: trade.paymentId, qr_code: this.#deps.payPage(trade) }) };
  }

  /** A code that nobody scanned is no trade yet. */
  #find(contents: unknown): BookedTrade | undefined {
    const asked = z.safeParse(tradeSchema, contents);
    const trade = this.#deps.book.find('alipay', asked.data?.out_trade_no ?? '');
    return trade?.seen === 1 ? trade : undefined;
  }

  #query(contents: unknown): Fields {
    const trade = this.#find(contents);
    if (trade === undefined) return business('ACQ.TRADE_NOT_EXIST');
    const all = trade.paidMinor !== null && this.#deps.book.refundedMinor('alipay', trade.paymentId) >= trade.paidMinor;
    const status = { open: 'WAIT_BUYER_PAY', closed: 'TRADE_CLOSED', paid: all ? 'TRADE_CLOSED' : 'TRADE_SUCCESS' };
    return success({
      out_trade_no: trade.paymentId,
      trade_no: trade.tradeNo,
      trade_status: status[trade.state],
      total_amount: yuanOf(trade.paidMinor ?? trade.amountMinor),
      ...(trade.paidAt === null ? {} : { send_pay_date: chinaTimeOf(trade.paidAt) }),
    });
  }

  #close(contents: unknown): Fields {
    const trade = this.#find(contents);
    if (trade === undefined) return business('ACQ.TRADE_NOT_EXIST');
    if (trade.state !== 'open') return business('ACQ.REASON_TRADE_STATUS_INVALID');
    this.#deps.book.close('alipay', trade.paymentId);
    return success({ out_trade_no: trade.paymentId, trade_no: trade.tradeNo });
  }

  #refund(contents: unknown, fault: CallFault | undefined): Done {
    const asked = z.safeParse(refundSchema, contents);
    const amountMinor = fenOf(asked.data?.refund_amount ?? '');
    if (!asked.success || !amountMinor) return { fields: business('ACQ.INVALID_PARAMETER') };
    if (fault === 'balance-short') return { fields: business('ACQ.SELLER_BALANCE_NOT_ENOUGH') };
    if (fault === 'refused') return { fields: business('ACQ.REASON_TRADE_BEEN_FREEZEN') };
    const { out_trade_no: paymentId, out_request_no: refundId } = asked.data;
    const result = this.#deps.book.refund({ channel: 'alipay', paymentId, refundId, amountMinor, notifyUrl: '' });
    const fields = { out_trade_no: paymentId, refund_fee: asked.data.refund_amount };
    switch (result.outcome) {
      case 'accepted': {
        const begun = { refund: result.refund, isSlow: fault === 'processing' };
        if (fault === 'already-refunded') return { begun, fields: business('ACQ.TRADE_HAS_CLOSE') };
        return { begun, fields: success({ ...fields, fund_change: begun.isSlow ? 'N' : 'Y' }) };
      }
      case 'repeated':
        return { fields: success({ ...fields, fund_change: 'N' }) };
      case 'different':
        return { fields: business('ACQ.DISCORDANT_REPEAT_REQUEST') };
      case 'unknown-trade':
        return { fields: business('ACQ.TRADE_NOT_EXIST') };
      case 'not-paid':
        return { fields: business('ACQ.TRADE_STATUS_ERROR') };
      case 'nothing-left':
        return { fields: business('ACQ.REASON_TRADE_REFUND_FEE_ERR') };
    }
  }

  #queryRefund(contents: unknown): Fields {
    const asked = z.safeParse(refundQuerySchema, contents);
    const trade = this.#find(contents);
    if (!asked.success || trade === undefined) return business('ACQ.TRADE_NOT_EXIST');
    const refund = this.#deps.book.findRefund('alipay', asked.data.out_request_no);
    if (refund?.confirmedAt == null) return success({});
    return success({
      out_trade_no: trade.paymentId,
      out_request_no: refund.refundId,
      refund_amount: yuanOf(refund.amountMinor),
      refund_status: 'REFUND_SUCCESS',
      gmt_refund_pay: chinaTimeOf(refund.confirmedAt),
    });
  }

  #sealed(method: string, fields: Fields, signer: KeyObject): GatewayAnswer {
    const text = JSON.stringify(fields);
    const signature = sign('RSA-SHA256', Buffer.from(text), signer).toString('base64');
    const name = `${method.replaceAll('.', '_')}_response`;
    return {
      status: 200,
      headers: { 'content-type': 'text/html;charset=utf-8' },
      body: `{"${name}":${text},"sign":"${signature}"}`,
    };
  }
}

const unsigned = (fields: Fields): GatewayAnswer => ({
  status: 200,
  headers: { 'content-type': 'text/html;charset=utf-8' },
  body: JSON.stringify({ error_response: fields }),
});

const redirect = (location: string): GatewayAnswer => ({ status: 302, headers: { location }, body: '' });

const parametersOf = ({ url, body }: GatewayRequest): Parameters => ({
  ...Object.fromEntries(url.searchParams),
  ...Object.fromEntries(new URLSearchParams(body)),
});
