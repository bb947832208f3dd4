import { addSeconds, type Instant } from '../../core/shared/instant.ts';
import type { AdmissionDeps } from './admission-deps.ts';
import { carryThrough, productsPerWatch } from './carry-through.ts';
import { keepDocument } from './keep-document.ts';

/** Due records that one watch takes from each shard; the next one, a minute later, takes more. */
const maxDuePerShard = 500;
/** Seconds after which a watch begins nothing more. */
const maxSeconds = 40;

export type Watched = { readonly done: number; readonly failed: readonly { id: string; error: unknown }[] };

/** Does what is past due for merchants and their documents. What fails is left for the next watch and holds up nothing else. */
export const sweepAdmission = (deps: Pick<AdmissionDeps, 'merchants' | 'catalog' | 'policy' | 'surroundings'>) => {
  const carry = carryThrough(deps);
  const keep = keepDocument(deps);
  return async (shards: readonly number[], until: Instant): Promise<Watched> => {
    const { now } = deps.surroundings;
    const endsAt = addSeconds(now(), maxSeconds);
    const failed: { id: string; error: unknown }[] = [];
    let done = 0;
    for (const shard of inTurn(shards, now()))
      for (const id of await deps.merchants.due(shard, until, maxDuePerShard)) {
        if (now() >= endsAt) return { done, failed };
        try {
          await (id.startsWith('doc_') ? keep(id) : carry(id, productsPerWatch));
          done += 1;
        } catch (error) {
          failed.push({ id, error });
        }
      }
    return { done, failed };
  };
};

/** Each minute begins with another shard, so that with a backlog none always comes last. */
const inTurn = (shards: readonly number[], now: Instant): readonly number[] => {
  const first = new Date(now).getUTCMinutes() % Math.max(1, shards.length);
  return [...shards.slice(first), ...shards.slice(0, first)];
};
