import type { policyRoutes } from '../../contract/api/policy.ts';
import type { Policy } from '../../core/policy/policy.ts';
import { accept } from '../../core/shared/result.ts';
import type { Handlers } from '../http/api.ts';

/** The version that payments are captured under from now on. */
export const readPolicyInForce =
  ({ inForce }: { readonly inForce: Policy }): Handlers<typeof policyRoutes>['readPolicyInForce'] =>
  async () =>
    accept(inForce);
