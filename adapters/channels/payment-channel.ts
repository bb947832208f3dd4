/**
 * What Surety asks of a payment channel, in Surety's words. Our ids are the channel's: a payment's id is its
 * `out_trade_no`, a refund's id its request number, so that whatever is sent twice is one thing there too.
 * Amounts are fen, times RFC 3339 UTC. Each call is bounded in time; a fault that passes (network, 5xx, throttling,
 * the channel's own «system error») throws `ChannelUnavailable`, and asking again is always safe.
 */
import type { Channel, PaymentScene } from '../../core/payments/channel.ts';
import type { Instant } from '../../core/shared/instant.ts';

export type TradeToOpen = {
  readonly paymentId: string;
  readonly amountMinor: number;
  /** What the buyer reads at the channel; never a secret. */
  readonly subject: string;
  /** The channel takes no money for it afterwards. */
  readonly expiresAt: Instant;
  readonly scene: PaymentScene;
  /** Where the buyer's browser goes afterwards; says nothing about the payment. */
  readonly returnUrl?: string | undefined;
  /** WeChat's id of the buyer, for the scene `jsapi`. */
  readonly payerOpenId?: string | undefined;
};

/** What the buyer's page or app needs to pay. */
export type OpenedTrade =
  | { readonly kind: 'redirect'; readonly url: string }
  | { readonly kind: 'app'; readonly parameters: string }
  | { readonly kind: 'qr'; readonly content: string }
  | { readonly kind: 'jsapi'; readonly parameters: Readonly<Record<string, string>> };

/** Money that a channel says it took for a payment of ours. */
export type Receipt = {
  readonly paymentId: string;
  /** The channel's own number of the trade. */
  readonly tradeNo: string;
  /** What the buyer paid, whatever was asked for. */
  readonly paidMinor: number;
  readonly paidAt: Instant;
};

export type Trade =
  /** The channel knows no such trade: nobody scanned the code, or it was never opened. Nothing was paid. */
  | { readonly state: 'unknown' }
  | { readonly state: 'open' }
  | { readonly state: 'closed' }
  | ({ readonly state: 'paid' } & Receipt);

export type RefundToSend = {
  readonly refundId: string;
  readonly paymentId: string;
  readonly amountMinor: number;
  /** What was paid in all; WeChat asks for it. */
  readonly paidMinor: number;
  readonly reason: string;
};

export type RefundAnswer =
  /** The money is on its way to the buyer; also where the channel says that it was refunded before under this number. */
  | { readonly outcome: 'confirmed'; readonly confirmedAt: Instant }
  /** Accepted; the channel tells the end by notification or when it is queried. */
  | { readonly outcome: 'processing' }
  /** The channel knows no such refund: send it (again). */
  | { readonly outcome: 'unknown' }
  /** The merchant's balance at the channel does not cover it now; later it may. */
  | { readonly outcome: 'balance-short'; readonly detail: string }
  /** The channel will never do this; a person has to. */
  | { readonly outcome: 'refused'; readonly detail: string };

export interface PaymentChannel {
  readonly channel: Channel;
  /** Throws `TradeNotOpenable` where the channel will never open it. Opening it again with the same contents is safe. */
  open(trade: TradeToOpen): Promise<OpenedTrade>;
  query(paymentId: string): Promise<Trade>;
  /**
   * Ends an unpaid trade; `paid` where the buyer was faster. An unknown trade counts as closed; at Alipay a code that
   * nobody scanned is unknown, and can still be scanned and paid until its trade runs out.
   */
  close(paymentId: string): Promise<'closed' | 'paid'>;
  refund(refund: RefundToSend): Promise<RefundAnswer>;
  queryRefund(refund: Pick<RefundToSend, 'refundId' | 'paymentId'>): Promise<RefundAnswer>;
}

/** What a genuine notification says. `nothing`: it is ours and genuine, and nothing follows from it. */
export type Notification =
  | ({ readonly kind: 'receipt' } & Receipt)
  | { readonly kind: 'refund'; readonly refundId: string; readonly paymentId: string; readonly answer: RefundAnswer }
  | { readonly kind: 'nothing' };

/**
 * Why a notification is not believed. `stale`: its signature is older than the channel allows, a replay;
 * `foreign`: genuine, but for another app, seller or merchant number.
 */
const notificationFaults = ['malformed', 'forged', 'stale', 'foreign'] as const;
export type NotificationFault = (typeof notificationFaults)[number];

export type RawRequest = {
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** The body as it came, byte for byte. */
  readonly body: Uint8Array;
};

export type RawAnswer = { readonly status: number; readonly contentType: string; readonly body: string };

export type ReadNotification =
  | { readonly genuine: true; readonly notification: Notification }
  | { readonly genuine: false; readonly fault: NotificationFault; readonly detail: string };

export interface NotificationReader {
  readonly channel: Channel;
  read(request: RawRequest): Promise<ReadNotification>;
  /** What the channel takes for «done, do not send again», and for «send it again». */
  readonly done: RawAnswer;
  readonly again: RawAnswer;
}

/** A fault of the channel, or of the way to it, that passes: the same call may be made again. */
export class ChannelUnavailable extends Error {
  override readonly name: string = 'ChannelUnavailable';
}

/**
 * The channel is not open to us: its credentials are not filled in, cannot be read or do not fit. A person has to see
 * to it, and the same call succeeds afterwards: so whoever can wait treats it as a channel that is away.
 */
export class ChannelNotConfigured extends ChannelUnavailable {
  override readonly name = 'ChannelNotConfigured';
}

/**
 * The channel will not open this trade under its number: it is paid already, it has ended there, or what we sent is
 * not accepted. The same call made again meets the same answer.
 */
export class TradeNotOpenable extends Error {
  override readonly name = 'TradeNotOpenable';
  readonly reason: 'paid' | 'closed' | 'refused';

  constructor(reason: 'paid' | 'closed' | 'refused', detail: string) {
    super(detail);
    this.reason = reason;
  }
}
