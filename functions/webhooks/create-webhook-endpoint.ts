import { deriveId, hashRequest } from '../../adapters/ids.ts';
import type { webhookRoutes } from '../../contract/api/webhooks.ts';
import { assertNever, refuse } from '../../core/shared/result.ts';
import { checkEndpointUrl, maxEndpointsPerAccount } from '../../core/webhooks/endpoint.ts';
import type { Handlers } from '../http/api.ts';
import type { WebhooksDeps } from './deps.ts';
import { withoutSecret, withSecret } from './endpoint-view.ts';

/** Stores an endpoint and shows its signing secret, once. */
export const createWebhookEndpoint =
  ({
    webhooks,
    surroundings,
    seal,
    newSecret,
    reach,
  }: WebhooksDeps): Handlers<typeof webhookRoutes>['createWebhookEndpoint'] =>
  async ({ caller, idempotencyKey, body }) => {
    const url = checkEndpointUrl(body.url, reach);
    if (!url.ok) return url;
    const endpointId = deriveId('whe', caller.accountId, 'createWebhookEndpoint', idempotencyKey);
    const secret = newSecret();
    const endpoint = {
      endpointId,
      accountId: caller.accountId,
      url: url.value,
      events: body.events,
      description: body.description,
      createdAt: surroundings.now(),
      revision: 1,
      requestHash: hashRequest(body),
      secret: { sealed: await seal(endpointId, secret) },
    };
    const created = await webhooks.createEndpoint(endpoint);
    switch (created.outcome) {
      case 'created':
        return withSecret(endpoint, secret);
      case 'existing':
        return withoutSecret(created.endpoint, created.endpoint.requestHash, endpoint.requestHash);
      case 'limit-reached':
        return refuse(
          'webhook-endpoint-limit-reached',
          `An account may have ${maxEndpointsPerAccount} webhook endpoints. Delete one first.`,
        );
      default:
        return assertNever(created);
    }
  };
