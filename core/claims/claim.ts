import type { Instant } from '../shared/instant.ts';

/** What the archive knows of a key whose owner changed: enough to bind it again in tables that have forgotten it. */
export type Claim = {
  readonly keyId: string;
  /** Whose the key became: an order, or whatever else consumed it. Absent where it went back, never having been readable. */
  readonly owner?: string | undefined;
  /** When the table wrote it, to the second. */
  readonly at: Instant;
  /** Where it stands in the table's stream: of two changes of one key within a second the later has the larger number. */
  readonly position: string;
  readonly batchId: string;
  readonly productId: string;
  readonly sellUntilDay: string;
};

/** A claim that gave its key an owner. */
export type OwningClaim = Claim & { readonly owner: string };

export const isOwning = (claim: Claim): claim is OwningClaim => claim.owner !== undefined;

/** Positions are whole numbers of up to 40 digits. */
const isLater = (a: Claim, b: Claim): boolean =>
  a.at === b.at ? BigInt(a.position) > BigInt(b.position) : a.at > b.at;

/** The last of the claims on each key, whatever order they come in and however often. */
export const newestOfEach = <C extends Claim>(claims: Iterable<C>): ReadonlyMap<string, C> => {
  const newest = new Map<string, C>();
  for (const claim of claims) {
    const known = newest.get(claim.keyId);
    if (!known || isLater(claim, known)) newest.set(claim.keyId, claim);
  }
  return newest;
};
