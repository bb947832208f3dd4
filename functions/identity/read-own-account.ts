import type { identityRoutes } from '../../contract/api/identity.ts';
import { accept } from '../../core/shared/result.ts';
import type { Handlers } from '../http/api.ts';
import type { IdentityDeps } from './deps.ts';

/** Who the caller is, and by which key. */
export const readOwnAccount =
  ({ identity }: Pick<IdentityDeps, 'identity'>): Handlers<typeof identityRoutes>['readOwnAccount'] =>
  async ({ caller }) => {
    const account = await identity.getAccount(caller.accountId);
    if (account === undefined) throw new Error(`The API key ${caller.apiKeyId} belongs to no account`);
    return accept({ ...account, apiKeyId: caller.apiKeyId });
  };
