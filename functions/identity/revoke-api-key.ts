import type { identityRoutes } from '../../contract/api/identity.ts';
import { mayManageKeys } from '../../core/identity/account.ts';
import { accept, refuse } from '../../core/shared/result.ts';
import type { Handlers } from '../http/api.ts';
import type { IdentityDeps } from './deps.ts';

/** Revokes a key for good. The authorizer may know it as valid for as long as its answers are cached. */
export const revokeApiKey =
  ({ identity, surroundings }: Omit<IdentityDeps, 'newSecret'>): Handlers<typeof identityRoutes>['revokeApiKey'] =>
  async ({ caller, params }) => {
    const key = await identity.getApiKey(params.apiKeyId);
    if (!key || !mayManageKeys(caller, key.accountId))
      return refuse('not-found', 'You have no such API key.', 'path.apiKeyId');
    if (key.revokedAt === undefined) await identity.revokeApiKey(key, surroundings.now());
    return accept((await identity.getApiKey(key.apiKeyId)) ?? key);
  };
