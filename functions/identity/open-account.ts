import { deriveId, hashRequest } from '../../adapters/ids.ts';
import { beginMerchant } from '../../adapters/tables/merchants.ts';
import type { identityRoutes } from '../../contract/api/identity.ts';
import { vouchFor } from '../../core/identity/merchant.ts';
import { accept, refuse } from '../../core/shared/result.ts';
import type { Handlers } from '../http/api.ts';
import type { IdentityDeps } from './deps.ts';
import { toStored } from './merchant-view.ts';

/**
 * Opens an account. Its id is derived from the request, so that the account is its own idempotency record. A merchant
 * whom an operator opens is admitted from the start: the operator vouches for him.
 */
export const openAccount =
  ({ identity, surroundings }: IdentityDeps): Handlers<typeof identityRoutes>['openAccount'] =>
  async ({ caller, idempotencyKey, body }) => {
    const requestHash = hashRequest(body);
    const now = surroundings.now();
    const accountId = deriveId('acc', caller.accountId, 'openAccount', idempotencyKey);
    const { role, name, label } = body;
    const vouched = label && vouchFor({ accountId, name, label }, { accountId: caller.accountId, now });
    const account = await identity.openAccount(
      { accountId, role, name, createdAt: now, keyRing: {}, keyRingRevision: 0, requestHash },
      vouched &&
        beginMerchant(
          identity.tableName,
          vouched.to,
          toStored(vouched.event, deriveId('hst', accountId, 'vouch'), requestHash),
        ),
    );
    return account.requestHash === requestHash
      ? accept(account)
      : refuse(
          'idempotency-key-reused',
          'This Idempotency-Key opened an account from another body. Send a fresh one for a new account.',
          'headers.Idempotency-Key',
        );
  };
