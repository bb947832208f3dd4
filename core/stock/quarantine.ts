import type { Instant } from '../shared/instant.ts';
import { accept, type Result, refuse } from '../shared/result.ts';
import { advanceBatch, type Batch } from './batch.ts';

/** Takes a batch off sale; `undefined` where it is already. Its due record stands until its offers are gone. */
export const quarantineBatch = (batch: Batch, reason: string, now: Instant): Result<Batch | undefined> => {
  if (batch.status === 'quarantined') return accept(undefined);
  if (batch.status === 'refused')
    return refuse('batch-state-unfit', 'The file of this batch was refused; it has no keys to take off sale.');
  return accept(
    advanceBatch(batch, { status: 'quarantined', quarantinedAt: now, quarantineReason: reason, dueAt: now }),
  );
};

/** Begins to put a quarantined batch back on sale; `undefined` where that has begun or is done. */
export const liftQuarantine = (batch: Batch, now: Instant): Result<Batch | undefined> => {
  if (batch.status === 'reoffering' || (batch.status === 'open' && batch.quarantinedAt !== undefined))
    return accept(undefined);
  if (batch.status !== 'quarantined')
    return refuse('batch-state-unfit', `Only a quarantined batch can be lifted; this one is ${batch.status}.`);
  if (batch.completedAt === undefined)
    return refuse('batch-state-unfit', 'The import of this batch was never completed; import its keys as a new batch.');
  return accept(advanceBatch(batch, { status: 'reoffering', dueAt: now }));
};
