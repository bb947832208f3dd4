import { createHash, timingSafeEqual } from 'node:crypto';

const form = /^sty_([0-9a-hjkmnp-tv-z]{26})_([0-9a-hjkmnp-tv-z]{51})$/;

/** What a caller sends as `Authorization: Bearer …`: the key's id, to find it by, and the secret. */
export const formatToken = (apiKeyId: string, secret: string): string =>
  `sty_${apiKeyId.slice('key_'.length)}_${secret}`;

/** The parts of a token; undefined for what cannot be one of ours. */
export const parseToken = (token: string): { apiKeyId: string; secret: string } | undefined => {
  const [, id, secret] = form.exec(token) ?? [];
  return id === undefined || secret === undefined ? undefined : { apiKeyId: `key_${id}`, secret };
};

export const hashSecret = (secret: string): string => createHash('sha256').update(secret).digest('hex');

/** Compares in a time that does not depend on how much of the hash agrees. */
export const matchesHash = (secret: string, secretHash: string): boolean => {
  const expected = Buffer.from(secretHash, 'hex');
  const actual = createHash('sha256').update(secret).digest();
  return expected.length === actual.length && timingSafeEqual(expected, actual);
};
