import type { ChannelMessage, DeliveryMessage, Send } from '../../adapters/queues.ts';
import type { StartImport } from '../../adapters/workflows.ts';
import {
  executionNameOf,
  expireUpload,
  isFileBatch,
  isOver,
  restartImport,
  stalledAfterSeconds,
  uploadPatienceSeconds,
} from '../../core/imports/file-import.ts';
import { addSeconds, type Instant } from '../../core/shared/instant.ts';
import { advanceBatch, type Batch, requestOverSeconds } from '../../core/stock/batch.ts';
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

export type SweepResult = {
  readonly settled: number;
  readonly failed: readonly { id: string; error: unknown }[];
  /** Batches whose import had stopped; those of files were started again, unless that was done too often. */
  readonly stalled: readonly string[];
};

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
    startImport: StartImport;
    announceChannel: (messages: readonly ChannelMessage[]) => Promise<void>;
  }) =>
  async (shards: readonly number[], until: Instant): Promise<SweepResult> => {
    const failed: { id: string; error: unknown }[] = [];
    const stalled: string[] = [];
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
        await attempt(batchId, async (id) => {
          if ((await lookAtBatch(deps, id)) === 'stalled') stalled.push(id);
        });
      }
      // Their channel is asked by a worker of its own: an announcement that comes twice finds nothing due.
      const payments = await deps.spine.payments.due(shard, until, maxDuePerShard);
      await attempt(`channel of shard ${shard}`, () => deps.announceChannel(payments));
    }
    return { settled, failed, stalled };
  };

/** Each minute begins with another shard, so that with a backlog none always comes last. */
const inTurn = (shards: readonly number[], now: Instant): readonly number[] => {
  const first = new Date(now).getUTCMinutes() % Math.max(1, shards.length);
  return [...shards.slice(first), ...shards.slice(0, first)];
};

/** Whether something is to be done to the batch's keys: offers that end or come back, a sample that is drawn. */
const isCarriedThrough = ({ status }: Batch): boolean => ['quarantined', 'reoffering', 'sampling'].includes(status);

/** What the sweep does about a batch that is due; `'stalled'` where an import had stopped without anybody noticing. */
const lookAtBatch = async (
  deps: Parameters<typeof sweepShards>[0],
  batchId: string,
): Promise<'looked-at' | 'stalled'> => {
  const { spine } = deps;
  const batch = await spine.batches.get(batchId);
  if (!batch || batch.dueAt === undefined) return 'looked-at';
  if (isCarriedThrough(batch)) await deps.finishBatch(batchId);
  if (isFileBatch(batch) && !isOver(batch)) return lookAtFile(deps, batchId);
  if (batch.status === 'opening' || batch.lane === 'reserve')
    await deps.announceDelivery({ productId: batch.productId, batchId });
  if (batch.status === 'opening') {
    const dueAt = addSeconds(spine.now(), batchRecheckSeconds);
    await spine.batches.write(batch, advanceBatch(batch, { status: batch.status, dueAt }));
  }
  return batch.status === 'importing' ? lookAtRequest(deps, batch) : 'looked-at';
};

/** Keys that came with a request: whatever it stored before it was interrupted lies in reserve for good, or on offer. */
const lookAtRequest = async ({ spine }: Parameters<typeof sweepShards>[0], batch: Batch) => {
  const now = spine.now();
  const isInterrupted = addSeconds(batch.createdAt, requestOverSeconds) <= now;
  const dueAt = isInterrupted ? undefined : addSeconds(now, batchRecheckSeconds);
  const written = await spine.batches.write(batch, advanceBatch(batch, { status: batch.status, dueAt }));
  return isInterrupted && written ? 'stalled' : 'looked-at';
};

/** A file: drops the upload that never came, starts the workflow that was lost. */
const lookAtFile = async (deps: Parameters<typeof sweepShards>[0], batchId: string) => {
  const { spine } = deps;
  const now = spine.now();
  const batch = await spine.batches.get(batchId);
  if (!batch || !isFileBatch(batch) || isOver(batch)) return 'looked-at';
  if (batch.file.phase === 'awaiting_upload') {
    if (addSeconds(batch.createdAt, uploadPatienceSeconds) <= now)
      await spine.batches.write(batch, expireUpload(batch, now));
    return 'looked-at';
  }
  if (batch.lane === 'reserve') await deps.announceDelivery({ productId: batch.productId });
  const stalledAt = addSeconds(batch.file.progressAt ?? batch.createdAt, stalledAfterSeconds);
  if (stalledAt > now) {
    // The quarantine of a batch has a time of its own for its second pass.
    if (batch.dueAt !== undefined && batch.dueAt > now) return 'looked-at';
    await spine.batches.write(batch, advanceBatch(batch, { status: batch.status, dueAt: stalledAt }));
    return 'looked-at';
  }
  const restarted = restartImport(batch, now);
  const next = restarted ?? advanceBatch(batch, { status: batch.status, dueAt: undefined });
  if (!(await spine.batches.write(batch, next))) return 'looked-at';
  if (restarted) await deps.startImport(batchId, executionNameOf(restarted));
  return 'stalled';
};
