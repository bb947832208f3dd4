import { readerUntil } from '../../adapters/tables/webhooks.ts';
import type { webhookRoutes } from '../../contract/api/webhooks.ts';
import { eventSettleSeconds } from '../../contract/webhooks.ts';
import { addSeconds } from '../../core/shared/instant.ts';
import { accept, refuse } from '../../core/shared/result.ts';
import { payloadOf } from '../../core/webhooks/event.ts';
import type { Handlers } from '../http/api.ts';
import type { WebhooksDeps } from './deps.ts';

/** A reader is remembered anew after a day, so that reading costs a write a day. */
const rememberAgainAfterSeconds = 86_400;

/**
 * The log of an account. Only what has settled is listed, so that nothing can appear before what a reader has seen. Who
 * reads the log has one kept, with or without endpoints.
 */
export const listEvents =
  ({
    webhooks,
    surroundings,
  }: Pick<WebhooksDeps, 'webhooks' | 'surroundings'>): Handlers<typeof webhookRoutes>['listEvents'] =>
  async ({ caller, query }) => {
    const { accountId } = caller;
    const after = query.after === undefined ? undefined : await webhooks.getEvent(query.after);
    if (query.after !== undefined && after?.accountId !== accountId)
      return refuse(
        'cursor-invalid',
        'Your log has no such event, or no longer. Send the id of an event of the last 30 days, or none to begin with the oldest.',
        'query.after',
      );
    const now = surroundings.now();
    const { readsUntil } = await webhooks.subscriptions(accountId);
    const until = readerUntil(now);
    if (readsUntil === undefined || readsUntil < addSeconds(until, -rememberAgainAfterSeconds))
      await webhooks.keepLogUntil(accountId, until);
    const settled = addSeconds(now, -eventSettleSeconds);
    const { events, hasMore } = await webhooks.eventsOf(accountId, after, settled, query.limit);
    return accept({ items: events.map(payloadOf), hasMore });
  };
