import type { Fields } from '../aws-json.ts';
import type { Outcome } from '../functions.ts';
import { failedItems } from './partial-failures.ts';

export type StreamRecord = {
  readonly sequenceNumber: string;
  readonly createdAtMs: number;
  /** The record as the function receives it. */
  readonly event: Fields;
};

export type BatchRules = {
  readonly reportsFailures: boolean;
  readonly bisects: boolean;
  /** How often a failing batch is retried; negative means until its records expire. */
  readonly maximumRetries: number;
  /** Age at which a record is given up; negative means never. */
  readonly maximumAgeSeconds: number;
};

export type GivenUp = {
  readonly condition: 'RetryAttemptsExhausted' | 'RecordAgeExceeded';
  readonly records: readonly StreamRecord[];
  readonly invocations: number;
};

export type BatchSteps = {
  readonly invoke: (records: readonly StreamRecord[]) => Promise<Outcome>;
  /** Everything up to this record is done with; a restart begins behind it. */
  readonly advance: (last: StreamRecord) => void;
  readonly giveUp: (loss: GivenUp) => Promise<void>;
  /** Rests before the given retry; `false` when the poller is being stopped. */
  readonly rest: (attempt: number) => Promise<boolean>;
  readonly nowMs: () => number;
};

/**
 * Brings a batch of stream records to its end as Lambda's poller does, in order: success, or give up each poison record
 * after its retries. A bisected or partly done batch keeps its order, and splitting costs no retry.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-batchfailurereporting.html
 * @returns whether everything is done with; `false` if the poller was stopped in between.
 */
export const handleBatch = async (
  batch: readonly StreamRecord[],
  rules: BatchRules,
  steps: BatchSteps,
): Promise<boolean> => {
  let records = batch;
  let attempt = 0;
  for (;;) {
    records = await dropExpired(records, rules, steps, attempt);
    const [first] = records;
    if (first === undefined) return true;
    const failedAt = firstFailure(await steps.invoke(records), records, rules);
    attempt += 1;
    const last = records[failedAt - 1];
    if (last !== undefined) steps.advance(last);
    if (failedAt === records.length) return true;
    const progressed = failedAt > 0;
    records = records.slice(failedAt);
    if (!progressed && rules.bisects && records.length > 1) {
      const middle = Math.ceil(records.length / 2);
      const before = await handleBatch(records.slice(0, middle), rules, steps);
      return before && (await handleBatch(records.slice(middle), rules, steps));
    }
    if (progressed) attempt = 1;
    else if (rules.maximumRetries >= 0 && attempt > rules.maximumRetries) {
      await steps.giveUp({ condition: 'RetryAttemptsExhausted', records, invocations: attempt });
      const end = records.at(-1);
      if (end !== undefined) steps.advance(end);
      return true;
    }
    if (!(await steps.rest(attempt))) return false;
  }
};

const dropExpired = async (
  records: readonly StreamRecord[],
  rules: BatchRules,
  steps: BatchSteps,
  invocations: number,
): Promise<readonly StreamRecord[]> => {
  if (rules.maximumAgeSeconds < 0) return records;
  const oldest = steps.nowMs() - rules.maximumAgeSeconds * 1000;
  const kept = records.findIndex((record) => record.createdAtMs >= oldest);
  const expired = kept < 0 ? records : records.slice(0, kept);
  const last = expired.at(-1);
  if (last === undefined) return records;
  await steps.giveUp({ condition: 'RecordAgeExceeded', records: expired, invocations });
  steps.advance(last);
  return records.slice(expired.length);
};

/** The position of the first record that is not done with; the batch's length if all are. */
const firstFailure = (outcome: Outcome, records: readonly StreamRecord[], rules: BatchRules): number => {
  const failed = failedItems(
    outcome,
    records.map((record) => record.sequenceNumber),
    rules.reportsFailures,
  );
  const index = records.findIndex((record) => failed.has(record.sequenceNumber));
  return index < 0 ? records.length : index;
};
