import type { webhookRoutes } from '../../contract/api/webhooks.ts';
import { accept } from '../../core/shared/result.ts';
import type { Handlers } from '../http/api.ts';
import type { WebhooksDeps } from './deps.ts';
import { viewEndpoint } from './endpoint-view.ts';

export const listWebhookEndpoints =
  ({ webhooks }: Pick<WebhooksDeps, 'webhooks'>): Handlers<typeof webhookRoutes>['listWebhookEndpoints'] =>
  async ({ caller }) => {
    const { endpoints } = await webhooks.subscriptions(caller.accountId);
    return accept({ items: endpoints.map(viewEndpoint) });
  };
