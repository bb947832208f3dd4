import { formatToken } from '../../adapters/api-key-token.ts';
import type { Surroundings } from '../../adapters/clock.ts';
import type { StoredApiKey } from '../../adapters/tables/identity.ts';
import type { ApiKey } from '../../core/identity/api-key.ts';
import { accept, type Result, refuse } from '../../core/shared/result.ts';

export type IssuedApiKey = ApiKey & { readonly token?: string; readonly note?: string };

/** The one answer that shows the token. */
export const issued = (key: ApiKey, secret: string): Result<IssuedApiKey> =>
  accept({ ...key, token: formatToken(key.apiKeyId, secret) });

/** A repeated issue: the same key, without the token that nobody can read any more. */
export const replayed = (key: StoredApiKey, requestHash: string): Result<IssuedApiKey> =>
  key.requestHash === requestHash
    ? accept({
        ...key,
        note: 'This key was issued before, under the same Idempotency-Key. Its token was shown then and cannot be shown again; if it is lost, revoke the key and issue another.',
      })
    : refuse(
        'idempotency-key-reused',
        'This Idempotency-Key issued an API key for another request. Send a fresh one for a new intention.',
        'headers.Idempotency-Key',
      );

const maxRingAttempts = 5;
const ringBackoffMs = 50;

/** Decides again, with fresh reads, while others change the same account's keys; bounded. */
export const untilSettled = async <T>(
  { random, sleep }: Surroundings,
  decide: () => Promise<Result<T> | 'contended'>,
): Promise<Result<T>> => {
  for (let attempt = 1; attempt <= maxRingAttempts; attempt += 1) {
    const result = await decide();
    if (result !== 'contended') return result;
    await sleep(random() * ringBackoffMs * attempt);
  }
  throw new Error(`The keys of the account changed under each of ${maxRingAttempts} attempts`);
};
