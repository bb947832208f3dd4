import { checkBatchStatus } from '../../adapters/tables/batches.ts';
import type { TableGateway } from '../../adapters/tables/gateway.ts';
import { laneOf, putOffer, takeOffer } from '../../adapters/tables/offers.ts';
import { addSeconds } from '../../core/shared/instant.ts';
import { mayOffer } from '../../core/stock/batch.ts';
import type { Offer } from '../../core/stock/offer.ts';
import { RetryableError } from '../retryable-error.ts';
import { maxAttempts, type Spine } from '../spine.ts';

/** Two writes an offer and one check for each batch among them, within a transaction's 100 items. */
const offersPerMove = 32;
/** Seconds after which a call begins no further move; it is called again for what is left. */
const maxSecondsPerCall = 15;

/** Moves what lies in a product's reserve to its public lanes; offers of a batch in quarantine end instead. */
export const openReserve =
  (gateway: TableGateway, stockTable: string, spine: Pick<Spine, 'offers' | 'batches' | 'now'>) =>
  async (productId: string): Promise<'empty' | 'more'> => {
    const until = addSeconds(spine.now(), maxSecondsPerCall);
    let racesLost = 0;
    do {
      const offers = await spine.offers.reserved(productId, offersPerMove);
      if (offers.length === 0) return 'empty';
      const { committed } = await gateway.transact(await movesOf(stockTable, spine, offers));
      if (!committed) racesLost += 1;
      if (racesLost === maxAttempts) throw new RetryableError(`The reserve of ${productId} lost ${racesLost} races`);
    } while (spine.now() < until);
    return 'more';
  };

const movesOf = async (stockTable: string, spine: Pick<Spine, 'batches'>, offers: readonly Offer[]) => {
  const batches = await Promise.all(
    [...new Set(offers.map(({ batchId }) => batchId))].map((id) => spine.batches.get(id)),
  );
  const known = batches.filter((batch) => batch !== undefined);
  const open = new Set(known.filter(mayOffer).map(({ batchId }) => batchId));
  return [
    ...known.map(({ batchId, status }) => checkBatchStatus(stockTable, batchId, status)),
    ...offers.map((offer) => takeOffer(stockTable, offer)),
    ...offers
      .filter(({ batchId }) => open.has(batchId))
      .map((offer) => putOffer(stockTable, { ...offer, lane: laneOf(offer.keyId) })),
  ];
};
