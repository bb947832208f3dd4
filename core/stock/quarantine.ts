import type { Instant } from '../shared/instant.ts';
import { accept, type Result, refuse } from '../shared/result.ts';
import { advanceBatch, type Batch } from './batch.ts';

/** Takes a batch off sale; `undefined` where it is already. Its due record stands until its offers are gone. */
export const quarantineBatch = (batch: Batch, reason: string, now: Instant): Result<Batch | undefined> => {
  if (batch.status === 'quarantined') return accept(undefined);
  if (batch.status === 'refused')
    return refuse('batch-state-unfit', 'The file of this batch was refused; it has no keys to take off sale.');
  if (batch.status === 'rejected')
    return refuse('batch-state-unfit', 'This batch failed its sampling; its keys are off sale for good.');
  return accept(
    advanceBatch(batch, { status: 'quarantined', quarantinedAt: now, quarantineReason: reason, dueAt: now }),
  );
};

/** Begins to put a quarantined batch back on sale, or to go on testing it; `undefined` where that has begun or is done. */
export const liftQuarantine = (batch: Batch, now: Instant): Result<Batch | undefined> => {
  const isLifted = ['reoffering', 'open', 'sampling'].includes(batch.status) && batch.quarantinedAt !== undefined;
  if (batch.status === 'reoffering' || isLifted) return accept(undefined);
  if (batch.status !== 'quarantined')
    return refuse('batch-state-unfit', `Only a quarantined batch can be lifted; this one is ${batch.status}.`);
  if (batch.completedAt === undefined)
    return refuse(
      'batch-state-unfit',
      'The import of this batch is not complete: wait for its file to end, or send the interrupted request again with its Idempotency-Key.',
    );
  const isUntested = batch.sampling !== undefined && batch.sampling.sample?.verdict === undefined && batch.stored !== 0;
  return accept(advanceBatch(batch, { status: isUntested ? 'sampling' : 'reoffering', dueAt: now }));
};
