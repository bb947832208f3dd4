import {
  ChannelNotConfigured,
  ChannelUnavailable,
  type OpenedTrade,
  TradeNotOpenable,
} from '../../adapters/channels/payment-channel.ts';
import { hashRequest } from '../../adapters/ids.ts';
import { type Channel, type PaymentScene, scenesOf } from '../../core/payments/channel.ts';
import { openPayment, type Payment } from '../../core/payments/payment.ts';
import { addSeconds, type Instant } from '../../core/shared/instant.ts';
import { accept, type Result, refuse } from '../../core/shared/result.ts';
import type { Spine } from '../spine.ts';
import { viewPayment } from './payment-view.ts';
import type { ChannelOf } from './settle-payment.ts';

/** A channel takes no trade that ends sooner than this. */
export const shortestTradeSeconds = 60;

export type Choice = {
  readonly channel: Channel;
  readonly scene: PaymentScene;
  readonly returnUrl?: string | undefined;
  readonly payerOpenId?: string | undefined;
};

export type OpenTradeDeps = Pick<Spine, 'payments' | 'now'> & { readonly channelOf: ChannelOf };

/** Refuses a choice that the channel does not offer. */
export const checkChoice = ({ channel, scene, payerOpenId }: Choice): Result<undefined> => {
  if (!scenesOf[channel].includes(scene))
    return refuse('channel-scene-unfit', `${channel} offers ${scenesOf[channel].join(', ')}.`, 'body.scene');
  if (scene === 'jsapi' && payerOpenId === undefined)
    return refuse('invalid-request', 'body.payerOpenId: is needed for the scene jsapi', 'body.payerOpenId');
  return accept(undefined);
};

/** The answer to a request that began this payment before, or a refusal where it was another request. */
export const replayTrade = async (deps: OpenTradeDeps, request: unknown, choice: Choice, standing: Payment) =>
  standing.requestHash === hashRequest(request)
    ? openTrade(deps, standing, choice)
    : refuse(
        'idempotency-key-reused',
        'This Idempotency-Key began another payment; use a fresh one for each.',
        'headers.Idempotency-Key',
      );

/** Writes a new payment and opens its trade: what was written is asked about at the channel whatever happens next. */
export const beginTrade = async (
  deps: OpenTradeDeps,
  draft: Omit<Parameters<typeof openPayment>[0], 'requestHash' | 'channel' | 'scene'>,
  request: unknown,
  choice: Choice,
) => {
  const { channel, scene } = choice;
  const payment = openPayment({ ...draft, channel, scene, requestHash: hashRequest(request) }, deps.now());
  const outcome = await deps.payments.open(payment);
  return outcome.opened ? openTrade(deps, payment, choice) : replayTrade(deps, request, choice, outcome.standing);
};

/** Opens the trade at the channel, or again: the payment's id is the trade's, so that it stays one. */
const openTrade = async ({ payments, channelOf, now }: OpenTradeDeps, payment: Payment, choice: Choice) => {
  const { paymentId, amountMinor, subject, expiresAt, scene } = payment;
  if (payment.status !== 'open' || !hasTime(expiresAt, now())) {
    const found = await payments.getWithRefunds(paymentId);
    return accept(viewPayment(found?.payment ?? payment, found?.refunds ?? []));
  }
  const { returnUrl, payerOpenId } = choice;
  try {
    const trade = { paymentId, amountMinor, subject, expiresAt, scene, returnUrl, payerOpenId };
    const pay: OpenedTrade = await channelOf(payment.channel).open(trade);
    return accept({ ...viewPayment(payment, []), pay });
  } catch (error) {
    if (error instanceof ChannelNotConfigured)
      return refuse('channel-unavailable', `${payment.channel} is not set up here; choose another channel.`);
    if (error instanceof TradeNotOpenable)
      return refuse(
        'trade-not-openable',
        `${payment.channel} does not open this trade: it is ${error.reason}. Begin another payment.`,
      );
    if (!(error instanceof ChannelUnavailable)) throw error;
    return refuse(
      'channel-unavailable',
      `${payment.channel} does not answer; send the request again, or choose another.`,
    );
  }
};

/** Whether there is time enough to pay through a channel until then. */
export const hasTime = (expiresAt: Instant, now: Instant): boolean =>
  addSeconds(now, shortestTradeSeconds) <= expiresAt;
