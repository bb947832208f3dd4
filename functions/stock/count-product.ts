import type { Send, StockCountMessage } from '../../adapters/queues.ts';
import { addSeconds, secondsBetween } from '../../core/shared/instant.ts';
import type { Spine } from '../spine.ts';

/** A count that began this long after a change has seen it, whatever the clocks of two machines say. */
const clockToleranceSeconds = 2;
/** A product is counted at most once a second for each so many keys, so that a large one does not cost a read a sale. */
const keysPerSecond = 5_000;

/**
 * Counts the offers of a product after they changed. A change that a later count has seen needs no other; one that
 * comes too soon after a count comes again, so that at rest the count is exact.
 */
export const countProduct =
  (spine: Pick<Spine, 'offers' | 'batches' | 'now'>, again: Send<StockCountMessage>) =>
  async (message: StockCountMessage): Promise<void> => {
    const { productId, changedAt } = message;
    const last = await spine.batches.stockCount(productId);
    if (last && last.countedAt >= addSeconds(changedAt, clockToleranceSeconds)) return;
    const countedAt = spine.now();
    const keys = Object.values(last?.byDay ?? {}).reduce((sum, count) => sum + count, 0);
    const restSeconds = last ? keys / keysPerSecond - secondsBetween(last.countedAt, countedAt) : 0;
    const seenSeconds = clockToleranceSeconds - secondsBetween(changedAt, countedAt);
    if (restSeconds > 0 || seenSeconds > 0) return again(message, Math.max(1, restSeconds, seenSeconds));
    const byDay = Object.fromEntries(await spine.offers.countByDay(productId));
    await spine.batches.keepStockCount(productId, { countedAt, byDay });
  };
