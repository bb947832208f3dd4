import type { webhookRoutes } from '../../contract/api/webhooks.ts';
import { accept } from '../../core/shared/result.ts';
import type { Handlers } from '../http/api.ts';
import { changeEndpoint } from './change-endpoint.ts';
import type { WebhooksDeps } from './deps.ts';
import { viewEndpoint } from './endpoint-view.ts';

/** Calls an endpoint again, with the patience that a new one meets. */
export const enableWebhookEndpoint =
  (deps: Pick<WebhooksDeps, 'webhooks' | 'surroundings'>): Handlers<typeof webhookRoutes>['enableWebhookEndpoint'] =>
  async ({ caller, params }) => {
    const changed = await changeEndpoint(deps, caller, params.endpointId, ({ disabled }) =>
      disabled ? { disabled: undefined, failingSince: undefined } : 'as-asked',
    );
    return changed.ok ? accept(viewEndpoint(changed.value)) : changed;
  };
