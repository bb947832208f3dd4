import { pipeline, Readable } from 'node:stream';
import { CsvError, parse } from 'csv-parse';
import * as z from 'zod/mini';
import type { FileSource } from '../../adapters/import-files.ts';
import { type CsvHeader, readHeader, readRecord } from '../../core/imports/csv-record.ts';
import type { FileFormat, TextEncoding } from '../../core/imports/file-import.ts';
import { type FileRefusal, maxLinesPerFile, maxRecordCharacters, refuseFile } from '../../core/imports/file-refusal.ts';
import { LineSplitter, type TextLine } from '../../core/imports/split-lines.ts';
import type { ReadLine } from '../../core/stock/import-keys.ts';
import { decodeText, UndecodableTextError } from './decode-text.ts';
import { UnfitFileError, unfit } from './unfit-file.ts';
import { unpackFile } from './unpack-file.ts';

/** Records that are handed on together. */
const recordsPerBlock = 1_000;

/** What of a file has to be known to read its lines. */
type Reading = { readonly name: string; readonly format: FileFormat; readonly encoding: TextEncoding };

/** As the merchant says, or else by the name of the file itself. */
const formatOf = (name: string, format: FileFormat | undefined): FileFormat =>
  format ?? (/\.csv$/i.test(name) ? 'csv' : 'txt');

/**
 * The lines of a file from its first to its last, in blocks. Lines of a text count from 1. Rows of a CSV count as a
 * spreadsheet shows them: the header is row 1, a line break inside quotation marks begins no other.
 */
export async function* readLines(source: FileSource, { name, format, encoding }: Reading): AsyncGenerator<ReadLine[]> {
  const file = await unpackFile(source, name);
  const text = decodeText(file.bytes(), encoding);
  yield* format === 'csv' ? readCsv(text) : readTxt(text);
}

/** What a file that can be stored from its first line to its last is like. */
export type Survey = { readonly lines: number; readonly encoding: TextEncoding; readonly format: FileFormat };

/**
 * Reads a file from end to end and stores nothing, so that a file is refused before any of its keys is stored, or not
 * at all. Text is UTF-8 if all of it is; or else GB18030 if all of it is that.
 */
export const surveyFile = async (
  source: FileSource,
  asked: { readonly name: string; readonly format: FileFormat | undefined },
): Promise<Survey | FileRefusal> => {
  try {
    const format = formatOf((await unpackFile(source, asked.name)).name, asked.format);
    return await surveyText(source, { name: asked.name, format });
  } catch (error) {
    if (error instanceof UnfitFileError) return error.refusal;
    throw error;
  }
};

const surveyText = async (source: FileSource, file: Omit<Reading, 'encoding'>): Promise<Survey | FileRefusal> => {
  try {
    return await count(source, { ...file, encoding: 'utf-8' });
  } catch (error) {
    if (!(error instanceof UndecodableTextError)) throw error;
    return surveyGb18030(source, file, error.position);
  }
};

const surveyGb18030 = async (
  source: FileSource,
  file: Omit<Reading, 'encoding'>,
  notUtf8At: number,
): Promise<Survey | FileRefusal> => {
  try {
    return await count(source, { ...file, encoding: 'gb18030' });
  } catch (error) {
    if (!(error instanceof UndecodableTextError)) throw error;
    return refuseFile(
      'text-not-decodable',
      `The file is neither UTF-8 nor GB18030 text; the byte at position ${notUtf8At} is the first that is not UTF-8.`,
    );
  }
};

const count = async (source: FileSource, reading: Reading): Promise<Survey | FileRefusal> => {
  let lines = 0;
  for await (const block of readLines(source, reading)) {
    lines += block.length;
    if (lines > maxLinesPerFile)
      return refuseFile('too-many-lines', `The file has more than ${maxLinesPerFile} lines; split it into several.`);
  }
  if (lines === 0) return refuseFile('file-empty', 'The file holds no line; upload one with a key on each.');
  return { lines, encoding: reading.encoding, format: reading.format };
};

async function* readTxt(text: AsyncIterable<string>): AsyncGenerator<ReadLine[]> {
  const splitter = new LineSplitter();
  let line = 0;
  const number = (read: TextLine): ReadLine => {
    line += 1;
    return read === 'too-long' ? { line, code: 'line-too-long' } : { line, key: { secret: read } };
  };
  for await (const piece of text) yield splitter.push(piece).map(number);
  yield splitter.end().map(number);
}

const cells = z.array(z.string());

async function* readCsv(text: AsyncIterable<string>): AsyncGenerator<ReadLine[]> {
  const parser = parse({
    relax_column_count: true,
    skip_empty_lines: false,
    record_delimiter: ['\r\n', '\n', '\r'],
    max_record_size: maxRecordCharacters,
  });
  // What fails on the way arrives below, where the records are read.
  pipeline(Readable.from(text, { highWaterMark: 1 }), parser, () => undefined);
  let header: CsvHeader | undefined;
  let line = 0;
  let block: ReadLine[] = [];
  try {
    for await (const record of parser) {
      line += 1;
      const row = cells.parse(record);
      if (header === undefined) {
        header = acceptHeader(row);
        continue;
      }
      const read = readRecord(header, row);
      block.push(typeof read === 'string' ? { line, code: read } : { line, key: read });
      if (block.length < recordsPerBlock) continue;
      yield block;
      block = [];
    }
  } catch (error) {
    throw error instanceof CsvError ? unfitCsv(error, line + 1) : error;
  } finally {
    parser.destroy();
  }
  yield block;
}

const acceptHeader = (row: readonly string[]): CsvHeader => {
  const header = readHeader(row);
  if ('code' in header) throw new UnfitFileError(header);
  return header;
};

/** The parser's own words repeat what stands in the file, so that only its code is used. */
const unfitCsv = (error: CsvError, line: number): UnfitFileError => {
  const where = `Row ${line}`;
  switch (error.code) {
    case 'CSV_QUOTE_NOT_CLOSED':
      return unfit('csv-broken', `${where}: a quotation mark is opened and never closed.`);
    case 'CSV_MAX_RECORD_SIZE':
      return unfit(
        'csv-broken',
        `${where} has more than ${maxRecordCharacters} characters; a quotation mark may be missing.`,
      );
    default:
      return unfit(
        'csv-broken',
        `${where} is not CSV (RFC 4180): quote cells that hold quotation marks, and double them.`,
      );
  }
};
