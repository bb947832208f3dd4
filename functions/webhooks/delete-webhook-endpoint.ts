import type { webhookRoutes } from '../../contract/api/webhooks.ts';
import { accept } from '../../core/shared/result.ts';
import type { Handlers } from '../http/api.ts';
import type { WebhooksDeps } from './deps.ts';
import { ownEndpoint, viewEndpoint } from './endpoint-view.ts';

/** Deletes an endpoint with its secrets. Deliveries on their way find it gone and are dropped. */
export const deleteWebhookEndpoint =
  ({ webhooks }: Pick<WebhooksDeps, 'webhooks'>): Handlers<typeof webhookRoutes>['deleteWebhookEndpoint'] =>
  async ({ caller, params }) => {
    const endpoint = await ownEndpoint(webhooks, caller, params.endpointId);
    if (!endpoint.ok) return endpoint;
    // Whoever deletes it at the same time has done what was asked for.
    await webhooks.deleteEndpoint(endpoint.value);
    return accept(viewEndpoint(endpoint.value));
  };
