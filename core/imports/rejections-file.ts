import { type Rejection, rejectionReasons } from '../stock/import-keys.ts';

/** The first row of the file in which an import reports what it rejected. */
export const rejectionsHeader = 'line,code,reason\r\n';

/**
 * Rows of that file (RFC 4180). They hold a number, a code and a sentence of ours and nothing of what was uploaded, so
 * that no cell can begin with what a spreadsheet takes for a formula.
 */
export const rejectionRows = (rejections: readonly Rejection[]): string =>
  rejections.map(({ line, code }) => `${line},${code},"${rejectionReasons[code]}"\r\n`).join('');
