import type { AlipaySdk } from 'alipay-sdk';
import * as z from 'zod/mini';
import type { PaymentScene } from '../../core/payments/channel.ts';
import { chinaTimeOf, fenOf, instantOfChinaTime, yuanOf } from '../../core/payments/channel-forms.ts';
import type { Instant } from '../../core/shared/instant.ts';
import * as codes from './alipay-codes.ts';
import type { AlipaySigning, AlipayVerifying, Credentials } from './credentials.ts';
import {
  ChannelNotConfigured,
  ChannelUnavailable,
  type OpenedTrade,
  type PaymentChannel,
  type RefundAnswer,
  type RefundToSend,
  type Trade,
  TradeNotOpenable,
  type TradeToOpen,
} from './payment-channel.ts';
import { callTimeoutMs, cutToBytes, within } from './protocol.ts';

export type AlipaySetup = {
  readonly signing: Credentials<AlipaySigning>;
  readonly verifying: Credentials<AlipayVerifying>;
  /** Of the OpenAPI gateway, with its path. */
  readonly gatewayUrl: string;
  /** Where Alipay sends what it has to say of a trade. */
  readonly notifyUrl: string;
  readonly now: () => Instant;
  /** How long one call may take. @default callTimeoutMs */
  readonly timeoutMs?: number;
};

const answerSchema = z.looseObject({
  code: z.string(),
  msg: z.optional(z.string()),
  sub_code: z.optional(z.string()),
  sub_msg: z.optional(z.string()),
});
type Success = { readonly ok: true; readonly answer: Readonly<Record<string, unknown>> };
type Refused = { readonly ok: false; readonly subCode: string; readonly detail: string };

const precreatedSchema = z.object({ out_trade_no: z.string(), qr_code: z.string() });
const queriedSchema = z.object({
  out_trade_no: z.string(),
  trade_no: z.string(),
  trade_status: z.string(),
  total_amount: z.string(),
  send_pay_date: z.optional(z.string()),
});
const refundedSchema = z.object({
  out_trade_no: z.string(),
  fund_change: z.optional(z.string()),
  gmt_refund_pay: z.optional(z.string()),
});
const refundQueriedSchema = z.object({
  out_request_no: z.optional(z.string()),
  refund_status: z.optional(z.string()),
  refund_amount: z.optional(z.string()),
  gmt_refund_pay: z.optional(z.string()),
});

/** Alipay's limit, in letters; a byte is never less than one. */
const maxSubjectBytes = 256;

/** The method and product by which each scene is sold. */
const products: Partial<Record<PaymentScene, { readonly method: string; readonly code: string }>> = {
  page: { method: 'alipay.trade.page.pay', code: 'FAST_INSTANT_TRADE_PAY' },
  app: { method: 'alipay.trade.app.pay', code: 'QUICK_MSECURITY_PAY' },
  qr: { method: 'alipay.trade.precreate', code: 'FACE_TO_FACE_PAYMENT' },
};

/** Alipay by its own SDK, in the mode of plain public keys. */
export class AlipayChannel implements PaymentChannel {
  readonly channel = 'alipay';
  readonly #setup: AlipaySetup;
  readonly #timeoutMs: number;
  #built: { readonly signing: AlipaySigning; readonly verifying: AlipayVerifying; readonly sdk: AlipaySdk } | undefined;

  constructor(setup: AlipaySetup) {
    this.#setup = setup;
    this.#timeoutMs = setup.timeoutMs ?? callTimeoutMs;
  }

