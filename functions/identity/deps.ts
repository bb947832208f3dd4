import type { Surroundings } from '../../adapters/clock.ts';
import type { IdentityTable } from '../../adapters/tables/identity.ts';

/** What the handlers of this room work with. */
export type IdentityDeps = {
  readonly identity: IdentityTable;
  readonly surroundings: Surroundings;
  /** Fresh random text for a token. */
  readonly newSecret: () => string;
};
