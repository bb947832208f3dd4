import { hashRequest } from '../../adapters/ids.ts';
import { nameOfDelivery } from '../../adapters/tables/webhooks.ts';
import type { webhookRoutes } from '../../contract/api/webhooks.ts';
import { accept } from '../../core/shared/result.ts';
import type { Handlers } from '../http/api.ts';
import type { WebhooksDeps } from './deps.ts';
import { noSuchDelivery, ownEndpoint, refuseDisabled, reusedKey, viewDelivery } from './endpoint-view.ts';
import { newDelivery, newEvent } from './new-event.ts';

/** Sends a test event to one endpoint, whatever it listens to. The event is its own idempotency record. */
export const testWebhookEndpoint =
  ({
    webhooks,
    surroundings,
    announce,
  }: Pick<WebhooksDeps, 'webhooks' | 'surroundings' | 'announce'>): Handlers<
    typeof webhookRoutes
  >['testWebhookEndpoint'] =>
  async ({ caller, params, idempotencyKey }) => {
    const { endpointId } = params;
    const endpoint = await ownEndpoint(webhooks, caller, endpointId);
    if (!endpoint.ok) return endpoint;
    const now = surroundings.now();
    const event = newEvent(
      {
        type: 'endpoint.test',
        accountId: caller.accountId,
        subject: hashRequest(['testWebhookEndpoint', idempotencyKey]),
        sequence: 0,
        occurredAt: now,
        data: { endpointId },
      },
      now,
    );
    const before = await webhooks.getEvent(event.eventId);
    if (before && before.data['endpointId'] !== endpointId) return reusedKey;
    if (!before && endpoint.value.disabled) return refuseDisabled;
    const fresh = newDelivery(event, endpoint.value);
    if (!before && (await webhooks.recordEvent(event, [fresh]))) {
      await announce(nameOfDelivery(fresh));
      return accept(viewDelivery(fresh));
    }
    // Its twin was faster, now or earlier.
    const standing = before ?? (await webhooks.getEvent(event.eventId));
    const delivery = standing && newDelivery(standing, endpoint.value);
    const found = delivery && (await webhooks.getDelivery(nameOfDelivery(delivery)));
    return found ? accept(viewDelivery(found)) : noSuchDelivery;
  };
