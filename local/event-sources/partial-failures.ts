import { isFields } from '../aws-json.ts';
import type { Outcome } from '../functions.ts';

/**
 * Which items of a batch failed, as Lambda reads a function's answer: nothing failed if the list is empty or missing,
 * everything if the call failed, the answer is malformed or it names an item that was not in the batch.
 * @param reports whether the mapping asks for ReportBatchItemFailures; without it only the call as a whole fails.
 */
export const failedItems = (
  outcome: Outcome,
  identifiers: readonly string[],
  reports: boolean,
): ReadonlySet<string> => {
  const all = new Set(identifiers);
  if (outcome.kind !== 'result') return all;
  if (!reports) return new Set();
  const { value } = outcome;
  if (value === null || value === undefined) return new Set();
  if (!isFields(value)) return all;
  const failures = value['batchItemFailures'];
  if (failures === undefined || failures === null) return new Set();
  if (!Array.isArray(failures)) return all;
  const failed = new Set<string>();
  for (const failure of failures) {
    const identifier: unknown = isFields(failure) ? failure['itemIdentifier'] : undefined;
    if (typeof identifier !== 'string' || !all.has(identifier)) return all;
    failed.add(identifier);
  }
  return failed;
};
