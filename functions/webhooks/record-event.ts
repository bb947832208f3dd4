import type { EventMessage, WebhookMessage } from '../../adapters/queues.ts';
import { nameOfDelivery, type WebhooksTable } from '../../adapters/tables/webhooks.ts';
import { isPast } from '../../core/shared/instant.ts';
import type { WebhooksDeps } from './deps.ts';
import { deliveriesTo, newEvent } from './new-event.ts';

/**
 * Writes an event into the log of each account that it concerns and that listens, with its deliveries, and has them
 * attempted. An account that has no endpoint and reads no log costs one read.
 */
export const recordEvent =
  (deps: {
    readonly webhooks: Pick<WebhooksTable, 'subscriptions' | 'recordEvent'>;
    readonly now: WebhooksDeps['surroundings']['now'];
    readonly announce: (messages: readonly WebhookMessage[]) => Promise<void>;
  }) =>
  async ({ accountIds, ...happened }: EventMessage): Promise<void> => {
    for (const accountId of new Set(accountIds)) {
      const { endpoints, readsUntil } = await deps.webhooks.subscriptions(accountId);
      const now = deps.now();
      if (endpoints.length === 0 && (readsUntil === undefined || isPast(readsUntil, now))) continue;
      const event = newEvent({ ...happened, accountId }, now);
      const deliveries = deliveriesTo(event, endpoints);
      // Of an event that stood there already the deliveries stand there too, and the sweep knows which are due.
      if (!(await deps.webhooks.recordEvent(event, deliveries))) continue;
      const failing = new Set(
        endpoints.filter((each) => each.failingSince !== undefined).map((each) => each.endpointId),
      );
      // An endpoint that fails is left to the sweep, which takes a few at a time: it must not hold up those that are well.
      await deps.announce(deliveries.filter(({ endpointId }) => !failing.has(endpointId)).map(nameOfDelivery));
    }
  };
