/** Bytes that one upload may have. */
export const maxUploadBytes = 1_073_741_824;
/** Bytes that a compressed file may unpack to. */
const maxUnpackedBytes = 4_294_967_296;
/** A compressed file may unpack to this many times its size; lists of keys stay under 20. */
const maxCompressionRatio = 200;
/** What unpacks to less than this is harmless, whatever its ratio. */
const ratioCountsFromBytes = 16_777_216;
export const maxLinesPerFile = 20_000_000;
/** Characters of one CSV record; a longer one has lost a quotation mark. */
export const maxRecordCharacters = 16_384;

/** Why a file was refused as a whole, before any of its keys was stored. */
export const fileRefusalCodes = [
  'upload-expired',
  'upload-missing',
  'upload-size-differs',
  'archive-unreadable',
  'archive-encrypted',
  'archive-not-one-file',
  'unpacked-too-large',
  'compression-too-high',
  'text-not-decodable',
  'file-empty',
  'too-many-lines',
  'csv-header-unfit',
  'csv-broken',
] as const;
export type FileRefusalCode = (typeof fileRefusalCodes)[number];

/** A whole file's «no»: what is wrong with it and what would be accepted; never a word of what it holds. */
export type FileRefusal = { readonly code: FileRefusalCode; readonly detail: string };

export const refuseFile = (code: FileRefusalCode, detail: string): FileRefusal => ({ code, detail });

/** Whether a compressed file unpacks to more than it may, when so much of it was read and has become so much. */
export const faultOfUnpacking = (packedBytes: number, unpackedBytes: number): FileRefusal | undefined => {
  if (unpackedBytes > maxUnpackedBytes)
    return refuseFile(
      'unpacked-too-large',
      `The file unpacks to more than ${maxUnpackedBytes} bytes; split it into several.`,
    );
  if (unpackedBytes > ratioCountsFromBytes && unpackedBytes > packedBytes * maxCompressionRatio)
    return refuseFile(
      'compression-too-high',
      `The file unpacks to more than ${maxCompressionRatio} times its size, which no list of keys does; upload it uncompressed.`,
    );
  return undefined;
};
