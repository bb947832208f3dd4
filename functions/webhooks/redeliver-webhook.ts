import { deriveId, hashRequest } from '../../adapters/ids.ts';
import { nameOfDelivery } from '../../adapters/tables/webhooks.ts';
import type { webhookRoutes } from '../../contract/api/webhooks.ts';
import { accept } from '../../core/shared/result.ts';
import { askAgain } from '../../core/webhooks/delivery.ts';
import type { Handlers } from '../http/api.ts';
import { untilSettled } from '../http/until-settled.ts';
import type { WebhooksDeps } from './deps.ts';
import { noSuchDelivery, ownEndpoint, refuseDisabled, reusedKey, viewDelivery } from './endpoint-view.ts';
import { newDelivery } from './new-event.ts';

/** Makes a delivery due again, at once and with all its attempts. The event keeps its id, so receivers know it again. */
export const redeliverWebhook =
  ({
    webhooks,
    surroundings,
    announce,
  }: Pick<WebhooksDeps, 'webhooks' | 'surroundings' | 'announce'>): Handlers<
    typeof webhookRoutes
  >['redeliverWebhook'] =>
  ({ caller, params, idempotencyKey }) =>
    untilSettled(surroundings, async () => {
      const endpoint = await ownEndpoint(webhooks, caller, params.endpointId);
      if (!endpoint.ok) return endpoint;
      const event = await webhooks.getEvent(params.eventId);
      if (event?.accountId !== caller.accountId) return noSuchDelivery;
      const name = nameOfDelivery(newDelivery(event, endpoint.value));
      const delivery = await webhooks.getDelivery(name);
      if (!delivery) return noSuchDelivery;

      const request = {
        requestId: deriveId('req', caller.accountId, 'redeliverWebhook', idempotencyKey),
        requestHash: hashRequest({ params }),
        at: surroundings.now(),
      };
      const before = await webhooks.requestHash(request.requestId);
      if (before !== undefined) return before === request.requestHash ? accept(viewDelivery(delivery)) : reusedKey;
      if (endpoint.value.disabled) return refuseDisabled;
      const again = askAgain(delivery, request.at);
      if (!(await webhooks.changeDelivery(delivery, again, request))) return 'contended';
      await announce(name);
      return accept(viewDelivery(again));
    });
