import { deriveId, hashRequest } from '../../adapters/ids.ts';
import type { webhookRoutes } from '../../contract/api/webhooks.ts';
import { addSeconds } from '../../core/shared/instant.ts';
import { advanceEndpoint } from '../../core/webhooks/endpoint.ts';
import type { Handlers } from '../http/api.ts';
import { untilSettled } from '../http/until-settled.ts';
import type { WebhooksDeps } from './deps.ts';
import { ownEndpoint, withoutSecret, withSecret } from './endpoint-view.ts';

/** Makes a new signing secret; the one before signs beside it for the overlap, and the one before that no longer. */
export const rotateWebhookSecret =
  ({ webhooks, surroundings, seal, newSecret }: WebhooksDeps): Handlers<typeof webhookRoutes>['rotateWebhookSecret'] =>
  ({ caller, params, idempotencyKey, body }) =>
    untilSettled(surroundings, async () => {
      const { endpointId } = params;
      const found = await ownEndpoint(webhooks, caller, endpointId);
      if (!found.ok) return found;
      const request = {
        requestId: deriveId('req', caller.accountId, 'rotateWebhookSecret', idempotencyKey),
        requestHash: hashRequest({ params, body }),
        at: surroundings.now(),
      };
      const before = await webhooks.requestHash(request.requestId);
      if (before !== undefined) return withoutSecret(found.value, before, request.requestHash);

      const secret = newSecret();
      const to = advanceEndpoint(found.value, {
        secret: { sealed: await seal(endpointId, secret) },
        previousSecret: { ...found.value.secret, until: addSeconds(request.at, body.overlapSeconds) },
      });
      return (await webhooks.changeEndpoint(to, request)) ? withSecret(to, secret) : 'contended';
    });
