import { mayOffer } from '../stock/batch.ts';
import { reserveLane } from '../stock/offer.ts';
import { type Finding, findingsOn } from './finding.ts';
import type { OfferView } from './records.ts';

/** Promise 1, from the offer's side: what is on offer exists, is unsold, and lies where it is looked for. */
export const checkOffer = (view: OfferView): readonly Finding[] => {
  const { offer } = view;
  const fault = faultOf(view);
  return fault ? [findingsOn(1, `offer ${offer.productId}#${offer.lane} ${offer.keyId}`)(...fault)] : [];
};

const faultOf = ({ offer, publicLane, key, batch }: OfferView): readonly [code: string, detail: string] | undefined => {
  if (!key) return ['offer-of-unknown-key', 'It offers a key that does not exist.'];
  if (key.owner !== undefined) return ['offer-of-owned-key', `It offers a key that is owned by ${key.owner}.`];
  const fits =
    offer.productId === key.productId &&
    offer.batchId === key.batchId &&
    offer.sellUntilDay === key.sellUntilDay &&
    (offer.lane === publicLane || offer.lane === reserveLane);
  if (!fits)
    return [
      'offer-unfit',
      `Its key is of the product ${key.productId}, batch ${key.batchId}, sold until ${key.sellUntilDay} in lane ${publicLane}.`,
    ];
  if (batch !== undefined && batch.status !== 'quarantined' && !mayOffer(batch))
    return ['offer-untested', `Its batch ${batch.batchId} is ${batch.status}.`];
  // While the batch is due, its offers are still being withdrawn.
  if (batch?.status === 'quarantined' && batch.dueAt === undefined)
    return ['offer-in-quarantine', `Its batch ${batch.batchId} is in quarantine.`];
  return undefined;
};
