import { checkBatchStatus } from '../../adapters/tables/batches.ts';
import type { TableGateway } from '../../adapters/tables/gateway.ts';
import { checkUnsold, type IndexedKey, type KeysTable } from '../../adapters/tables/keys.ts';
import { endOffer, reoffer } from '../../adapters/tables/offers.ts';
import { SamplesTable } from '../../adapters/tables/samples.ts';
import { isFileBatch, isOver, stalledAfterSeconds } from '../../core/imports/file-import.ts';
import { addSeconds, type Instant } from '../../core/shared/instant.ts';
import { advanceBatch, type Batch } from '../../core/stock/batch.ts';
import { isSellable } from '../../core/stock/offer.ts';
import { maxAttempts, type Spine } from '../spine.ts';
import { drawSample } from './draw-sample.ts';

/** Two writes for each key, and the batch's own check, within a transaction's 100 items. */
const keysPerWithdrawal = 49;
/** A check and two writes for each key, and the batch's own check. */
const itemsPerReoffer = 3;
const keysPerReoffer = 33;
/** A second pass finds the keys that the index did not show yet when the quarantine began. */
const secondPassAfterSeconds = 120;
/**
 * Seconds after which a call begins no further group: a request has 29 of them, and a sweep that takes up a batch in its
 * last moment 15. Batches of millions of keys take many calls.
 */
const maxSecondsPerCall = 12;

type Deps = {
  readonly gateway: TableGateway;
  readonly tables: { readonly stock: string; readonly keys: string };
  readonly spine: Pick<Spine, 'offers' | 'batches' | 'now'>;
  readonly keys: KeysTable;
  /** @default maxSecondsPerCall */
  readonly maxSecondsPerCall?: number;
};

/**
 * Carries a change of a batch through: ends the offers of a quarantined batch, restores those of one whose quarantine was
 * lifted, offers those of one whose sample was accepted, draws the sample of one that is to be tested. The batch's due record stands until all is done, so a crash half-way is picked up; a call whose
 * time is over keeps how far it came, and the next one goes on from there.
 */
export const finishBatch = (deps: Deps) => {
  const { spine, keys } = deps;
  const samples = new SamplesTable(deps.gateway, deps.tables);
  const draw = (batch: Batch) => drawSample({ keys, samples, batches: spine.batches, now: spine.now }, batch);
  return async (batchId: string): Promise<void> => {
    const batch = await deps.spine.batches.get(batchId);
    if (batch?.status === 'quarantined') await withdrawAll(deps, batch);
    if (batch?.status === 'reoffering') await reofferAll(deps, batch);
    if (batch?.status === 'sampling') await draw(batch);
  };
};

const withdrawAll = async (deps: Deps, batch: Batch): Promise<void> => {
  // After this no import that still believes the batch to be on sale puts anything on offer.
  if (isFileBatch(batch)) await deps.spine.batches.setGates(batch.batchId, batch.status);
  const walked = await walk(deps, batch, keysPerWithdrawal, async (keys) => {
    const { committed } = await deps.gateway.transact([
      // Once the quarantine is lifted, a delete that comes late must not end an offer that came back.
      checkBatchStatus(deps.tables.stock, batch.batchId, 'quarantined'),
      ...keys.flatMap((key) => endOffer(deps.tables.stock, key)),
    ]);
    return committed ? 'done' : 'moved-on';
  });
  if (walked === undefined) return;
  const now = deps.spine.now();
  const secondPassAt = addSeconds(batch.quarantinedAt ?? now, secondPassAfterSeconds);
  // A file goes on being stored, without offers; the sweep watches over it until it is.
  const isImporting = isFileBatch(batch) && !isOver(batch);
  const lastLook = isImporting ? addSeconds(now, stalledAfterSeconds) : undefined;
  const dueAt = walked.beganAt < secondPassAt ? later(secondPassAt, now) : lastLook;
  await deps.spine.batches.write(
    batch,
    advanceBatch(batch, { status: 'quarantined', dueAt, carriedThrough: undefined }),
  );
};

