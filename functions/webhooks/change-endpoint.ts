import { accept, type Result } from '../../core/shared/result.ts';
import { advanceEndpoint, type WebhookEndpoint } from '../../core/webhooks/endpoint.ts';
import type { Caller } from '../http/request.ts';
import { untilSettled } from '../http/until-settled.ts';
import type { WebhooksDeps } from './deps.ts';
import { ownEndpoint } from './endpoint-view.ts';

/** Changes one of the caller's endpoints, unless it is already as asked for. */
export const changeEndpoint = (
  { webhooks, surroundings }: Pick<WebhooksDeps, 'webhooks' | 'surroundings'>,
  caller: Caller,
  endpointId: string,
  decide: (endpoint: WebhookEndpoint) => Partial<WebhookEndpoint> | 'as-asked',
): Promise<Result<WebhookEndpoint>> =>
  untilSettled(surroundings, async () => {
    const found = await ownEndpoint(webhooks, caller, endpointId);
    if (!found.ok) return found;
    const changes = decide(found.value);
    if (changes === 'as-asked') return found;
    const to = advanceEndpoint(found.value, changes);
    return (await webhooks.changeEndpoint(to)) ? accept(to) : 'contended';
  });
