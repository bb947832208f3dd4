import type { Channel } from '../../core/payments/channel.ts';
import type { CallFault, Operation, Twist } from './faults.ts';
import type { BookedRefund, BookedTrade } from './trade-book.ts';

export type GatewayRequest = {
  readonly method: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
};

export type GatewayAnswer = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
};

/** What a call did, beside its answer. */
export type Answered = {
  readonly answer: GatewayAnswer;
  /** A refund that begins and will be confirmed: at once, or after a while. */
  readonly begun?: { readonly refund: BookedRefund; readonly isSlow: boolean };
  /** A trade that a browser was sent to. */
  readonly visited?: BookedTrade;
};

export type Letter = { readonly headers: Readonly<Record<string, string>>; readonly body: Uint8Array };

/** What a notification is about. */
export type News = { readonly trade: BookedTrade; readonly refund?: BookedRefund | undefined };

/** One channel's protocol over the book of trades. */
export interface Face {
  readonly channel: Channel;
  /** Which operation a request asks for; undefined where it is not this channel's. */
  operationOf(request: GatewayRequest): Operation | undefined;
  /** Does what is asked, as the real channel would, but for the fault. */
  answer(request: GatewayRequest, operation: Operation, fault: CallFault | undefined): Answered;
  /** What the channel would post about the news, or about them twisted. */
  write(news: News, twist: Twist | undefined): Letter;
  /** Whether the answer to a notification tells the channel not to send it again. */
  isTaken(status: number, body: string): boolean;
  /** Minutes between one attempt to notify and the next. */
  readonly retryMinutes: readonly number[];
}
