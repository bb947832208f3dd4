import { hashSecret } from '../../adapters/api-key-token.ts';
import { deriveId, hashRequest } from '../../adapters/ids.ts';
import type { identityRoutes } from '../../contract/api/identity.ts';
import { mayIssueKey } from '../../core/identity/account.ts';
import { rotate } from '../../core/identity/api-key.ts';
import { refuse } from '../../core/shared/result.ts';
import type { Handlers } from '../http/api.ts';
import { untilSettled } from '../http/until-settled.ts';
import type { IdentityDeps } from './deps.ts';
import { issued, replayed } from './issued-api-key.ts';
import { stillIdentified } from './still-identified.ts';

/** Issues a successor and lets the old key expire. A replay is answered before the old key's state is looked at. */
export const rotateApiKey =
  ({ identity, surroundings, newSecret }: IdentityDeps): Handlers<typeof identityRoutes>['rotateApiKey'] =>
  ({ caller, idempotencyKey, params, body }) =>
    untilSettled(surroundings, async () => {
      const old = await identity.getApiKey(params.apiKeyId);
      const account =
        old && mayIssueKey(caller, old.accountId, true) ? await identity.getAccount(old.accountId) : undefined;
      if (!old || !account) return refuse('not-found', 'You have no such API key.', 'path.apiKeyId');

      const apiKeyId = deriveId('key', caller.accountId, 'rotateApiKey', idempotencyKey);
      const requestHash = hashRequest({ params, body });
      const before = await identity.getApiKey(apiKeyId);
      if (before) return replayed(before, requestHash);

      const now = surroundings.now();
      const identified = await stillIdentified(identity, caller, now);
      if (!identified.ok) return identified;
      const rotation = rotate(account.keyRing, old, apiKeyId, body.overlapSeconds, now);
      if (!rotation.ok) return rotation;
      const { ring, expiresAt } = rotation.value;
      const secret = newSecret();
      const { accountId, role, name } = old;
      const secretHash = hashSecret(secret);
      const issuedBy = caller.accountId;
      const key = { apiKeyId, accountId, role, name, secretHash, createdAt: now, issuedBy, requestHash };
      const commit = await identity.issueApiKey(account, key, ring, { apiKeyId: old.apiKeyId, expiresAt });
      if (commit.outcome === 'existing') return replayed(commit.key, requestHash);
      return commit.outcome === 'contended' ? 'contended' : issued(key, secret);
    });
