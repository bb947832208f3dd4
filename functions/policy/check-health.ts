import type { policyRoutes } from '../../contract/api/policy.ts';
import type { Policy } from '../../core/policy/policy.ts';
import { accept } from '../../core/shared/result.ts';
import type { Handlers } from '../http/api.ts';

/** Says that the API answers and which policy it executes. It reads no table: its neighbours have their own alarms. */
export const checkHealth =
  ({ inForce }: { readonly inForce: Policy }): Handlers<typeof policyRoutes>['checkHealth'] =>
  async () =>
    accept({ status: 'ok', policyVersion: inForce.version });
