import { checkBatchStatus } from '../../adapters/tables/batches.ts';
import type { TableGateway } from '../../adapters/tables/gateway.ts';
import { checkUnsold, type IndexedKey, type KeysTable } from '../../adapters/tables/keys.ts';
import { endOffer, reoffer } from '../../adapters/tables/offers.ts';
import { SamplesTable } from '../../adapters/tables/samples.ts';
import { isFileBatch, isOver, stalledAfterSeconds } from '../../core/imports/file-import.ts';
import { addSeconds } from '../../core/shared/instant.ts';
import type { Batch } from '../../core/stock/batch.ts';
import { advanceBatch } from '../../core/stock/batch.ts';
import { isSellable } from '../../core/stock/offer.ts';
import type { Spine } from '../spine.ts';
import { drawSample } from './draw-sample.ts';

/** Two writes for each key, and the batch's own check, within a transaction's 100 items. */
const keysPerWithdrawal = 49;
/** A check and two writes for each key, and the batch's own check. */
const itemsPerReoffer = 3;
const keysPerReoffer = 33;
/** A second pass finds the keys that the index did not show yet when the quarantine began. */
const secondPassAfterSeconds = 120;

type Deps = {
  readonly gateway: TableGateway;
  readonly tables: { readonly stock: string; readonly keys: string };
  readonly spine: Pick<Spine, 'offers' | 'batches' | 'now'>;
  readonly keys: KeysTable;
};

/**
 * Carries a change of a batch through: ends the offers of a quarantined batch, restores those of one whose quarantine was
 * lifted, offers those of one whose sample was accepted, draws the sample of one that is to be tested. The batch's due record stands until all is done, so a crash half-way is picked up.
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
  for await (const keys of inGroups(deps.keys.ofBatch(batch.batchId), keysPerWithdrawal)) {
    const { committed } = await deps.gateway.transact([
      // Once the quarantine is lifted, a delete that comes late must not end an offer that came back.
      checkBatchStatus(deps.tables.stock, batch.batchId, 'quarantined'),
      ...keys.flatMap((key) => endOffer(deps.tables.stock, key)),
    ]);
    if (!committed) return;
  }
  const now = deps.spine.now();
  const secondPassAt = addSeconds(batch.quarantinedAt ?? now, secondPassAfterSeconds);
  // A file goes on being stored, without offers; the sweep watches over it until it is.
  const isImporting = isFileBatch(batch) && !isOver(batch);
  const dueAt = secondPassAt > now ? secondPassAt : isImporting ? addSeconds(now, stalledAfterSeconds) : undefined;
  await deps.spine.batches.write(batch, advanceBatch(batch, { status: 'quarantined', dueAt }));
};

const reofferAll = async (deps: Deps, batch: Batch): Promise<void> => {
  // Whoever moved the batch on carries that change through: a new quarantine, or the end of this very work.
  let seen = 0;
  for await (const keys of inGroups(deps.keys.ofBatch(batch.batchId), keysPerReoffer)) {
    if ((await offerUnsold(deps, batch, keys)) === 'moved-on') return;
    seen += keys.length;
  }
  // The index may not show yet what was stored a moment ago; the due record stands, and the sweep comes back for it.
  if (seen < (batch.stored ?? 0)) return;
  await deps.spine.batches.write(batch, advanceBatch(batch, { status: 'open', dueAt: undefined }));
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
