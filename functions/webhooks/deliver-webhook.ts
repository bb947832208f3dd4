import type { Surroundings } from '../../adapters/clock.ts';
import { maxDelaySeconds, type Send, type WebhookMessage } from '../../adapters/queues.ts';
import { nameOfDelivery, type WebhooksTable } from '../../adapters/tables/webhooks.ts';
import type { OpenSecret } from '../../adapters/webhooks/secrets.ts';
import type { SendWebhook } from '../../adapters/webhooks/sender.ts';
import { signedHeaders } from '../../adapters/webhooks/signature.ts';
import { isPast, secondsBetween } from '../../core/shared/instant.ts';
import {
  type Attempt,
  afterAttempt,
  beginAttempt,
  type Delivery,
  drop,
  endpointAfter,
  giveUp,
  isDue,
  isExhausted,
} from '../../core/webhooks/delivery.ts';
import type { WebhookEndpoint } from '../../core/webhooks/endpoint.ts';
import { type AccountEvent, payloadOf } from '../../core/webhooks/event.ts';
import { deliveriesTo, newEvent } from './new-event.ts';

type Deps = {
  readonly webhooks: WebhooksTable;
  readonly open: OpenSecret;
  readonly send: SendWebhook;
  readonly announce: Send<WebhookMessage>;
  readonly retryDelaysSeconds: readonly number[];
  readonly surroundings: Pick<Surroundings, 'now' | 'random'>;
};

/** How it went, for the log and the dashboard; nothing where there was nothing to do, no attempt where none was left. */
export type Delivered = { readonly delivery: Delivery; readonly attempt: Attempt | undefined } | undefined;

/**
 * Attempts a delivery that is due. Of several that try at once one takes the attempt, because it moves the moment at
 * which the delivery is due; an attempt that dies is due again later, so that a receiver may hear an event twice but
 * never not at all.
 */
export const deliverWebhook =
  (deps: Deps) =>
  async (message: WebhookMessage): Promise<Delivered> => {
    const { webhooks, surroundings, retryDelaysSeconds } = deps;
    const found = await webhooks.getDelivery(message);
    if (!found || !isDue(found, surroundings.now())) return undefined;
    const [endpoint, event] = await Promise.all([
      webhooks.getEndpoint(found.accountId, found.endpointId),
      webhooks.getEvent(found.eventId),
    ]);
    if (!endpoint || endpoint.disabled || !event) {
      await webhooks.changeDelivery(found, drop(found));
      return undefined;
    }
    if (isExhausted(found, retryDelaysSeconds)) {
      const failed = giveUp(found);
      return (await webhooks.changeDelivery(found, failed)) ? { delivery: failed, attempt: undefined } : undefined;
    }
    const begun = beginAttempt(found, surroundings.now(), retryDelaysSeconds);
    if (!(await webhooks.changeDelivery(found, begun))) return undefined;
    const attempt = await attemptOnce(deps, endpoint, event);
    const now = surroundings.now();
    const delivery = afterAttempt(begun, attempt, now, surroundings.random(), retryDelaysSeconds);
    await webhooks.changeDelivery(begun, delivery);
    await noteHealth(deps, endpoint, attempt);
    const waitSeconds = delivery.dueAt === undefined ? undefined : secondsBetween(now, delivery.dueAt);
    // A queue can hold a message back for so long; what comes later is found by the sweep.
    if (waitSeconds !== undefined && waitSeconds <= maxDelaySeconds) await deps.announce(message, waitSeconds);
    return { delivery, attempt };
  };

const attemptOnce = async (
  { open, send, surroundings }: Deps,
  endpoint: WebhookEndpoint,
  event: AccountEvent,
): Promise<Attempt> => {
  const at = surroundings.now();
  const { endpointId, secret, previousSecret } = endpoint;
  const sealed = [secret, ...(previousSecret && !isPast(previousSecret.until, at) ? [previousSecret] : [])];
  const secrets = await Promise.all(sealed.map((each) => open(endpointId, each.sealed)));
  const body = JSON.stringify(payloadOf(event));
  const headers = signedHeaders(secrets, event.eventId, at, body);
  const answer = await send({ url: endpoint.url, headers, body });
  return { at, durationMs: Math.round(secondsBetween(at, surroundings.now()) * 1_000), ...answer };
};

/**
 * Keeps what the attempt says about the endpoint. If somebody else changed the endpoint meanwhile, the next attempt
 * says it again.
 */
const noteHealth = async (
  { webhooks, announce, surroundings }: Deps,
  read: WebhookEndpoint,
  attempt: Attempt,
): Promise<void> => {
  const now = surroundings.now();
  const to = endpointAfter(read, attempt, now);
  if (to === undefined) return;
  if (to.disabled === undefined) {
    await webhooks.changeEndpoint(to);
    return;
  }
  const { accountId, endpointId, failingSince, revision } = to;
  const { at: disabledAt, reason } = to.disabled;
  const data = { endpointId, reason, ...(failingSince && { failingSince }), disabledAt };
  const event = newEvent(
    { type: 'endpoint.disabled', accountId, subject: endpointId, sequence: revision, occurredAt: now, data },
    now,
  );
  const { endpoints } = await webhooks.subscriptions(accountId);
  const others = endpoints.filter((each) => each.endpointId !== endpointId);
  const deliveries = deliveriesTo(event, others);
  if (!(await webhooks.recordEvent(event, deliveries, to))) return;
  for (const delivery of deliveries) await announce(nameOfDelivery(delivery));
};
