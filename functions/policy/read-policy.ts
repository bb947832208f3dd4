import type { policyRoutes } from '../../contract/api/policy.ts';
import type { Policy } from '../../core/policy/policy.ts';
import { accept, refuse } from '../../core/shared/result.ts';
import type { Handlers } from '../http/api.ts';

type Deps = { readonly policies: ReadonlyMap<string, Policy> };

/** Any version that was ever published here: an order may still live by it. */
export const readPolicy =
  ({ policies }: Deps): Handlers<typeof policyRoutes>['readPolicy'] =>
  async ({ params }) => {
    const policy = policies.get(params.version);
    return policy === undefined
      ? refuse('not-found', `There are the versions ${[...policies.keys()].join(', ')}.`, 'path.version')
      : accept(policy);
  };
