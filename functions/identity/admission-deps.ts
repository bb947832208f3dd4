import type { Surroundings } from '../../adapters/clock.ts';
import type { DocumentStore } from '../../adapters/documents.ts';
import type { CatalogTable } from '../../adapters/tables/catalog.ts';
import type { MerchantsTable } from '../../adapters/tables/merchants.ts';
import type { Policy } from '../../core/policy/policy.ts';

/** What admission works with. */
export type AdmissionDeps = {
  readonly merchants: MerchantsTable;
  /** The products that have to hear how their merchant stands. */
  readonly catalog: Pick<CatalogTable, 'productsOf' | 'getProduct' | 'tellSeller'>;
  readonly documents: DocumentStore;
  /** The policy in force; it says which documents a merchant needs. */
  readonly policy: Policy;
  readonly surroundings: Surroundings;
  /** Fresh random text for a token. */
  readonly newSecret: () => string;
};
