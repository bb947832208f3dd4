import type { Send, StockCountMessage } from '../../adapters/queues.ts';
import { addSeconds, secondsBetween } from '../../core/shared/instant.ts';
import type { Spine } from '../spine.ts';

/** A count that began this long after a change has seen it, whatever the clocks of two machines say. */
const clockToleranceSeconds = 2;
/** Seconds between two counts of a product: a while, and longer for a large one, so that no sale costs a count. */
const restSecondsFor = (keys: number): number => 10 + keys / 5_000;

/**
 * Counts the offers of a product after they changed. A change that a later count has seen needs no other; one that
 * comes too soon after a count comes again, so that at rest the count is exact. Messages about one product take turns,
 * so that many of them in one batch make one count.
 */
export const countProduct = (spine: Pick<Spine, 'offers' | 'batches' | 'now'>, again: Send<StockCountMessage>) => {
  const turns = new Map<string, Promise<void>>();

  const count = async (message: StockCountMessage): Promise<void> => {
    const { productId, changedAt } = message;
    const last = await spine.batches.stockCount(productId);
    if (last && last.countedAt >= addSeconds(changedAt, clockToleranceSeconds)) return;
    const countedAt = spine.now();
    const keys = Object.values(last?.byDay ?? {}).reduce((sum, ofDay) => sum + ofDay, 0);
    const restSeconds = last ? restSecondsFor(keys) - secondsBetween(last.countedAt, countedAt) : 0;
    const seenSeconds = clockToleranceSeconds - secondsBetween(changedAt, countedAt);
    if (restSeconds > 0 || seenSeconds > 0) return again(message, Math.max(1, restSeconds, seenSeconds));
    const byDay = Object.fromEntries(await spine.offers.countByDay(productId));
    await spine.batches.keepStockCount(productId, { countedAt, byDay });
  };

  return async (message: StockCountMessage): Promise<void> => {
    const { productId } = message;
    const before = turns.get(productId) ?? Promise.resolve();
    const turn = before.then(() => count(message));
    // Whoever comes next waits for this turn to end, however it ends; its failure is told to its own message alone.
    const ended = turn
      .catch(() => undefined)
      .then(() => {
        if (turns.get(productId) === ended) turns.delete(productId);
      });
    turns.set(productId, ended);
    return turn;
  };
};
