import type { FileImport } from '../imports/file-import.ts';
import { addSeconds, type Instant } from '../shared/instant.ts';
import type { Inspection, SampleCount, SamplingPlan } from './sampling-plan.ts';

/**
 * - `importing`: keys are being stored. A file goes on by itself after a crash; keys that came with the request stay
 *   here until the merchant sends it again.
 * - `refused`: its file was refused as a whole; it has no keys and never will.
 * - `opening`: stored in the reserve lane, since orders wait; they are served before the rest is offered to all.
 * - `sampling`: stored without offers; a sample is drawn and tested before anything is sold.
 * - `rejected`: too many keys of its sample were bad; the others are never sold.
 * - `reoffering`: a quarantine was lifted, or a sample accepted; the unsold keys are being put on sale.
 */
export const batchStatuses = [
  'importing',
  'refused',
  'sampling',
  'rejected',
  'opening',
  'open',
  'quarantined',
  'reoffering',
] as const;
export type BatchStatus = (typeof batchStatuses)[number];

export const batchTransitions: Record<BatchStatus, readonly BatchStatus[]> = {
  importing: ['refused', 'sampling', 'opening', 'open', 'quarantined'],
  refused: [],
  sampling: ['reoffering', 'rejected', 'quarantined'],
  rejected: [],
  opening: ['open', 'quarantined'],
  open: ['quarantined'],
  quarantined: ['sampling', 'reoffering'],
  reoffering: ['open', 'quarantined'],
};

/** Where the keys came from, so that a finding can name the liable source. */
type BatchSource = {
  readonly kind: 'own_stock' | 'supplier' | 'publisher' | 'other';
  /** The supplier's or publisher's name. */
  readonly name: string;
  /** Their invoice or delivery number. */
  readonly reference?: string | undefined;
};

/** A sample that was drawn. The draw can be repeated: by the seed, and the keys of the batch. */
export type Sample = SamplingPlan &
  SampleCount & {
    readonly seed: string;
    readonly drawnAt: Instant;
    /** Both are known once the batch is decided. */
    readonly verdict?: 'accepted' | 'rejected' | undefined;
    readonly decidedAt?: Instant | undefined;
  };

/** That a batch is tested before it is sold: by which plan, and what became of it. */
export type Sampling = { readonly inspection: Inspection; readonly sample?: Sample | undefined };

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
  /** Absent where its keys are sold untested. Decided when the import begins, by the policy of that moment. */
  readonly sampling?: Sampling | undefined;
  /**
   * How far a quarantine, or the end of one, was carried through its keys, in the order in which they are listed; absent
   * before the first key. It ends with the status that it belongs to.
   */
  readonly carriedThrough?:
    | { readonly afterKeyId: string; readonly keys: number; readonly beganAt: Instant }
    | undefined;
  /** When the sweep has to look at the batch; absent while nothing is to be done. */
  readonly dueAt?: Instant | undefined;
};

export const advanceBatch = (batch: Batch, changes: Partial<Batch> & { readonly status: BatchStatus }): Batch => {
  if (batch.status !== changes.status && !batchTransitions[batch.status].includes(changes.status))
    throw new Error(`Batch ${batch.batchId} cannot go from ${batch.status} to ${changes.status}`);
  const carriedThrough = batch.status === changes.status ? batch.carriedThrough : undefined;
  return { ...batch, ...(batch.carriedThrough && { carriedThrough }), ...changes, seq: batch.seq + 1 };
};

const offering: ReadonlySet<BatchStatus> = new Set(['importing', 'opening', 'open', 'reoffering']);

/** Whether the keys of a batch may be on offer. One that is to be tested stores them without. */
export const mayOffer = ({ status, sampling }: Pick<Batch, 'status' | 'sampling'>): boolean =>
  offering.has(status) && !(status === 'importing' && sampling !== undefined);

/** What follows when every line of an import is accounted for, wherever its keys came from. */
export const afterImport = (
  { status, sampling, lane, dueAt }: Batch,
  stored: number,
  now: Instant,
): Pick<Batch, 'status' | 'dueAt'> => {
  // While a quarantine is being carried through, its own time stands.
  if (status !== 'importing') return { status, dueAt };
  if (sampling !== undefined && stored > 0) return { status: 'sampling', dueAt: now };
  return lane === 'reserve'
    ? { status: 'opening', dueAt: addSeconds(now, openingRecheckSeconds) }
    : { status: 'open', dueAt: undefined };
};

/** An import that found orders waiting is looked at by the sweep if it died, or if its message was lost. */
export const openingRecheckSeconds = 120;
/** No request lives as long as this: keys that came with one are all stored by then, or it was interrupted. */
export const requestOverSeconds = 900;
