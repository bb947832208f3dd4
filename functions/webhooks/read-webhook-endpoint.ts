import type { webhookRoutes } from '../../contract/api/webhooks.ts';
import { accept } from '../../core/shared/result.ts';
import type { Handlers } from '../http/api.ts';
import type { WebhooksDeps } from './deps.ts';
import { ownEndpoint, viewEndpoint } from './endpoint-view.ts';

export const readWebhookEndpoint =
  ({ webhooks }: Pick<WebhooksDeps, 'webhooks'>): Handlers<typeof webhookRoutes>['readWebhookEndpoint'] =>
  async ({ caller, params }) => {
    const endpoint = await ownEndpoint(webhooks, caller, params.endpointId);
    return endpoint.ok ? accept(viewEndpoint(endpoint.value)) : endpoint;
  };
