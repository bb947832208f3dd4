import { required } from '../../adapters/environment.ts';
import { policyRoutes } from '../../contract/api/policy.ts';
import { environmentVariables } from '../../contract/environment.ts';
import { publishedBeside } from '../../core/policy/policy.ts';
import { policies, policyOf } from '../../policy/index.ts';
import { createApi } from '../http/api.ts';
import { checkHealth } from './check-health.ts';
import { readPolicy } from './read-policy.ts';
import { readPolicyInForce } from './read-policy-in-force.ts';

const inForce = policyOf(required(environmentVariables.policyVersion));

export const handler = createApi(policyRoutes, {
  readPolicyInForce: readPolicyInForce({ inForce }),
  readPolicy: readPolicy({ policies: publishedBeside(inForce, policies) }),
  checkHealth: checkHealth({ inForce }),
});
