/** What WeChat Pay says of a payment and of a refund, in the same words when asked and when it notifies. */
import * as z from 'zod/mini';
import { maxAmountMinor } from '../../core/shared/money.ts';
import type { RefundAnswer, Trade } from './payment-channel.ts';

const amountMinor = z.int().check(z.minimum(0), z.maximum(maxAmountMinor));
/** RFC 3339 with the offset of China, as an instant of ours. */
const instant = z.pipe(
  z.iso.datetime({ offset: true }),
  z.transform((text: string) => new Date(text).toISOString()),
);

const transactionSchema = z.object({
  mchid: z.string(),
  appid: z.string(),
  out_trade_no: z.string(),
  transaction_id: z.optional(z.string()),
  trade_state: z.string(),
  success_time: z.optional(instant),
  amount: z.optional(z.object({ total: amountMinor, currency: z.optional(z.literal('CNY')) })),
});

const refundSchema = z.object({
  mchid: z.optional(z.string()),
  out_trade_no: z.string(),
  out_refund_no: z.string(),
  /** In a notification `refund_status`, in an answer `status`. */
  status: z.optional(z.string()),
  refund_status: z.optional(z.string()),
  success_time: z.optional(instant),
  amount: z.object({ refund: amountMinor }),
});

export type Transaction = {
  readonly merchantId: string;
  readonly appId: string;
  readonly paymentId: string;
  readonly trade: Trade;
};

/** Undefined where a record is not as documented. */
export const readTransaction = (record: unknown): Transaction | undefined => {
  const parsed = z.safeParse(transactionSchema, record);
  if (!parsed.success) return undefined;
  const { mchid, appid, out_trade_no: paymentId } = parsed.data;
  const trade = tradeOf(parsed.data);
  return trade && { merchantId: mchid, appId: appid, paymentId, trade };
};

const tradeOf = (record: z.output<typeof transactionSchema>): Trade | undefined => {
  const { transaction_id: tradeNo, success_time: paidAt, amount, out_trade_no: paymentId } = record;
  switch (record.trade_state) {
    case 'NOTPAY':
    case 'USERPAYING':
    case 'PAYERROR':
      return { state: 'open' };
    case 'CLOSED':
    case 'REVOKED':
      return { state: 'closed' };
    case 'SUCCESS':
    // Paid, and some or all of it given back since.
    case 'REFUND':
      if (tradeNo === undefined || paidAt === undefined || amount === undefined) return undefined;
      return { state: 'paid', paymentId, tradeNo, paidMinor: amount.total, paidAt };
    default:
      return undefined;
  }
};

export type RefundRecord = {
  readonly merchantId: string | undefined;
  readonly refundId: string;
  readonly paymentId: string;
  readonly amountMinor: number;
  readonly answer: RefundAnswer;
};

/** Undefined where a record is not as documented. */
export const readRefund = (record: unknown): RefundRecord | undefined => {
  const parsed = z.safeParse(refundSchema, record);
  if (!parsed.success) return undefined;
  const { mchid, out_refund_no: refundId, out_trade_no: paymentId, amount } = parsed.data;
  const answer = refundAnswerOf(parsed.data.status ?? parsed.data.refund_status, parsed.data.success_time);
  return answer && { merchantId: mchid, refundId, paymentId, amountMinor: amount.refund, answer };
};

const refundAnswerOf = (status: string | undefined, successTime: string | undefined): RefundAnswer | undefined => {
  switch (status) {
    case 'SUCCESS':
      return successTime === undefined ? undefined : { outcome: 'confirmed', confirmedAt: successTime };
    case 'PROCESSING':
      return { outcome: 'processing' };
    case 'CLOSED':
      return { outcome: 'refused', detail: 'WeChat Pay closed the refund without paying it out.' };
    case 'ABNORMAL':
      return {
        outcome: 'refused',
        detail: 'The account of the buyer cannot take the refund; on its merchant site WeChat Pay offers other ways.',
      };
    default:
      return undefined;
  }
};
