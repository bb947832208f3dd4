import { type Finding, findingsOn } from './finding.ts';
import type { BatchView } from './records.ts';

/** Promise 9: every line of a complete import is stored, or reported with its number. */
export const checkImportReport = ({ batch, rejections, keys }: BatchView): readonly Finding[] => {
  if (batch.completedAt === undefined) return [];
  const find = findingsOn(9, `batch ${batch.batchId}`);
  const { lines, stored = 0, rejected = 0 } = batch;
  const findings: Finding[] = [];
  if (lines !== stored + rejected)
    findings.push(find('lines-unaccounted', `Of ${lines} lines, ${stored} were stored and ${rejected} rejected.`));
  // A file's report lies beside the tables; how many lines it has stands in the batch, and is checked above.
  if (batch.file === undefined && rejections.length !== rejected)
    findings.push(find('report-differs', `It rejected ${rejected} lines; its report lists ${rejections.length}.`));
  const numbers = new Set(rejections.map(({ line }) => line));
  if (numbers.size !== rejections.length || rejections.some(({ line }) => line < 1 || line > lines))
    findings.push(
      find('report-lines-unfit', `Its report repeats a line, or names one beyond the ${lines} there were.`),
    );
  if (keys !== stored) findings.push(find('stored-differs', `It stored ${stored} keys; ${keys} stand under it.`));
  return findings;
};
