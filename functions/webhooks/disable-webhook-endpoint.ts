import type { webhookRoutes } from '../../contract/api/webhooks.ts';
import { accept } from '../../core/shared/result.ts';
import type { Handlers } from '../http/api.ts';
import { changeEndpoint } from './change-endpoint.ts';
import type { WebhooksDeps } from './deps.ts';
import { viewEndpoint } from './endpoint-view.ts';

export const disableWebhookEndpoint =
  (deps: Pick<WebhooksDeps, 'webhooks' | 'surroundings'>): Handlers<typeof webhookRoutes>['disableWebhookEndpoint'] =>
  async ({ caller, params }) => {
    const changed = await changeEndpoint(deps, caller, params.endpointId, ({ disabled }) =>
      disabled ? 'as-asked' : { disabled: { at: deps.surroundings.now(), reason: 'owner' } },
    );
    return changed.ok ? accept(viewEndpoint(changed.value)) : changed;
  };
