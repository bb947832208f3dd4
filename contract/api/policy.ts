import * as z from 'zod/mini';
import { policySchema, policyVersion } from '../../policy/schema.ts';
import { noBody, noParams, noQuery } from './common.ts';
import type { Route } from './route.ts';

export const policyRoutes = [
  {
    operation: 'readPolicyInForce',
    method: 'GET',
    path: '/v1/policy',
    function: 'policy',
    roles: 'public',
    summary: 'The policy that new payments are captured under: what we publish is what we execute',
    idempotencyKey: false,
    status: 200,
    params: noParams,
    query: noQuery,
    body: noBody,
    response: policySchema,
  },
  {
    operation: 'readPolicy',
    method: 'GET',
    path: '/v1/policy/{version}',
    function: 'policy',
    roles: 'public',
    summary: 'One version of the policy; an order names the version it lives by',
    idempotencyKey: false,
    status: 200,
    params: z.object({ version: policyVersion }),
    query: noQuery,
    body: noBody,
    response: policySchema,
  },
  {
    operation: 'checkHealth',
    method: 'GET',
    path: '/v1/health',
    function: 'policy',
    roles: 'public',
    summary: 'Whether the API answers',
    idempotencyKey: false,
    status: 200,
    params: noParams,
    query: noQuery,
    body: noBody,
    response: z.object({ status: z.literal('ok'), policyVersion: z.string() }),
  },
] as const satisfies readonly Route[];
