import { deriveId, randomToken } from '../../adapters/ids.ts';
import type { KeysTable } from '../../adapters/tables/keys.ts';
import type { SamplesTable } from '../../adapters/tables/samples.ts';
import type { Instant } from '../../core/shared/instant.ts';
import { advanceBatch, type Batch } from '../../core/stock/batch.ts';
import { drawSample as decide } from '../../core/stock/sampling.ts';
import type { Spine } from '../spine.ts';

/** Lots are sorted out whenever there are so many times more than the sample holds: few sorts, little memory. */
const lotsHeld = 4;

type Deps = {
  readonly keys: Pick<KeysTable, 'ofBatch'>;
  readonly samples: Pick<SamplesTable, 'keepDrawn'>;
  readonly batches: Pick<Spine['batches'], 'write'>;
  readonly now: () => Instant;
};

/**
 * Draws the sample of a batch that is to be tested. Each key draws a lot, a hash of its fingerprint and a seed that did
 * not exist before its import was over; the lowest lots are the sample. Nobody can bring keys that win, and whoever has
 * the seed and the batch can repeat the draw.
 */
export const drawSample = async ({ keys, samples, batches, now }: Deps, batch: Batch): Promise<void> => {
  if (batch.sampling?.sample !== undefined) {
    // It came back from a quarantine: the sample stands, and testing goes on.
    if (batch.dueAt !== undefined)
      await batches.write(batch, advanceBatch(batch, { status: 'sampling', dueAt: undefined }));
    return;
  }
  const drawn = decide(batch, randomToken(), now());
  const { seed = '', size = 0 } = drawn.sampling?.sample ?? {};
  const { seen, keyIds } = await lowestLots(keys.ofBatch(batch.batchId), seed, size);
  // The index may not show yet what was stored a moment ago; the due record stands, and the sweep comes back for it.
  if (seen < (batch.stored ?? 0)) return;
  // Should somebody move the batch first, its next look at it decides anew.
  await samples.keepDrawn(batch, drawn, keyIds);
};

/** The keys with the lowest lots, in their order. Every key of a batch is equally likely among them, and at every place. */
export const lowestLots = async (
  keys: AsyncIterable<{ readonly keyId: string }>,
  seed: string,
  size: number,
): Promise<{ readonly seen: number; readonly keyIds: readonly string[] }> => {
  let seen = 0;
  let lots: { lot: string; keyId: string }[] = [];
  const lowest = () => lots.toSorted((a, b) => (a.lot < b.lot ? -1 : 1)).slice(0, size);
  for await (const { keyId } of keys) {
    seen += 1;
    lots.push({ lot: deriveId('lot', seed, keyId), keyId });
    if (lots.length >= lotsHeld * size) lots = lowest();
  }
  return { seen, keyIds: lowest().map(({ keyId }) => keyId) };
};
