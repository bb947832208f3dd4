import type { identityRoutes } from '../../contract/api/identity.ts';
import { mayReadAccount } from '../../core/identity/account.ts';
import { accept, refuse } from '../../core/shared/result.ts';
import type { Handlers } from '../http/api.ts';
import type { IdentityDeps } from './deps.ts';

/** A foreign account answers like one that does not exist. */
export const readAccount =
  ({ identity }: Pick<IdentityDeps, 'identity'>): Handlers<typeof identityRoutes>['readAccount'] =>
  async ({ caller, params }) => {
    const mayRead = mayReadAccount(caller, params.accountId);
    const account = mayRead ? await identity.getAccount(params.accountId) : undefined;
    return account ? accept(account) : refuse('not-found', 'You have no such account.', 'path.accountId');
  };
