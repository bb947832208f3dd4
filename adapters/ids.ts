import { createHash, randomBytes } from 'node:crypto';

const alphabet = '0123456789abcdefghjkmnpqrstvwxyz';

/** Crockford's base32, lower case, of the first `length × 5` bits. */
const base32 = (bytes: Uint8Array, length: number): string => {
  let bits = 0;
  let value = 0;
  let text = '';
  for (const byte of bytes) {
    value = (value << 8) | byte;
    bits += 8;
    while (bits >= 5 && text.length < length) {
      text += alphabet.charAt((value >>> (bits - 5)) & 31);
      bits -= 5;
    }
    value &= (1 << bits) - 1;
  }
  return text;
};

const idLength = 26;
const digest = (parts: readonly string[]): Buffer => createHash('sha256').update(JSON.stringify(parts)).digest();

/**
 * An id that depends on its parts alone, so that the second arrival of a request finds what the first one made.
 * 130 bits of SHA-256: two requests share an id with a chance that no table will ever see.
 */
export const deriveId = (prefix: string, ...parts: readonly string[]): string =>
  `${prefix}_${base32(digest(parts), idLength)}`;

/** Hash of a request's meaning, to tell a replay from a reused Idempotency-Key. Property order does not matter. */
export const hashRequest = (request: unknown): string => base32(digest([canonicalJson(request)]), idLength);

/** A uniformly distributed shard number for an id. */
export const shardOf = (id: string, shards: number): number => digest([id]).readUInt32BE(0) % shards;

/** 32 fresh random bytes, as text that is safe in a header. */
export const randomToken = (): string => base32(randomBytes(32), 51);

export const encodeBase32 = base32;

const canonicalJson = (value: unknown): string =>
  JSON.stringify(value, (_, inner: unknown) =>
    inner !== null && typeof inner === 'object' && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
