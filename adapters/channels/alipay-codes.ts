/**
 * What Alipay's codes mean to us. Sources: the public result codes of the OpenAPI gateway, and the business error codes
 * under each method's page (`alipay.trade.query`, `.close`, `.refund`, `.fastpay.refund.query`, `.precreate`) at
 * https://opendocs.alipay.com/open.
 */

export const succeeded = '10000';

/** `20000`: the service is not available; `40005`: called too often. */
const passingCodes = new Set(['20000', '40005']);
/** `40006`: our app may not call this method; `20001`: its authorisation ended. A person has to see to it. */
const unpermittedCodes = new Set(['20001', '40006']);

/** Alipay does not know our app, or our signature does not fit the key that it has of us. */
const credentialFaults = new Set([
  'isv.invalid-app-id',
  'isv.missing-app-id',
  'isv.invalid-signature',
  'isv.missing-signature',
  'isv.missing-signature-key',
  'isv.invalid-signature-type',
  'isv.app-not-online',
]);

/** `ACQ.SYSTEM_ERROR` comes with a prefix, or with its first letters exchanged, depending on the method. */
const isSystemError = (subCode: string): boolean =>
  /(^|\.)A(CQ|QC)\.SYSTEM_ERROR$/.test(subCode) || /^isp\./.test(subCode) || subCode === 'ACQ.CONCURRENT_ERROR';

export type FaultKind = 'passing' | 'credentials' | 'business';

export const kindOfFault = (code: string, subCode: string): FaultKind => {
  if (passingCodes.has(code) || isSystemError(subCode)) return 'passing';
  if (unpermittedCodes.has(code) || credentialFaults.has(subCode)) return 'credentials';
  return 'business';
};

/** Nobody opened the trade, or nobody scanned its code: only then does Alipay make it. */
export const tradeUnknown = 'ACQ.TRADE_NOT_EXIST';

/** A trade that is paid or has ended cannot be closed; which of the two it is, the query says. */
export const notClosable = new Set([
  'ACQ.TRADE_STATUS_ERROR',
  'ACQ.REASON_TRADE_STATUS_INVALID',
  'ACQ.REASON_ILLEGAL_STATUS',
  'ACQ.TRADE_HAS_SUCCESS',
  'ACQ.TRADE_HAS_FINISHED',
  'ACQ.TRADE_HAS_CLOSE',
]);

/** Why a trade cannot be opened under its number; any other business code means that it is refused. */
export const notOpenable: Readonly<Record<string, 'paid' | 'closed'>> = {
  'ACQ.TRADE_HAS_SUCCESS': 'paid',
  'ACQ.TRADE_HAS_FINISHED': 'paid',
  'ACQ.TRADE_HAS_CLOSE': 'closed',
};

/** Our account at Alipay does not cover the refund now. */
export const balanceShort = new Set(['ACQ.SELLER_BALANCE_NOT_ENOUGH', 'ACQ.BALANCE_NOT_ENOUGH']);

/**
 * The trade leaves nothing to be refunded: it has ended, or the amount exceeds what is left of it. If it is our own
 * refund that took the rest, the query of that refund says so.
 */
export const nothingLeft = new Set([
  'ACQ.TRADE_HAS_CLOSE',
  'ACQ.TRADE_HAS_FINISHED',
  'ACQ.TRADE_STATUS_ERROR',
  'ACQ.REASON_TRADE_STATUS_INVALID',
  'ACQ.REASON_TRADE_REFUND_FEE_ERR',
  'ACQ.REFUND_AMT_NOT_EQUAL_TOTAL',
]);

export const refundUnknown = new Set([tradeUnknown, 'ACQ.REFUND_NOT_EXIST', 'ACQ.TRADE_REFUND_NOT_EXIST']);
