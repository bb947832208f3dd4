import type { Surroundings } from '../../adapters/clock.ts';
import type { CatalogTable } from '../../adapters/tables/catalog.ts';
import type { IdentityTable } from '../../adapters/tables/identity.ts';
import type { Policy } from '../../core/policy/policy.ts';

/** What the handlers of this room work with. */
export type CatalogDeps = {
  readonly catalog: CatalogTable;
  /** Knows the name and label under which a merchant sells, and whether he may. */
  readonly identity: Pick<IdentityTable, 'getAccount'>;
  /** The policy in force; its categories are those that may be listed in. */
  readonly policy: Policy;
  readonly surroundings: Surroundings;
};
