import type { WebhookMessage } from '../../adapters/queues.ts';
import type { WebhooksTable } from '../../adapters/tables/webhooks.ts';
import { dueShards } from '../../contract/shards.ts';
import { addSeconds, type Instant } from '../../core/shared/instant.ts';

/**
 * Deliveries that one sweep queues from each shard: about as many as the workers finish in a minute if each runs into
 * its timeout, so that endpoints that hang cannot fill the queue.
 */
const maxDuePerShard = 25;
/** What was queued when it became due is left so long to its message. */
const messageHeadStartSeconds = 30;

/** Each minute: queues deliveries that are past due, because their time came or their message was lost. */
export const queueDue =
  (deps: {
    readonly webhooks: Pick<WebhooksTable, 'due'>;
    readonly announce: (messages: readonly WebhookMessage[]) => Promise<void>;
    readonly now: () => Instant;
  }) =>
  async (): Promise<number> => {
    const until = addSeconds(deps.now(), -messageHeadStartSeconds);
    let queued = 0;
    for (let shard = 0; shard < dueShards; shard += 1) {
      const due = await deps.webhooks.due(shard, until, maxDuePerShard);
      await deps.announce(due);
      queued += due.length;
    }
    return queued;
  };
