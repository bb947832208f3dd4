import { pipeline, Readable, type Transform } from 'node:stream';
import { crc32, createGunzip, createInflateRaw, type Zlib } from 'node:zlib';
import { type Entry, fromRandomAccessReaderPromise, RandomAccessReader, type ZipFile } from 'yauzl';
import type { FileSource } from '../../adapters/import-files.ts';
import { faultOfUnpacking } from '../../core/imports/file-refusal.ts';
import { UnfitFileError, unfit } from './unfit-file.ts';

const gzipMagic = [0x1f, 0x8b];
/** A zip with files, and one without. */
const zipMagics = [
  [0x50, 0x4b, 0x03, 0x04],
  [0x50, 0x4b, 0x05, 0x06],
];
const stored = 0;
const deflated = 8;
/** Entries of a zip that are looked at; one that has more has more than one file. */
const maxZipEntries = 1_000;
const unpackedPieceBytes = 65_536;

/** The bytes of the file itself, whatever it came in, and its own name. */
export type UnpackedFile = { readonly name: string; readonly bytes: () => AsyncGenerator<Uint8Array> };

/**
 * Looks into an upload: gzip and zip are known by how they begin, all else is taken as it is.
 * Throws `UnfitFileError` for an archive that cannot be read or holds anything but one file, and, while its bytes are
 * being read, for one that is broken or unpacks to more than it may.
 */
export const unpackFile = async (source: FileSource, name: string): Promise<UnpackedFile> => {
  const beginning = await readAll(source.read(0, Math.min(source.sizeBytes, 4)));
  const beginsWith = (magic: readonly number[]): boolean => magic.every((byte, index) => beginning[index] === byte);
  if (beginsWith(gzipMagic))
    return {
      name: name.replace(/\.gz$/i, ''),
      bytes: () => inflate(source.read(0, source.sizeBytes), createGunzip({ chunkSize: unpackedPieceBytes })),
    };
  if (zipMagics.some(beginsWith)) return unzip(source);
  return { name, bytes: () => source.read(0, source.sizeBytes) };
};

const unzip = async (source: FileSource): Promise<UnpackedFile> => {
  const zip = await openZip(source);
  const entry = await theOneFile(zip);
  if (entry.isEncrypted()) throw unfit('archive-encrypted', 'The zip is encrypted; upload one without a password.');
  if (entry.compressionMethod !== stored && entry.compressionMethod !== deflated)
    throw unfit('archive-unreadable', 'The zip uses a method of compression other than deflate.');
  const declared = faultOfUnpacking(entry.compressedSize, entry.uncompressedSize);
  if (declared) throw new UnfitFileError(declared);
  const start = await dataStart(zip, entry);
  return { name: entry.fileName, bytes: () => entryBytes(source, entry, start) };
};

/** What the directory of the zip promises must come, byte for byte. */
async function* entryBytes(source: FileSource, entry: Entry, start: number): AsyncGenerator<Uint8Array> {
  const packed = source.read(start, start + entry.compressedSize);
  const bytes =
    entry.compressionMethod === stored ? packed : inflate(packed, createInflateRaw({ chunkSize: unpackedPieceBytes }));
  let length = 0;
  let checksum = 0;
  for await (const piece of bytes) {
    length += piece.length;
    checksum = crc32(piece, checksum);
    if (length > entry.uncompressedSize) break;
    yield piece;
  }
  if (length !== entry.uncompressedSize || checksum !== entry.crc32)
    throw unfit('archive-unreadable', 'The zip is damaged: its file is not what its directory says. Make it anew.');
}

async function* inflate(
  packed: AsyncIterable<Uint8Array>,
  unpacker: Transform & Pick<Zlib, 'bytesWritten'>,
): AsyncGenerator<Uint8Array> {
  let packedBytes = 0;
  let unpackedBytes = 0;
  const counted = async function* (): AsyncGenerator<Uint8Array> {
    for await (const piece of packed) {
      packedBytes += piece.length;
      yield piece;
    }
  };
  // What fails on the way arrives below, where the unpacked bytes are read.
  pipeline(Readable.from(counted(), { highWaterMark: 1 }), unpacker, () => undefined);
  try {
    for await (const piece of unpacker) {
      unpackedBytes += piece.length;
      const fault = faultOfUnpacking(packedBytes, unpackedBytes);
      if (fault) throw new UnfitFileError(fault);
      yield piece;
    }
    // After a zero byte the library takes the rest for padding: lines would be lost in silence.
    if (unpacker.bytesWritten < packedBytes)
      throw unfit('archive-unreadable', 'Something follows the compressed text. Make the file anew.');
  } catch (error) {
    throw isZlibError(error)
      ? unfit('archive-unreadable', 'The compressed file is damaged or cut off. Make it anew.')
      : error;
  } finally {
    unpacker.destroy();
  }
}

const isZlibError = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' && error.code.startsWith('Z_');

class SourceReader extends RandomAccessReader {
  readonly #source: FileSource;

  constructor(source: FileSource) {
    super();
    this.#source = source;
  }

  override _readStreamForRange(start: number, end: number): Readable {
    // A damaged zip points anywhere; what no upload holds is no fault of the store, and asking again does not help.
    if (!(start >= 0 && end <= this.#source.sizeBytes))
      return new Readable().destroy(new Error(`The zip points to ${start}, which lies outside of it`));
    return Readable.from(this.#source.read(start, end), { highWaterMark: 1 });
  }
}

const unreadableZip = (error: unknown): unknown =>
  // The library says what is wrong with a zip in plain errors; faults of the outside carry a code or metadata.
  error instanceof Error && !('code' in error) && !('$metadata' in error) && !(error instanceof UnfitFileError)
    ? unfit('archive-unreadable', 'The zip cannot be read; it is damaged or cut off. Make it anew.')
    : error;

const openZip = async (source: FileSource): Promise<ZipFile> => {
  try {
    return await fromRandomAccessReaderPromise(new SourceReader(source), source.sizeBytes, {
      autoClose: false,
      validateEntrySizes: true,
    });
  } catch (error) {
    throw unreadableZip(error);
  }
};

/** The only file of a zip; folders, and what macOS puts beside each file, do not count. */
const theOneFile = async (zip: ZipFile): Promise<Entry> => {
  const files: Entry[] = [];
  if (zip.entryCount > maxZipEntries) throw notOneFile(zip.entryCount);
  try {
    for await (const entry of zip.eachEntry())
      if (!entry.fileName.endsWith('/') && !entry.fileName.startsWith('__MACOSX/')) files.push(entry);
  } catch (error) {
    throw unreadableZip(error);
  }
  const [file] = files;
  if (file === undefined || files.length > 1) throw notOneFile(files.length);
  return file;
};

const notOneFile = (files: number): UnfitFileError =>
  unfit('archive-not-one-file', `The zip holds ${files} files; upload each in a zip of its own.`);

const dataStart = (zip: ZipFile, entry: Entry): Promise<number> =>
  new Promise((resolve, reject) => {
    zip.readLocalFileHeader(entry, { minimal: true }, (error, header) => {
      if (error) reject(unreadableZip(error));
      else resolve(header.fileDataStart);
    });
  });

const readAll = async (pieces: AsyncIterable<Uint8Array>): Promise<Buffer> => {
  const read: Uint8Array[] = [];
  for await (const piece of pieces) read.push(piece);
  return Buffer.concat(read);
};