  /** A page or an app carries the signed order to Alipay itself; only a code is asked for here. */
  async open(trade: TradeToOpen): Promise<OpenedTrade> {
    const product = products[trade.scene];
    if (product === undefined) throw new TradeNotOpenable('refused', `Alipay has no scene ${trade.scene}.`);
    const contents = {
      out_trade_no: trade.paymentId,
      total_amount: yuanOf(trade.amountMinor),
      // Alipay refuses these signs in a subject.
      subject: cutToBytes(trade.subject.replaceAll(/[/=&]/g, ' '), maxSubjectBytes),
      product_code: product.code,
      time_expire: chinaTimeOf(trade.expiresAt),
    };
    if (trade.scene === 'qr') return this.#precreate(product.method, contents);
    const sdk = await this.#sdk();
    const order = { ...this.#common(), notify_url: this.#setup.notifyUrl, bizContent: contents };
    if (trade.scene === 'app') return { kind: 'app', parameters: sdk.sdkExecute(product.method, order) };
    const withReturn = trade.returnUrl === undefined ? order : { ...order, return_url: trade.returnUrl };
    return { kind: 'redirect', url: sdk.pageExecute(product.method, 'GET', withReturn) };
  }

  async query(paymentId: string): Promise<Trade> {
    const result = await this.#call('alipay.trade.query', { out_trade_no: paymentId });
    if (!result.ok) {
      if (result.subCode === codes.tradeUnknown) return { state: 'unknown' };
      throw new ChannelUnavailable(result.detail);
    }
    const trade = this.#read(queriedSchema, result);
    this.#sameTrade(trade.out_trade_no, paymentId);
    switch (trade.trade_status) {
      case 'WAIT_BUYER_PAY':
        return { state: 'open' };
      // Unpaid at its end, or given back in full: either way there is nothing that we could hold for the buyer.
      case 'TRADE_CLOSED':
        return { state: 'closed' };
      case 'TRADE_SUCCESS':
      case 'TRADE_FINISHED': {
        const paidMinor = fenOf(trade.total_amount);
        const paidAt = instantOfChinaTime(trade.send_pay_date ?? '');
        if (paidMinor === undefined || paidAt === undefined)
          throw new ChannelUnavailable(`Alipay says that ${paymentId} is paid, but not how much or when.`);
        return { state: 'paid', paymentId, tradeNo: trade.trade_no, paidMinor, paidAt };
      }
      default:
        throw new ChannelUnavailable(
          `Alipay says that ${paymentId} is ${trade.trade_status}, which means nothing to us.`,
        );
    }
  }

  async close(paymentId: string): Promise<'closed' | 'paid'> {
    const result = await this.#call('alipay.trade.close', { out_trade_no: paymentId });
    if (result.ok || result.subCode === codes.tradeUnknown) return 'closed';
    if (!codes.notClosable.has(result.subCode)) throw new ChannelUnavailable(result.detail);
    const { state } = await this.query(paymentId);
    if (state === 'open') throw new ChannelUnavailable(result.detail);
    return state === 'paid' ? 'paid' : 'closed';
  }

  /** The refund's id is Alipay's `out_request_no`: sent again it moves no money (`fund_change` is `N`). */
  async refund(refund: RefundToSend): Promise<RefundAnswer> {
    const result = await this.#call('alipay.trade.refund', {
      out_trade_no: refund.paymentId,
      out_request_no: refund.refundId,
      refund_amount: yuanOf(refund.amountMinor),
      refund_reason: cutToBytes(refund.reason, maxSubjectBytes),
    });
    if (!result.ok) {
      const { subCode, detail } = result;
      if (codes.balanceShort.has(subCode)) return { outcome: 'balance-short', detail };
      if (!codes.nothingLeft.has(subCode)) return { outcome: 'refused', detail };
      const { answer, amountMinor } = await this.#findRefund(refund);
      return answer.outcome === 'confirmed' && amountMinor === refund.amountMinor
        ? answer
        : { outcome: 'refused', detail };
    }
    const answer = this.#read(refundedSchema, result);
    this.#sameTrade(answer.out_trade_no, refund.paymentId);
    if (answer.fund_change === 'Y') return this.#confirmed(answer.gmt_refund_pay);
    // Alipay's own advice: without a change of funds the query alone tells whether the refund was made.
    const before = await this.queryRefund(refund);
    return before.outcome === 'unknown' ? { outcome: 'processing' } : before;
  }

  async queryRefund(refund: Pick<RefundToSend, 'refundId' | 'paymentId'>): Promise<RefundAnswer> {
    return (await this.#findRefund(refund)).answer;
  }

  /** What became of a refund, and of which amount. */
  async #findRefund({ refundId, paymentId }: Pick<RefundToSend, 'refundId' | 'paymentId'>): Promise<{
    answer: RefundAnswer;
    amountMinor?: number | undefined;
  }> {
    const result = await this.#call('alipay.trade.fastpay.refund.query', {
      out_trade_no: paymentId,
      out_request_no: refundId,
      query_options: ['gmt_refund_pay'],
    });
    if (!result.ok) {
      if (codes.refundUnknown.has(result.subCode)) return { answer: { outcome: 'unknown' } };
      throw new ChannelUnavailable(result.detail);
    }
    const answer = this.#read(refundQueriedSchema, result);
    if (answer.refund_status === 'REFUND_SUCCESS') {
      this.#sameTrade(answer.out_request_no ?? refundId, refundId);
      return { answer: this.#confirmed(answer.gmt_refund_pay), amountMinor: fenOf(answer.refund_amount ?? '') };
    }
    // A refund that Alipay never had, or that failed there, is answered without a status.
    return { answer: { outcome: answer.refund_status === undefined ? 'unknown' : 'processing' } };
  }

  async #precreate(method: string, contents: Readonly<Record<string, unknown>>): Promise<OpenedTrade> {
    const result = await this.#call(method, contents, { notify_url: this.#setup.notifyUrl });
    if (!result.ok) throw new TradeNotOpenable(codes.notOpenable[result.subCode] ?? 'refused', result.detail);
    return { kind: 'qr', content: this.#read(precreatedSchema, result).qr_code };
  }

  /** The moment that Alipay names, or where it names none, that of its answer. */
  #confirmed(gmtRefundPay: string | undefined): RefundAnswer {
    return { outcome: 'confirmed', confirmedAt: instantOfChinaTime(gmtRefundPay ?? '') ?? this.#setup.now() };
  }

  /** One call, its answer's signature checked, its faults told apart. */
  async #call(
    method: string,
    contents: Readonly<Record<string, unknown>>,
    more: Readonly<Record<string, string>> = {},
  ): Promise<Success | Refused> {
    const sdk = await this.#sdk();
    const parameters = { ...this.#common(), ...more, bizContent: contents };
    let raw: unknown;
    try {
      raw = await within(this.#timeoutMs, sdk.exec(method, parameters, { validateSign: true }));
    } catch (error) {
      // The SDK hands the missing signature to the cipher; there is none for an app that Alipay does not know.
      if (error instanceof TypeError && 'code' in error && error.code === 'ERR_INVALID_ARG_TYPE')
        throw new ChannelNotConfigured(`Alipay did not sign its answer to ${method}: it may not know our app.`);
      // The SDK's own error carries the whole answer, with what it says of the buyer, into whatever logs it.
      const cause = error instanceof Error && error.cause instanceof Error ? error.cause : undefined;
      throw new ChannelUnavailable(`Alipay gave no answer to ${method} that can be trusted.`, { cause });
    }
    const parsed = z.safeParse(answerSchema, raw);
    if (!parsed.success) throw new ChannelUnavailable(`Alipay answered ${method} without a code.`);
    const { code, msg = '', sub_code: subCode = '', sub_msg: subMessage = '' } = parsed.data;
    if (code === codes.succeeded) return { ok: true, answer: parsed.data };
    const detail = `Alipay answered ${method} with ${code} ${msg}, ${subCode} ${subMessage}`.trimEnd();
    switch (codes.kindOfFault(code, subCode)) {
      case 'passing':
        throw new ChannelUnavailable(detail);
      case 'credentials':
        throw new ChannelNotConfigured(detail);
      case 'business':
        return { ok: false, subCode, detail };
    }
  }

  #read<Schema extends z.ZodMiniType>(schema: Schema, { answer }: Success): z.output<Schema> {
    const parsed = z.safeParse(schema, answer);
    if (parsed.success) return parsed.data;
    throw new ChannelUnavailable(`Alipay's answer lacks ${parsed.error.issues[0]?.path.join('.')}.`);
  }

  #sameTrade(answered: string, asked: string): void {
    if (answered !== asked) throw new ChannelUnavailable(`Alipay was asked about ${asked} and answered about another.`);
  }

  /** Left alone the SDK takes the clock of the machine, which in Lambda is not that of China. */
  #common(): { readonly timestamp: string } {
    return { timestamp: chinaTimeOf(this.#setup.now()) };
  }

  async #sdk(): Promise<AlipaySdk> {
    const [signing, verifying] = await Promise.all([this.#setup.signing(), this.#setup.verifying()]);
    if (this.#built?.signing === signing && this.#built.verifying === verifying) return this.#built.sdk;
    // Loaded at the first use: it is larger than all the rest of a function, and paying from a wallet does not need it.
    const { AlipaySdk: Sdk } = await import('alipay-sdk');
    const sdk = new Sdk({
      appId: verifying.appId,
      privateKey: String(signing.privateKey.export({ type: 'pkcs8', format: 'pem' })),
      keyType: 'PKCS8',
      alipayPublicKey: String(verifying.publicKey.export({ type: 'spki', format: 'pem' })),
      gateway: this.#setup.gatewayUrl,
      timeout: this.#timeoutMs,
      camelcase: false,
    });
    this.#built = { signing, verifying, sdk };
    return sdk;
  }
}
