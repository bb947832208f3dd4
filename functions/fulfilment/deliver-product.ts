import type { DeliveryMessage, Send } from '../../adapters/queues.ts';
import { advanceBatch } from '../../core/stock/batch.ts';
import type { Spine } from '../spine.ts';
import type { openReserve } from './open-reserve.ts';
import { serveWaiting } from './serve-waiting.ts';

/**
 * Serves those who wait for a product, then offers what is left of its reserve to everybody. While selling is closed it
 * leaves both alone: the tables say what waits, and the sweep asks again.
 */
export const deliverProduct =
  (spine: Spine, reserve: ReturnType<typeof openReserve>, announceDelivery: Send<DeliveryMessage>) =>
  async ({ productId, batchId, after }: DeliveryMessage): Promise<void> => {
    if (spine.selling === 'closed') return;
    const message = { productId, ...(batchId !== undefined && { batchId }) };
    const { goOnAfter } = await serveWaiting(spine)(productId, after);
    if (goOnAfter !== undefined) return announceDelivery({ ...message, after: goOnAfter });
    if ((await reserve(productId)) === 'more') return announceDelivery(message);
    if (batchId !== undefined) await markOpen(spine, batchId);
  };

/** An import that found orders waiting is open once they have been served and the reserve is empty. */
const markOpen = async (spine: Spine, batchId: string): Promise<void> => {
  const batch = await spine.batches.get(batchId);
  if (batch?.status !== 'opening') return;
  // Should somebody else move the batch first, its next look at it decides anew.
  await spine.batches.write(batch, advanceBatch(batch, { status: 'open', dueAt: undefined }));
};
