import type { Instant } from '../shared/instant.ts';
import { maxAmountMinor } from '../shared/money.ts';
import type { KeyLine, RejectionCode } from '../stock/import-keys.ts';
import { type FileRefusal, refuseFile } from './file-refusal.ts';

/** The columns that a CSV may have, in any order; only `secret` must be there. */
const columns = ['secret', 'number', 'expiresAt', 'faceValue'] as const;
type Column = (typeof columns)[number];

const isColumn = (name: string): name is Column => columns.some((column) => column === name);

/** Where each column stands, or why the header does not fit. */
export type CsvHeader = { readonly width: number; readonly positions: Readonly<Partial<Record<Column, number>>> };

/** Longest name of an unknown column that a refusal repeats: a file without header has a secret in its place. */
const maxNamedColumnLength = 16;

export const readHeader = (names: readonly string[]): CsvHeader | FileRefusal => {
  const accepted = 'The first row must name the columns: secret, and as you need them number, expiresAt, faceValue.';
  const unknown = names.map((name, index) => ({ name, index })).filter(({ name }) => !isColumn(name));
  if (unknown.length > 0 && names.includes('secret'))
    return refuseFile('csv-header-unfit', `Unknown columns: ${unknown.map(nameColumn).join(', ')}. ${accepted}`);
  // Without the column `secret` the first row may well be a key, which no refusal may repeat.
  if (!names.includes('secret')) return refuseFile('csv-header-unfit', `The column secret is missing. ${accepted}`);
  const repeated = names.find((name, index) => names.indexOf(name) !== index);
  if (repeated !== undefined) return refuseFile('csv-header-unfit', `The column ${repeated} stands twice. ${accepted}`);
  return { width: names.length, positions: Object.fromEntries(names.map((name, index) => [name, index])) };
};

const nameColumn = ({ name, index }: { name: string; index: number }): string =>
  /^[A-Za-z][\w ]*$/.test(name) && name.length <= maxNamedColumnLength ? `«${name}»` : `the ${index + 1}. one`;

/** What one record says, or why it is no key. Empty cells of optional columns count as absent. */
export const readRecord = (header: CsvHeader, cells: readonly string[]): KeyLine | RejectionCode => {
  // A blank line of a wider table is one empty cell.
  if (cells.length === 1 && cells[0] === '') return 'secret-empty';
  if (cells.length !== header.width) return 'columns-unfit';
  const cell = (column: Column): string | undefined => {
    const position = header.positions[column];
    const value = position === undefined ? undefined : cells[position];
    return value === '' ? undefined : value;
  };
  const expiresAt = readExpiry(cell('expiresAt'));
  if (expiresAt === 'unreadable') return 'expiry-unreadable';
  const faceValueMinor = readFaceValue(cell('faceValue'));
  if (faceValueMinor === 'unreadable') return 'face-value-unreadable';
  return { secret: cell('secret') ?? '', number: cell('number'), expiresAt, faceValueMinor };
};

const day = /^\d{4}-\d{2}-\d{2}$/;
const moment = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,3})?Z$/;

/** A moment in UTC (RFC 3339), or a plain date: its beginning in UTC, so that the day before is the last of sale. */
const readExpiry = (text: string | undefined): Instant | 'unreadable' | undefined => {
  if (text === undefined) return undefined;
  if (!day.test(text) && !moment.test(text)) return 'unreadable';
  const ms = Date.parse(text);
  if (Number.isNaN(ms)) return 'unreadable';
  const instant = new Date(ms).toISOString();
  // The clock of the language moves 31 April on to 1 May; a date that does not exist is a mistake.
  return instant.slice(0, day.test(text) ? 10 : 19) === text.slice(0, day.test(text) ? 10 : 19)
    ? instant
    : 'unreadable';
};

/** Whole fen. */
const readFaceValue = (text: string | undefined): number | 'unreadable' | undefined => {
  if (text === undefined) return undefined;
  const value = Number(text);
  return /^\d{1,15}$/.test(text) && value <= maxAmountMinor ? value : 'unreadable';
};
