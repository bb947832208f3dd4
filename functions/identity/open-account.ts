import { deriveId, hashRequest } from '../../adapters/ids.ts';
import type { identityRoutes } from '../../contract/api/identity.ts';
import { accept, refuse } from '../../core/shared/result.ts';
import type { Handlers } from '../http/api.ts';
import type { IdentityDeps } from './deps.ts';

/** Opens an account. Its id is derived from the request, so that the account is its own idempotency record. */
export const openAccount =
  ({ identity, surroundings }: IdentityDeps): Handlers<typeof identityRoutes>['openAccount'] =>
  async ({ caller, idempotencyKey, body }) => {
    const requestHash = hashRequest(body);
    const account = await identity.openAccount({
      accountId: deriveId('acc', caller.accountId, 'openAccount', idempotencyKey),
      role: body.role,
      name: body.name,
      ...(body.label && { label: body.label }),
      createdAt: surroundings.now(),
      keyRing: {},
      keyRingRevision: 0,
      requestHash,
    });
    return account.requestHash === requestHash
      ? accept(account)
      : refuse(
          'idempotency-key-reused',
          'This Idempotency-Key opened an account from another body. Send a fresh one for a new account.',
          'headers.Idempotency-Key',
        );
  };
