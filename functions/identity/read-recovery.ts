import type { identityRoutes } from '../../contract/api/identity.ts';
import { accept, refuse } from '../../core/shared/result.ts';
import type { Handlers } from '../http/api.ts';
import type { RecoveryDeps } from './deps.ts';

/** Who asked for a recovery and why, for whoever is to approve it. */
export const readRecovery =
  ({ recoveries }: Pick<RecoveryDeps, 'recoveries'>): Handlers<typeof identityRoutes>['readRecovery'] =>
  async ({ params }) => {
    const recovery = await recoveries.get(params.recoveryId);
    return recovery?.accountId === params.accountId
      ? accept(recovery)
      : refuse('not-found', 'There is no such recovery of this account.', 'path.recoveryId');
  };
