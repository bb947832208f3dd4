import { formatToken } from '../../adapters/api-key-token.ts';
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
