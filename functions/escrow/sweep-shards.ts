import type { ChannelMessage, DeliveryMessage, Send } from '../../adapters/queues.ts';
import { addSeconds, type Instant } from '../../core/shared/instant.ts';
import { advanceBatch } from '../../core/stock/batch.ts';
import type { Spine } from '../spine.ts';
import type { Settled } from './settle-order.ts';

/** Due records that one sweep takes from each shard; the next sweep, a minute later, takes more. */
const maxDuePerShard = 1_000;
const ordersAtOnce = 16;
/** Seconds after which a sweep begins nothing more; a minute after its start the next one goes on. */
const maxSecondsPerSweep = 40;
/** A batch whose message was lost is announced again, but not each minute. */
const batchRecheckSeconds = 120;

/** Where each order has a workflow, the sweep leaves it this long to act. */
const workflowHeadStartSeconds = 30;

/** What a sweep takes care of: all that was due by then. */
export const sweepUntil = (timers: 'per-order' | 'swept', now: Instant): Instant =>
  timers === 'per-order' ? addSeconds(now, -workflowHeadStartSeconds) : now;

export type SweepResult = { readonly settled: number; readonly failed: readonly { id: string; error: unknown }[] };

/**
 * Does what is past due and has not happened, in the given shards. What fails is left for the next sweep and does not
 * hold up the rest.
 *
 * @param until only what was due by then; earlier than now where workflows act first
 */
export const sweepShards =
  (deps: {
    spine: Spine;
    settle: (orderId: string) => Promise<Settled>;
    finishBatch: (batchId: string) => Promise<void>;
    announceDelivery: Send<DeliveryMessage>;
    announceChannel: (messages: readonly ChannelMessage[]) => Promise<void>;
  }) =>
  async (shards: readonly number[], until: Instant): Promise<SweepResult> => {
    const failed: { id: string; error: unknown }[] = [];
    let settled = 0;
    const attempt = async (id: string, act: (id: string) => Promise<unknown>): Promise<void> => {
      try {
        await act(id);
        settled += 1;
      } catch (error) {
        failed.push({ id, error });
      }
    };
    const startedAt = deps.spine.now();
    const hasTime = () => deps.spine.now() < addSeconds(startedAt, maxSecondsPerSweep);
    for (const shard of inTurn(shards, startedAt)) {
      if (!hasTime()) break;
      const orderIds = await deps.spine.orders.due(shard, until, maxDuePerShard);
      for (let from = 0; from < orderIds.length && hasTime(); from += ordersAtOnce)
        await Promise.all(orderIds.slice(from, from + ordersAtOnce).map((id) => attempt(id, deps.settle)));
      for (const batchId of await deps.spine.batches.due(shard, until, maxDuePerShard)) {
        if (!hasTime()) break;
        await attempt(batchId, (id) => lookAtBatch(deps, id));
      }
      // Their channel is asked by a worker of its own: an announcement that comes twice finds nothing due.
      const payments = await deps.spine.payments.due(shard, until, maxDuePerShard);
      await attempt(`channel of shard ${shard}`, () => deps.announceChannel(payments));
    }
    return { settled, failed };
  };

/** Each minute begins with another shard, so that with a backlog none always comes last. */
const inTurn = (shards: readonly number[], now: Instant): readonly number[] => {
  const first = new Date(now).getUTCMinutes() % Math.max(1, shards.length);
  return [...shards.slice(first), ...shards.slice(0, first)];
};

/** No request lives as long as this: whatever such an import stored lies in reserve for good, and one look finds it. */
const importOverAfterSeconds = 900;

const lookAtBatch = async (deps: Parameters<typeof sweepShards>[0], batchId: string): Promise<void> => {
  const { spine } = deps;
  const batch = await spine.batches.get(batchId);
  if (!batch || batch.dueAt === undefined) return;
  if (batch.status !== 'opening' && batch.status !== 'importing') return deps.finishBatch(batchId);
  await deps.announceDelivery({ productId: batch.productId, batchId });
  const now = spine.now();
  const isOver = batch.status === 'importing' && addSeconds(batch.createdAt, importOverAfterSeconds) <= now;
  const dueAt = isOver ? undefined : addSeconds(now, batchRecheckSeconds);
  await spine.batches.write(batch, advanceBatch(batch, { status: batch.status, dueAt }));
};
