import type { FileImport } from '../imports/file-import.ts';
import type { Instant } from '../shared/instant.ts';

/**
 * - `importing`: keys are being stored. A file goes on by itself after a crash; keys that came with the request stay
 *   here until the merchant sends it again.
 * - `refused`: its file was refused as a whole; it has no keys and never will.
 * - `opening`: stored in the reserve lane, since orders wait; they are served before the rest is offered to all.
 * - `reoffering`: a quarantine was lifted; the unsold keys are being put back on sale.
 */
export type BatchStatus = 'importing' | 'refused' | 'opening' | 'open' | 'quarantined' | 'reoffering';

export const batchTransitions: Record<BatchStatus, readonly BatchStatus[]> = {
  importing: ['refused', 'opening', 'open', 'quarantined'],
  refused: [],
  opening: ['open', 'quarantined'],
  open: ['quarantined'],
  quarantined: ['reoffering'],
  reoffering: ['open', 'quarantined'],
};

/** Where the keys came from, so that a finding can name the liable source. */
export type BatchSource = {
  readonly kind: 'own_stock' | 'supplier' | 'publisher' | 'other';
  /** The supplier's or publisher's name. */
  readonly name: string;
  /** Their invoice or delivery number. */
  readonly reference?: string | undefined;
};

/** Keys that came in together from one source. */
export type Batch = {
  readonly batchId: string;
  readonly seq: number;
  readonly status: BatchStatus;
  readonly merchantId: string;
  readonly productId: string;
  readonly source: BatchSource;
  readonly requestHash: string;
  readonly createdAt: Instant;
  /** Lines it came with; 0 while a file was not looked at. */
  readonly lines: number;
  /**
   * Where its keys are offered first: in reserve if orders waited when the import began, however often it is repeated.
   * A file that ever met waiting orders counts as reserve to its end.
   */
  readonly lane: 'public' | 'reserve';
  /** Both are known once the import is complete. */
  readonly stored?: number | undefined;
  readonly rejected?: number | undefined;
  readonly completedAt?: Instant | undefined;
  readonly quarantinedAt?: Instant | undefined;
  readonly quarantineReason?: string | undefined;
  /** How the import of its file stands; absent where the keys came with the request. */
  readonly file?: FileImport | undefined;
  /** When the sweep has to look at the batch; absent while nothing is to be done. */
  readonly dueAt?: Instant | undefined;
};

export const advanceBatch = (batch: Batch, changes: Partial<Batch> & { readonly status: BatchStatus }): Batch => {
  if (batch.status !== changes.status && !batchTransitions[batch.status].includes(changes.status))
    throw new Error(`Batch ${batch.batchId} cannot go from ${batch.status} to ${changes.status}`);
  return { ...batch, ...changes, seq: batch.seq + 1 };
};

/** Batches whose keys may be on offer. */
export const mayOffer = (status: BatchStatus): boolean => status !== 'quarantined' && status !== 'refused';

/** An import that found orders waiting is looked at by the sweep if it died, or if its message was lost. */
export const openingRecheckSeconds = 120;
/** No request lives as long as this: keys that came with one are all stored by then, or it was interrupted. */
export const requestOverSeconds = 900;
