import { hashSecret } from '../../adapters/api-key-token.ts';
import { deriveId, hashRequest } from '../../adapters/ids.ts';
import type { identityRoutes } from '../../contract/api/identity.ts';
import { mayIssueKey, mayManageKeys } from '../../core/identity/account.ts';
import { addToRing } from '../../core/identity/api-key.ts';
import { refuse } from '../../core/shared/result.ts';
import type { Handlers } from '../http/api.ts';
import { untilSettled } from '../http/until-settled.ts';
import type { IdentityDeps } from './deps.ts';
import { issued, replayed } from './issued-api-key.ts';
import { stillIdentified } from './still-identified.ts';

/** Issues a key and shows its token, once; to an operator only an account's first. A foreign account answers like one that does not exist. */
export const issueApiKey =
  ({ identity, surroundings, newSecret }: IdentityDeps): Handlers<typeof identityRoutes>['issueApiKey'] =>
  ({ caller, idempotencyKey, params, body }) =>
    untilSettled(surroundings, async () => {
      const mayManage = mayManageKeys(caller, params.accountId);
      const account = mayManage ? await identity.getAccount(params.accountId) : undefined;
      if (account === undefined) return refuse('not-found', 'You have no such account.', 'path.accountId');

      const apiKeyId = deriveId('key', caller.accountId, 'issueApiKey', idempotencyKey);
      const requestHash = hashRequest({ params, body });
      const before = await identity.getApiKey(apiKeyId);
      if (before) return replayed(before, requestHash);

      if (!mayIssueKey(caller, account.accountId, account.keyRingRevision > 0))
        return refuse(
          'account-has-keys',
          'An operator issues the first key of an account; its holder issues the others.',
        );
      const now = surroundings.now();
      const identified = await stillIdentified(identity, caller, now);
      if (!identified.ok) return identified;
      const ring = addToRing(account.keyRing, apiKeyId, now);
      if (!ring.ok) return ring;
      const secret = newSecret();
      const key = {
        apiKeyId,
        accountId: account.accountId,
        role: account.role,
        name: body.name,
        secretHash: hashSecret(secret),
        createdAt: now,
        issuedBy: caller.accountId,
        requestHash,
      };
      const commit = await identity.issueApiKey(account, key, ring.value);
      if (commit.outcome === 'existing') return replayed(commit.key, requestHash);
      return commit.outcome === 'contended' ? 'contended' : issued(key, secret);
    });
