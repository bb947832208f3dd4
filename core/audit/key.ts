import type { Instant } from '../shared/instant.ts';
import { mayOffer } from '../stock/batch.ts';
import { isSellable, reserveLane } from '../stock/offer.ts';
import { sampleOwner } from '../stock/sampling.ts';
import { type Finding, findingsOn, latestNow } from './finding.ts';
import type { KeyView } from './records.ts';

/** Promise 1, from the key's side: its owner lists it; unsold, it is on offer exactly once and so not stranded. */
export const checkKey = (view: KeyView, now: Instant): readonly Finding[] => {
  const record = `key ${view.key.keyId}`;
  if (!view.batch && !isReplayed(view))
    return [findingsOn(9, record)('key-of-unknown-batch', `Its batch ${view.key.batchId} does not exist.`)];
  const fault = view.key.owner === undefined ? faultOfUnsold(view, now) : (faultOfSold(view) ?? faultOfArchive(view));
  return fault ? [findingsOn(1, record)(...fault)] : [];
};

type Fault = readonly [code: string, detail: string];

/** A replay gives keys to orders, and remembers keys of batches, that restored tables have forgotten. */
const isReplayed = ({ key }: KeyView): boolean => key.owner !== undefined && key.replayedAt !== undefined;

const faultOfArchive = ({ key, isArchived }: KeyView): Fault | undefined =>
  isArchived === false
    ? ['claim-not-archived', `It is owned by ${key.owner}, and the archive of claims does not say so.`]
    : undefined;

const faultOfSold = (view: KeyView): Fault | undefined => {
  const { key, owner } = view;
  if (isReplayed(view)) return undefined;
  if (key.owner === sampleOwner(key.batchId)) return faultOfSample(view);
  if (!owner) return ['owner-unknown', `It is owned by ${key.owner}, and there is no such order.`];
  return owner.lists ? undefined : ['owned-key-not-listed', `It is owned by ${key.owner}, which does not list it.`];
};

/** A key that was read for testing belongs to its batch's sample, which only a batch under sampling can have. */
const faultOfSample = ({ batch }: KeyView): Fault | undefined =>
  batch?.sampling?.sample === undefined
    ? ['sample-of-untested-batch', 'It was used up as a sample, and its batch never had one drawn.']
    : undefined;

/** Keys of a batch in quarantine, or just leaving it, may be off sale; expired ones are neither here nor there. */
const faultOfUnsold = ({ key, batch, offeredIn }: KeyView, now: Instant): Fault | undefined => {
  const isOnSale = batch !== undefined && batch.status !== 'reoffering' && mayOffer(batch);
  if (!isOnSale || !isSellable(key, latestNow(now))) return undefined;
  if (offeredIn.length === 0) return ['key-not-on-offer', 'It is unsold, and nothing offers it: stranded stock.'];
  if (offeredIn.length > 1) return ['key-offered-twice', `It is on offer in ${offeredIn.join(' and ')}.`];
  if (batch.status === 'open' && offeredIn.includes(reserveLane))
    return ['key-left-in-reserve', 'Its batch is open, and it still lies in reserve, where buyers do not see it.'];
  return undefined;
};
