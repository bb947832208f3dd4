import type { IdentityTable } from '../../adapters/tables/identity.ts';
import { apiKeyState, apiKeyStates } from '../../core/identity/api-key.ts';
import type { Instant } from '../../core/shared/instant.ts';
import { accept, type Result, refuse } from '../../core/shared/result.ts';
import type { Caller } from '../http/request.ts';

/**
 * Whether the caller's API key still identifies him. The authorizer's answer is a minute old at most, which is long
 * enough for whoever stole a key to make himself a lasting one after its owner revoked it: nothing that outlives the key
 * is given without a fresh look. Refuses `api-key-revoked`.
 *
 * Of an account's own caller, read the account first: revoking a key changes the ring, so that what is written over the
 * ring that was read was not overtaken by it.
 */
export const stillIdentified = async (
  identity: Pick<IdentityTable, 'getApiKey'>,
  caller: Caller,
  now: Instant,
): Promise<Result<undefined>> => {
  const key = await identity.getApiKey(caller.apiKeyId);
  return key !== undefined && !apiKeyStates[apiKeyState(key, now)].identifies
    ? refuse('api-key-revoked', 'This API key has ended. Send a valid one as «Authorization: Bearer …».')
    : accept(undefined);
};
