import { hashSecret } from '../../adapters/api-key-token.ts';
import { deriveId } from '../../adapters/ids.ts';
import type { identityRoutes } from '../../contract/api/identity.ts';
import { approveRecovery as decide } from '../../core/identity/recovery.ts';
import { refuse } from '../../core/shared/result.ts';
import type { Handlers } from '../http/api.ts';
import { untilSettled } from '../http/until-settled.ts';
import type { RecoveryDeps } from './deps.ts';
import { issued, replayed } from './issued-api-key.ts';
import { told } from './merchant-view.ts';
import { stillIdentified } from './still-identified.ts';

/** A second operator approves: one new key is issued and shown, once, and every earlier key of the account ends. */
export const approveRecovery =
  ({
    identity,
    recoveries,
    surroundings,
    newSecret,
  }: RecoveryDeps): Handlers<typeof identityRoutes>['approveRecovery'] =>
  ({ caller, params }) =>
    untilSettled(surroundings, async () => {
      const recovery = await recoveries.get(params.recoveryId);
      const account =
        recovery?.accountId === params.accountId ? await identity.getAccount(params.accountId) : undefined;
      if (!recovery || !account || account.erasedAt !== undefined)
        return refuse('not-found', 'There is no such recovery of this account.', 'path.recoveryId');
      const apiKeyId = deriveId('key', 'approveRecovery', recovery.recoveryId);
      const before = recovery.approvedBy === caller.accountId ? await identity.getApiKey(apiKeyId) : undefined;
      if (before) return replayed(before, recovery.requestHash);

      const now = surroundings.now();
      const identified = await stillIdentified(identity, caller, now);
      if (!identified.ok) return identified;
      const decided = decide(recovery, caller.accountId, apiKeyId, now);
      if (!decided.ok) return decided;
      const secret = newSecret();
      const { accountId, role } = account;
      const { requestHash } = recovery;
      const made = { accountId, role, createdAt: now, issuedBy: caller.accountId, requestHash };
      const key = { ...made, apiKeyId, name: 'Recovery key', secretHash: hashSecret(secret) };
      const detail = 'Two operators gave your account a new API key, at your request; all earlier keys were revoked.';
      const notice = told({ accountId, kind: 'account.recovered', at: now, detail }, recovery.recoveryId);
      const to = { ...recovery, ...decided.value, approvedAt: now };
      return (await recoveries.approve(to, account, key, notice)) ? issued(key, secret) : 'contended';
    });
