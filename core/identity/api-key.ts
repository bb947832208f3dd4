import { addSeconds, type Instant, isPast } from '../shared/instant.ts';
import { accept, type Result, refuse } from '../shared/result.ts';
import type { AccountRole } from './account.ts';

/** Keys of one account that are valid at the same time. */
export const maxLiveApiKeys = 10;

export type ApiKey = {
  readonly apiKeyId: string;
  readonly accountId: string;
  readonly role: AccountRole;
  readonly name: string;
  /** SHA-256 of the secret. The secret is 32 random bytes, so that nothing slower is needed. */
  readonly secretHash: string;
  readonly createdAt: Instant;
  /** The account that asked for the key and saw its token; absent on an operator's first key, made in the table. */
  readonly issuedBy?: string;
  /** Set when the key is rotated. */
  readonly expiresAt?: Instant;
  readonly revokedAt?: Instant;
};

/**
 * The keys of an account that are not revoked, with the moment each expires. It lives on the account, so that two
 * issues at the same time cannot both take the last place.
 */
export type KeyRing = Readonly<Record<string, Instant | 'never'>>;

export type ApiKeyState = 'live' | 'rotated' | 'expired' | 'revoked';

/** What each state allows. Nothing leads back: a key that is out is out. */
export const apiKeyStates: Readonly<Record<ApiKeyState, { identifies: boolean; rotatable: boolean }>> = {
  live: { identifies: true, rotatable: true },
  rotated: { identifies: true, rotatable: false },
  expired: { identifies: false, rotatable: false },
  revoked: { identifies: false, rotatable: false },
};

export const apiKeyState = (
  { expiresAt, revokedAt }: Pick<ApiKey, 'expiresAt' | 'revokedAt'>,
  now: Instant,
): ApiKeyState => {
  if (revokedAt !== undefined) return 'revoked';
  if (expiresAt === undefined) return 'live';
  return isPast(expiresAt, now) ? 'expired' : 'rotated';
};

/** The ring with one key more. Refuses `api-key-limit-reached`. */
export const addToRing = (ring: KeyRing, apiKeyId: string, now: Instant): Result<KeyRing> => {
  const live = withoutExpired(ring, now);
  return Object.keys(live).length < maxLiveApiKeys
    ? accept({ ...live, [apiKeyId]: 'never' })
    : refuse(
        'api-key-limit-reached',
        `An account may have ${maxLiveApiKeys} valid API keys. Revoke one, or rotate one with overlapSeconds 0.`,
      );
};

/**
 * A successor takes a key's place; the old key stays valid for the overlap.
 * Refuses in this order: `api-key-state-unfit`, `api-key-limit-reached`.
 */
export const rotate = (
  ring: KeyRing,
  old: ApiKey,
  successorId: string,
  overlapSeconds: number,
  now: Instant,
): Result<{ ring: KeyRing; expiresAt: Instant }> => {
  const state = apiKeyState(old, now);
  if (!apiKeyStates[state].rotatable)
    return refuse('api-key-state-unfit', `This API key is ${state}; only a live one can be rotated. Issue a new one.`);
  const expiresAt = addSeconds(now, overlapSeconds);
  const added = addToRing({ ...ring, [old.apiKeyId]: expiresAt }, successorId, now);
  return added.ok ? accept({ ring: added.value, expiresAt }) : added;
};

const withoutExpired = (ring: KeyRing, now: Instant): KeyRing =>
  Object.fromEntries(Object.entries(ring).filter(([, expiresAt]) => expiresAt === 'never' || !isPast(expiresAt, now)));
