import { isUtf8 } from 'node:buffer';
import type { TextEncoding } from '../../core/imports/file-import.ts';

/** Ends the reading of bytes that are no text in an encoding. */
export class UndecodableTextError extends Error {
  override readonly name = 'UndecodableTextError';
  /** Where the first byte stands that fits no character, counting from 0. */
  readonly position: number;

  constructor(encoding: TextEncoding, position: number) {
    super(`The byte at ${position} is not ${encoding}`);
    this.position = position;
  }
}

/** Decodes text strictly and drops a byte order mark. Throws `UndecodableTextError` for what is not in the encoding. */
export async function* decodeText(bytes: AsyncIterable<Uint8Array>, encoding: TextEncoding): AsyncGenerator<string> {
  const pieces = encoding === 'utf-8' ? decodeUtf8(bytes) : decodeGb18030(bytes);
  let isFirst = true;
  for await (const piece of pieces) {
    if (piece === '') continue;
    yield isFirst && piece.startsWith('\uFEFF') ? piece.slice(1) : piece;
    isFirst = false;
  }
}

/** Node's own check and decoder, on pieces cut between characters: several times faster than a streaming decoder. */
async function* decodeUtf8(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  let rest = Buffer.alloc(0);
  let position = 0;
  for await (const piece of bytes) {
    const joined =
      rest.length === 0 ? Buffer.from(piece.buffer, piece.byteOffset, piece.length) : Buffer.concat([rest, piece]);
    const end = completeUtf8(joined);
    const whole = joined.subarray(0, end);
    if (!isUtf8(whole)) throw new UndecodableTextError('utf-8', position + firstFault(whole));
    yield whole.toString('utf8');
    rest = Buffer.from(joined.subarray(end));
    position += end;
  }
  if (rest.length > 0) throw new UndecodableTextError('utf-8', position);
}

/** Where the last character that is whole ends; a fault before it is not looked for. */
const completeUtf8 = (bytes: Buffer): number => {
  for (let back = 1; back <= Math.min(3, bytes.length); back += 1) {
    const byte = bytes[bytes.length - back] ?? 0;
    if (byte < 0x80) return bytes.length;
    if (byte < 0xc0) continue;
    const needed = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
    return needed > back ? bytes.length - back : bytes.length;
  }
  return bytes.length;
};

/** Bisects: a beginning is sound up to the fault, except for a character that it cuts through. */
const firstFault = (bytes: Buffer): number => {
  let sound = 0;
  let faulty = bytes.length;
  while (faulty - sound > 1) {
    const middle = (sound + faulty) >> 1;
    const beginning = bytes.subarray(0, middle);
    if (isUtf8(beginning.subarray(0, completeUtf8(beginning)))) sound = middle;
    else faulty = middle;
  }
  return sound;
};

async function* decodeGb18030(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder('gb18030', { fatal: true, ignoreBOM: true });
  let position = 0;
  const decode = (piece: Uint8Array | undefined): string => {
    try {
      return piece === undefined ? decoder.decode() : decoder.decode(piece, { stream: true });
    } catch (error) {
      if (error instanceof TypeError) throw new UndecodableTextError('gb18030', position);
      throw error;
    }
  };
  for await (const piece of bytes) {
    yield decode(piece);
    position += piece.length;
  }
  yield decode(undefined);
}
