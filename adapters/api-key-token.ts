import { createHash, timingSafeEqual } from 'node:crypto';

/** By the word a token begins with: what it is a token of, and how the record it is found under begins. */
const kinds = { sty: 'key_', ot: 'otk_' } as const;
const form = /^(sty|ot)_([0-9a-hjkmnp-tv-z]{26})_([0-9a-hjkmnp-tv-z]{51})$/;

/** What a caller sends as `Authorization: Bearer …`: the key's id, to find it by, and the secret. */
export const formatToken = (apiKeyId: string, secret: string): string =>
  `sty_${apiKeyId.slice(kinds.sty.length)}_${secret}`;

/** The same for a guest, with the id of his order token. */
export const formatOrderToken = (orderTokenId: string, secret: string): string =>
  `ot_${orderTokenId.slice(kinds.ot.length)}_${secret}`;

export type TokenParts = { readonly of: 'api-key' | 'order'; readonly id: string; readonly secret: string };

/** The parts of a token; undefined for what cannot be one of ours. */
export const parseToken = (token: string): TokenParts | undefined => {
  const [, kind, id, secret] = form.exec(token) ?? [];
  if (id === undefined || secret === undefined) return undefined;
  return kind === 'ot'
    ? { of: 'order', id: `${kinds.ot}${id}`, secret }
    : { of: 'api-key', id: `${kinds.sty}${id}`, secret };
};

export const hashSecret = (secret: string): string => createHash('sha256').update(secret).digest('hex');

/** Compares in a time that does not depend on how much of the hash agrees. */
export const matchesHash = (secret: string, secretHash: string): boolean => {
  const expected = Buffer.from(secretHash, 'hex');
  const actual = createHash('sha256').update(secret).digest();
  return expected.length === actual.length && timingSafeEqual(expected, actual);
};
