import type { Instant } from '../shared/instant.ts';
import { accept, type Result, refuse } from '../shared/result.ts';
import { advanceBatch, type Batch, type Sample } from './batch.ts';
import { judge, samplingPlan } from './sampling-plan.ts';

export const sampleResults = ['good', 'bad'] as const;
export type SampleResult = (typeof sampleResults)[number];

/** One key of a sample, numbered from 1. It exists once the key was read, and with that used up. */
export type SampleKey = {
  readonly batchId: string;
  readonly number: number;
  readonly keyId: string;
  readonly revealedAt: Instant;
  readonly revealedBy: string;
  /** What the tester found, once he did. */
  readonly result?: SampleResult | undefined;
  readonly testedAt?: Instant | undefined;
  readonly testedBy?: string | undefined;
};

/** Whom a tested key belongs to for ever: no order, and so no buyer. */
export const sampleOwner = (batchId: string): string => `sample:${batchId}`;

/** The batch with its sample drawn: so many keys as the plan asks for of those that were stored. */
export const drawSample = (batch: Batch, seed: string, now: Instant): Batch => {
  if (batch.sampling === undefined || batch.stored === undefined)
    throw new Error(`No sample of batch ${batch.batchId} can be drawn`);
  const plan = samplingPlan(batch.sampling.inspection, batch.stored);
  const sample: Sample = { ...plan, seed, drawnAt: now, good: 0, bad: 0 };
  return advanceBatch(batch, { status: 'sampling', dueAt: undefined, sampling: { ...batch.sampling, sample } });
};

/** The sample of a batch that is being tested. Refuses `batch-state-unfit`, and `not-found` beyond its size. */
export const sampleUnderTest = (batch: Batch, number: number): Result<Sample> => {
  if (batch.status !== 'sampling')
    return refuse('batch-state-unfit', `Only a batch under sampling is tested; this one is ${batch.status}.`);
  const sample = batch.sampling?.sample;
  if (sample === undefined)
    return refuse('batch-state-unfit', 'The sample of this batch is not drawn yet; it will be within a minute or two.');
  return number <= sample.size
    ? accept(sample)
    : refuse('not-found', `The sample of this batch has ${sample.size} keys.`, 'path.sample');
};

export type Tested = { readonly batch: Batch; readonly key: SampleKey };

/**
 * Keeps what a tester found, and decides the batch as soon as no further result can change the outcome; `undefined`
 * where this very result stands already. Refuses what was not read, and another result than the one that stands.
 *
 * @param key what stands of the sample key; `undefined` where nobody read it
 */
export const recordResult = (
  batch: Batch,
  key: SampleKey | undefined,
  number: number,
  found: { readonly result: SampleResult; readonly testedBy: string },
  now: Instant,
): Result<Tested | undefined> => {
  if (key?.result === found.result) return accept(undefined);
  if (key?.result !== undefined)
    return refuse('sample-state-unfit', `This key was found ${key.result} already; a result is final.`);
  const sample = sampleUnderTest(batch, number);
  if (!sample.ok) return sample;
  if (key === undefined)
    return refuse('sample-state-unfit', 'Nobody has read this key yet: reveal it, test it, then say what you found.');
  const counted = { ...sample.value, [found.result]: sample.value[found.result] + 1 };
  const verdict = judge(counted, counted);
  const decided = verdict === 'open' ? counted : { ...counted, verdict, decidedAt: now };
  const sampling = batch.sampling && { ...batch.sampling, sample: decided };
  const next = {
    // Accepted keys are offered as after a quarantine: those that stand unsold, however many there are.
    accepted: { status: 'reoffering', dueAt: now },
    rejected: { status: 'rejected', dueAt: undefined },
    open: { status: 'sampling', dueAt: batch.dueAt },
  } as const;
  return accept({
    batch: advanceBatch(batch, { ...next[verdict], sampling }),
    key: { ...key, ...found, testedAt: now },
  });
};
