import { isChunked, type Order } from '../../core/orders/order.ts';
import type { Supply } from '../../core/payments/capture-order.ts';
import type { Instant } from '../../core/shared/instant.ts';
import type { Spine } from '../spine.ts';

/** A small order looks for its keys; a large one asks whether there are enough, and takes them later in chunks. */
export const supplyFor = async (
  { offers }: Pick<Spine, 'offers'>,
  order: Order,
  racesLost: number,
  now: Instant,
): Promise<Supply> => {
  if (order.status !== 'placed') return noSupply;
  if (isChunked(order))
    return { offers: [], count: await offers.countUpTo(order.productId, order.quantity, 'public', now) };
  const found = await offers.find(order.productId, order.quantity, 'public', now, racesLost);
  return { offers: found, count: found.length };
};

export const noSupply: Supply = { offers: [], count: 0 };
