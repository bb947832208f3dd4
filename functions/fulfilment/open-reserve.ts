import { checkBatchStatus } from '../../adapters/tables/batches.ts';
import type { TableGateway } from '../../adapters/tables/gateway.ts';
import { laneOf, putOffer, takeOffer } from '../../adapters/tables/offers.ts';
import { mayOffer } from '../../core/stock/batch.ts';
import type { Offer } from '../../core/stock/offer.ts';
import { RetryableError } from '../retryable-error.ts';
import { maxAttempts, type Spine } from '../spine.ts';

/** Two writes an offer and one check for each batch among them, within a transaction's 100 items. */
const offersPerMove = 32;
/** Moves of one call: 32,000 offers; the delivery message comes again for what is left. */
const maxMoves = 1_000;

/** Moves what lies in a product's reserve to its public lanes; offers of a batch in quarantine end instead. */
export const openReserve =
  (gateway: TableGateway, stockTable: string, spine: Pick<Spine, 'offers' | 'batches'>) =>
  async (productId: string): Promise<void> => {
    let racesLost = 0;
    for (let move = 0; move < maxMoves; move += 1) {
      const offers = await spine.offers.reserved(productId, offersPerMove);
      if (offers.length === 0) return;
      const { committed } = await gateway.transact(await movesOf(stockTable, spine, offers));
      if (!committed) racesLost += 1;
      if (racesLost === maxAttempts) break;
    }
    throw new RetryableError(`The reserve of ${productId} is not empty yet`);
  };

const movesOf = async (stockTable: string, spine: Pick<Spine, 'batches'>, offers: readonly Offer[]) => {
  const batches = await Promise.all(
    [...new Set(offers.map(({ batchId }) => batchId))].map((id) => spine.batches.get(id)),
  );
  const known = batches.filter((batch) => batch !== undefined);
  const open = new Set(known.filter(({ status }) => mayOffer(status)).map(({ batchId }) => batchId));
  return [
    ...known.map(({ batchId, status }) => checkBatchStatus(stockTable, batchId, status)),
    ...offers.map((offer) => takeOffer(stockTable, offer)),
    ...offers
      .filter(({ batchId }) => open.has(batchId))
      .map((offer) => putOffer(stockTable, { ...offer, lane: laneOf(offer.keyId) })),
  ];
};