const later = (a: Instant, b: Instant): Instant => (a > b ? a : b);

const reofferAll = async (deps: Deps, batch: Batch): Promise<void> => {
  // Whoever moved the batch on carries that change through: a new quarantine, or the end of this very work.
  const walked = await walk(deps, batch, keysPerReoffer, (keys) => offerUnsold(deps, batch, keys));
  if (walked === undefined) return;
  // The index may not show yet what was stored a moment ago; the due record stands, and the sweep begins anew.
  const isComplete = walked.keys >= (batch.stored ?? 0);
  if (!isComplete && batch.carriedThrough === undefined) return;
  const next = isComplete ? ({ status: 'open', dueAt: undefined } as const) : ({ status: 'reoffering' } as const);
  await deps.spine.batches.write(batch, advanceBatch(batch, { ...next, carriedThrough: undefined }));
};

/**
 * Goes through the keys of a batch in groups, from where an earlier call stopped, and answers what it saw from first to
 * last; `undefined` where its time was over, which it keeps, or the batch moved on.
 */
const walk = async (
  deps: Deps,
  batch: Batch,
  groupSize: number,
  work: (keys: readonly IndexedKey[]) => Promise<'done' | 'moved-on'>,
): Promise<{ readonly keys: number; readonly beganAt: Instant } | undefined> => {
  const { spine } = deps;
  const calledAt = spine.now();
  const until = addSeconds(calledAt, deps.maxSecondsPerCall ?? maxSecondsPerCall);
  const { afterKeyId, keys: before = 0, beganAt = calledAt } = batch.carriedThrough ?? {};
  let keys = before;
  for await (const group of inGroups(deps.keys.ofBatch(batch.batchId, afterKeyId), groupSize)) {
    if ((await work(group)) === 'moved-on') return undefined;
    keys += group.length;
    const last = group.at(-1);
    if (last === undefined || spine.now() < until) continue;
    await keepPlace(deps, batch, { afterKeyId: last.keyId, keys, beganAt });
    return undefined;
  }
  return { keys, beganAt };
};

/** Others write to the batch meanwhile, an import after each stretch; the place is kept unless its status changed. */
const keepPlace = async ({ spine }: Deps, { batchId, status }: Batch, place: Batch['carriedThrough']) => {
  for (let attempt = 1; attempt <= maxAttempts; attempt += 1) {
    const batch = await spine.batches.get(batchId);
    if (batch?.status !== status) return;
    const next = advanceBatch(batch, { status, dueAt: spine.now(), carriedThrough: place });
    if (await spine.batches.write(batch, next)) return;
  }
};

/** Offers those of the keys that are unsold, while the batch is being reoffered and not in quarantine anew. */
const offerUnsold = async (deps: Deps, batch: Batch, group: readonly IndexedKey[]): Promise<'done' | 'moved-on'> => {
  let keys = group.filter((key) => isSellable(key, deps.spine.now()));
  while (keys.length > 0) {
    const outcome = await deps.gateway.transact([
      checkBatchStatus(deps.tables.stock, batch.batchId, 'reoffering'),
      ...keys.flatMap((key) => [
        checkUnsold(deps.tables.keys, key.keyId),
        ...reoffer(deps.tables.stock, { ...key, batchId: batch.batchId }),
      ]),
    ]);
    if (outcome.committed) return 'done';
    if (outcome.failed.has(0)) return 'moved-on';
    const unsold = keys.filter((_, index) => !outcome.failed.has(1 + itemsPerReoffer * index));
    if (unsold.length === keys.length)
      throw new Error(`Offers of batch ${batch.batchId} were refused without a reason`);
    keys = unsold;
  }
  return 'done';
};

async function* inGroups<T>(items: AsyncIterable<T>, size: number): AsyncGenerator<readonly T[]> {
  let group: T[] = [];
  for await (const item of items) {
    group.push(item);
    if (group.length < size) continue;
    yield group;
    group = [];
  }
  if (group.length > 0) yield group;
}
