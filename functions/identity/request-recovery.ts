import { deriveId, hashRequest } from '../../adapters/ids.ts';
import type { identityRoutes } from '../../contract/api/identity.ts';
import { requestRecovery as decide } from '../../core/identity/recovery.ts';
import { accept, refuse } from '../../core/shared/result.ts';
import type { Handlers } from '../http/api.ts';
import type { RecoveryDeps } from './deps.ts';

/** An operator asks for the way back into an account; nothing happens until another approves. */
export const requestRecovery =
  ({ identity, recoveries, surroundings }: RecoveryDeps): Handlers<typeof identityRoutes>['requestRecovery'] =>
  async ({ caller, idempotencyKey, params, body }) => {
    const account = await identity.getAccount(params.accountId);
    if (!account || account.erasedAt !== undefined)
      return refuse('not-found', 'There is no such account.', 'path.accountId');
    const recoveryId = deriveId('rcv', caller.accountId, 'requestRecovery', idempotencyKey);
    const decided = decide(
      { recoveryId, accountId: account.accountId, reason: body.reason },
      caller.accountId,
      surroundings.now(),
    );
    if (!decided.ok) return decided;
    const requestHash = hashRequest({ params, body });
    const standing = await recoveries.request({ ...decided.value, requestHash });
    return standing.requestHash === requestHash
      ? accept(standing)
      : refuse(
          'idempotency-key-reused',
          'This Idempotency-Key asked for another recovery. Send a fresh one for a new intention.',
          'headers.Idempotency-Key',
        );
  };
