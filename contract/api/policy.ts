import * as z from 'zod/mini';
import policyInForce from '../../policy/2026-11-01.json' with { type: 'json' };
import { policySchema, policyVersion } from '../../policy/schema.ts';
import { noBody, noParams, noQuery } from './common.ts';
import { schemaNames } from './naming.ts';
import type { Route } from './route.ts';

const policy = policySchema.register(schemaNames, { id: 'Policy' });

export const policyRoutes = [
  {
    operation: 'readPolicyInForce',
    method: 'GET',
    path: '/v1/policy',
    function: 'policy',
    roles: 'public',
    summary: 'The policy that new payments are captured under: what we publish is what we execute',
    description: 'Money is captured, held, released and refunded by this document and no other.',
    zh: { summary: '查看现行白皮书', description: '收款、担保、放款与退款均依据此文件,别无其他。' },
    refusals: [],
    example: { response: policyInForce },
    idempotencyKey: false,
    status: 200,
    params: noParams,
    query: noQuery,
    body: noBody,
    response: policy,
  },
  {
    operation: 'readPolicy',
    method: 'GET',
    path: '/v1/policy/{version}',
    function: 'policy',
    roles: 'public',
    summary: 'One version of the policy; an order names the version it lives by',
    description: 'Published versions are never edited or withdrawn.',
    zh: { summary: '查看某一版白皮书', description: '已发布的版本不会修改或撤回。' },
    refusals: ['not-found'],
    example: { params: { version: '2026-11-01' }, response: policyInForce },
    idempotencyKey: false,
    status: 200,
    params: z.object({ version: policyVersion }),
    query: noQuery,
    body: noBody,
    response: policy,
  },
  {
    operation: 'checkHealth',
    method: 'GET',
    path: '/v1/health',
    function: 'policy',
    roles: 'public',
    summary: 'Whether the API answers',
    description: 'It reads no table: whether the neighbours work is what alarms are for.',
    zh: { summary: '检查接口是否可用', description: '不读取任何数据表,其余部件由告警负责。' },
    refusals: [],
    example: { response: { status: 'ok', policyVersion: '2026-11-01' } },
    idempotencyKey: false,
    status: 200,
    params: noParams,
    query: noQuery,
    body: noBody,
    response: z.object({ status: z.literal('ok'), policyVersion: z.string() }),
  },
] as const satisfies readonly Route[];
