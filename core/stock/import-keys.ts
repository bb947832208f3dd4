import { maxLineCharacters } from '../imports/split-lines.ts';
import { addSeconds, dayOf, type Instant } from '../shared/instant.ts';
import { maxAmountMinor } from '../shared/money.ts';
import { sellUntilDayOf } from './offer.ts';

/** A key of an import as the merchant sent it. */
export type KeyLine = {
  readonly secret: string;
  /** Card number, where the card has one beside its secret. */
  readonly number?: string | undefined;
  readonly expiresAt?: Instant | undefined;
  /** What the card is worth to whoever redeems it, in fen. */
  readonly faceValueMinor?: number | undefined;
};

export const maxSecretLength = 512;

/** 20 years. It bounds the days on which keys of one product may expire, and with them the stock count. */
const maxValiditySeconds = 20 * 365 * 86_400;

export const rejectionCodes = [
  'secret-empty',
  'secret-too-long',
  'secret-not-printable',
  'secret-surrounded-by-space',
  'key-expired',
  'expiry-too-far',
  'duplicate-in-import',
  'duplicate-key',
  'line-too-long',
  'columns-unfit',
  'expiry-unreadable',
  'face-value-unreadable',
] as const;
export type RejectionCode = (typeof rejectionCodes)[number];

/** Why a line was not stored. The secret itself is never repeated. */
export const rejectionReasons: Record<RejectionCode, string> = {
  'secret-empty': 'The secret is empty.',
  'secret-too-long': `The secret has more than ${maxSecretLength} characters.`,
  'secret-not-printable': 'The secret or the number holds control characters or broken Unicode.',
  'secret-surrounded-by-space': 'The secret or the number begins or ends with white space.',
  'key-expired': 'The key expires too soon to be sold: its last whole day (UTC) is over.',
  'expiry-too-far': 'The key expires in more than 20 years; leave expiresAt out for one that never does.',
  'duplicate-in-import': 'An earlier line of this import is the same key.',
  'duplicate-key': 'This key is known already; a key is stored once, for ever.',
  'line-too-long': `The line has more than ${maxLineCharacters} characters.`,
  'columns-unfit': 'The row has more or fewer cells than the first row.',
  'expiry-unreadable': 'expiresAt is neither a date (2027-01-31) nor a moment in UTC (2027-01-31T16:00:00Z).',
  'face-value-unreadable': `faceValue is not a whole number of fen from 0 to ${maxAmountMinor}.`,
};

/** `line` counts from 1. */
export type Rejection = { readonly line: number; readonly code: RejectionCode };

export type NumberedKey = KeyLine & { readonly line: number; readonly sellUntilDay: string };

/** A line as it was read: a key, or already known to be none. */
export type ReadLine = { readonly line: number; readonly key: KeyLine } | Rejection;

/** Sorts lines into keys that could be stored and rejections, before anything is known about duplicates. */
export const screenLines = (
  lines: readonly ReadLine[],
  now: Instant,
): { keys: readonly NumberedKey[]; rejections: readonly Rejection[] } => {
  const keys: NumberedKey[] = [];
  const rejections: Rejection[] = [];
  for (const read of lines) {
    const { line } = read;
    if ('code' in read) {
      rejections.push({ line, code: read.code });
      continue;
    }
    const code = faultOf(read.key, now);
    if (code) rejections.push({ line, code });
    else keys.push({ ...read.key, line, sellUntilDay: sellUntilDayOf(read.key.expiresAt) });
  }
  return { keys, rejections };
};

const faultOf = ({ secret, number = '', expiresAt }: KeyLine, now: Instant): RejectionCode | undefined => {
  if (secret.trim() === '') return 'secret-empty';
  if (secret.length > maxSecretLength || number.length > maxSecretLength) return 'secret-too-long';
  if (!isPrintable(secret) || !isPrintable(number)) return 'secret-not-printable';
  if (secret.trim() !== secret || number.trim() !== number) return 'secret-surrounded-by-space';
  if (sellUntilDayOf(expiresAt) <= dayOf(now)) return 'key-expired';
  if (expiresAt !== undefined && expiresAt > addSeconds(now, maxValiditySeconds)) return 'expiry-too-far';
  return undefined;
};

const isPrintable = (text: string): boolean => text.isWellFormed() && !/\p{Cc}/u.test(text);
