import type { identityRoutes } from '../../contract/api/identity.ts';
import { mayManageKeys } from '../../core/identity/account.ts';
import { refuse } from '../../core/shared/result.ts';
import type { Handlers } from '../http/api.ts';
import type { IdentityDeps } from './deps.ts';

/** The keys of an account; the response schema leaves the hashes behind. */
export const listApiKeys =
  ({ identity }: Pick<IdentityDeps, 'identity'>): Handlers<typeof identityRoutes>['listApiKeys'] =>
  async ({ caller, params, query }) => {
    const mayList = mayManageKeys(caller, params.accountId) && (await identity.getAccount(params.accountId));
    return mayList
      ? identity.listApiKeys(params.accountId, query)
      : refuse('not-found', 'You have no such account.', 'path.accountId');
  };
