import * as z from 'zod/mini';
import { merchantStandings } from '../../core/identity/merchant.ts';
import {
  accountId,
  apiKeyId,
  idPattern,
  instant,
  limits,
  noBody,
  noParams,
  noQuery,
  page,
  pageQuery,
  roleSchema,
  text,
} from './common.ts';
import { schemaNames } from './naming.ts';
import type { Route } from './route.ts';
import { roles } from './route.ts';
import * as samples from './samples.ts';
import { merchantLabelSchema } from './seller.ts';

const identityLimits = {
  overlapSecondsDefault: 3_600,
  overlapSecondsMax: 86_400,
  reasonLength: 1_000,
} as const;

const name = text(limits.nameLength);

/**
 * The roles that an operator lets in. Other operators are made by whoever runs the deployment (`npm run create-operator`):
 * an operator who could make a second one would be the two that a recovery takes.
 */
const openedRole = z.enum(
  ['merchant', 'buyer', 'arbiter', 'finance', 'auditor'],
  'must be merchant, buyer, arbiter, finance or auditor; operators are made by whoever runs the deployment',
);

export const accountSchema = z
  .object({
    accountId: z.string(),
    role: roleSchema,
    name: z.string(),
    /** Merchants only, like the standing. */
    label: z.optional(merchantLabelSchema),
    standing: z.optional(z.enum(merchantStandings)),
    createdAt: instant,
    /** From then on the account has no name, no API key and no way back. */
    erasedAt: z.optional(instant),
  })
  .register(schemaNames, { id: 'Account' });

export const apiKeySchema = z
  .object({
    apiKeyId: z.string(),
    accountId: z.string(),
    name: z.string(),
    createdAt: instant,
    /** The account that asked for the key and was shown its token: its own, or an operator's. */
    issuedBy: z.optional(z.string()),
    /** From then on the key no longer identifies anybody: it was revoked, or rotated and its overlap has run out. */
    expiresAt: z.optional(instant),
    revokedAt: z.optional(instant),
  })
  .register(schemaNames, { id: 'ApiKey' });

const issuedApiKey = z
  .extend(apiKeySchema, {
    /** Present in the first answer only: what is stored cannot bring it back. */
    token: z.optional(z.string()),
    /** Stands in for the token when the request is repeated. */
    note: z.optional(z.string()),
  })
  .register(schemaNames, { id: 'IssuedApiKey' });

const recovery = z
  .object({
    recoveryId: z.string(),
    accountId: z.string(),
    reason: z.string(),
    requestedBy: z.string(),
    requestedAt: instant,
    /** Until then another operator can approve it. */
    expiresAt: instant,
    approvedBy: z.optional(z.string()),
    approvedAt: z.optional(instant),
    apiKeyId: z.optional(z.string()),
  })
  .register(schemaNames, { id: 'Recovery' });

const recoveryParams = z.object({ accountId, recoveryId: idPattern('rcv') });

export const identityRoutes = [
  {
    operation: 'openAccount',
    method: 'POST',
    path: '/v1/accounts',
    function: 'identity',
    roles: ['operator'],
    summary: 'Opens an account with one role for good; merchants carry a label',
    description:
      'The role of an account is for good, and never that of an operator, whom only those who run the deployment can make. The new account has no API key yet: issue its first one, and hand it to its holder.',
    zh: {
      summary: '开立账户,角色不可变更',
      description:
        '账户角色一经确定不可更改,且不能为运营:运营账户仅能由部署方创建。新账户尚无密钥,请签发首个密钥并交给持有人。',
    },
    refusals: [],
    example: { body: { role: 'merchant', name: 'Flying Fish Cards', label: 'standard' }, response: samples.account },
    idempotencyKey: true,
    status: 201,
    params: noParams,
    query: noQuery,
    body: z.strictObject({ role: openedRole, name, label: z.optional(merchantLabelSchema) }).check(
      z.refine((body) => (body.role === 'merchant') === (body.label !== undefined), {
        path: ['label'],
        error: 'must be given for the role merchant, and for no other',
      }),
    ),
    response: accountSchema,
  },
  {
    operation: 'readAccount',
    method: 'GET',
    path: '/v1/accounts/{accountId}',
    function: 'identity',
    roles,
    summary: 'An account, for itself, operators and auditors',
    description: 'Everybody may read his own account; operators and auditors any.',
    zh: { summary: '查看账户', description: '任何人可查看本人账户;运营与审计可查看任意账户。' },
    refusals: ['not-found'],
    example: { params: { accountId: samples.merchantId }, response: samples.account },
    idempotencyKey: false,
    status: 200,
    params: z.object({ accountId }),
    query: noQuery,
    body: noBody,
    response: accountSchema,
  },
  {
    operation: 'readOwnAccount',
    method: 'GET',
    path: '/v1/me',
    function: 'identity',
    roles,
    summary: 'The account of the API key that asks',
    description: 'Tells which account, role and key a token stands for. A good first call.',
    zh: { summary: '查看当前密钥所属账户', description: '返回令牌对应的账户、角色与密钥;适合作为首次调用。' },
    refusals: [],
    example: { response: { ...samples.account, apiKeyId: samples.apiKeyId } },
    idempotencyKey: false,
    status: 200,
    params: noParams,
    query: noQuery,
    body: noBody,
    response: z.extend(accountSchema, { apiKeyId: z.string() }),
  },
  {
    operation: 'issueApiKey',
    method: 'POST',
    path: '/v1/accounts/{accountId}/api-keys',
    function: 'identity',
    roles,
    summary:
      'Issues an API key; its token is shown in this one answer. An operator issues the first one of an account only',
    description:
      'Only a hash of the token is stored, so it cannot be shown again; a repeated request answers without it.',
    zh: {
      summary: '签发 API 密钥,令牌仅在本次应答中出现',
      description: '系统只保存令牌的哈希,无法再次显示;重复请求的应答不含令牌。',
    },
    refusals: ['not-found', 'account-has-keys', 'api-key-limit-reached'],
    example: {
      params: { accountId: samples.merchantId },
      body: { name: 'shop server' },
      response: samples.issuedApiKey,
    },
    idempotencyKey: true,
    status: 201,
    params: z.object({ accountId }),
    query: noQuery,
    body: z.strictObject({ name }),
    response: issuedApiKey,
  },
  {
    operation: 'listApiKeys',
    method: 'GET',
    path: '/v1/accounts/{accountId}/api-keys',
    function: 'identity',
    roles,
    summary: 'The API keys of an account, newest first, without their secrets',
    description: 'Each key names who issued it, and when it ends.',
    zh: { summary: '列出账户的密钥,新的在前,不含密文', description: '每个密钥均标明签发人与失效时间。' },
    refusals: ['not-found'],
    example: { params: { accountId: samples.merchantId }, query: { limit: 50 }, response: { items: [samples.apiKey] } },
    idempotencyKey: false,
    status: 200,
    params: z.object({ accountId }),
    query: pageQuery,
    body: noBody,
    response: page(apiKeySchema),
  },
  {
    operation: 'rotateApiKey',
    method: 'POST',
    path: '/v1/api-keys/{apiKeyId}/rotate',
    function: 'identity',
    roles,
    summary: 'Issues a successor of your own key; the old one stays valid for the overlap',
    description:
      'Deploy the successor within the overlap. A key can be rotated once; what is needed after that is a new key.',
    zh: { summary: '轮换密钥,旧密钥在重叠期内仍有效', description: '请在重叠期内启用新密钥。每个密钥只能轮换一次。' },
    refusals: ['not-found', 'api-key-limit-reached', 'api-key-state-unfit'],
    example: { params: { apiKeyId: samples.apiKeyId }, body: { overlapSeconds: 3600 }, response: samples.issuedApiKey },
    idempotencyKey: true,
    status: 201,
    params: z.object({ apiKeyId }),
    query: noQuery,
    body: z.strictObject({
      overlapSeconds: z._default(
        z.int().check(z.minimum(0), z.maximum(identityLimits.overlapSecondsMax)),
        identityLimits.overlapSecondsDefault,
      ),
    }),
    response: issuedApiKey,
  },
  {
    operation: 'revokeApiKey',
    method: 'DELETE',
    path: '/v1/api-keys/{apiKeyId}',
    function: 'identity',
    roles,
    summary: 'Revokes an API key at once; repeating it changes nothing',
    description: 'It may still be accepted for up to a minute, as long as its identity is cached.',
    zh: { summary: '立即吊销密钥,重复吊销无副作用', description: '因身份缓存,吊销后最长一分钟内仍可能被接受。' },
    refusals: ['not-found'],
    example: {
      params: { apiKeyId: samples.apiKeyId },
      response: { ...samples.apiKey, revokedAt: samples.later, expiresAt: samples.later },
    },
    idempotencyKey: false,
    status: 200,
    params: z.object({ apiKeyId }),
    query: noQuery,
    body: noBody,
    response: apiKeySchema,
  },
  {
    operation: 'requestRecovery',
    method: 'POST',
    path: '/v1/accounts/{accountId}/recoveries',
    function: 'identity',
    roles: ['operator'],
    summary: 'Asks for the way back into an account whose holder lost all API keys',
    description:
      'Nothing happens until another operator approves it within a day. Neither may recover his own account. Make sure first who is asking, by the means on file.',
    zh: {
      summary: '为丢失全部密钥的账户发起找回',
      description: '须由另一位运营人员在一天内批准后才生效,且任何人不得找回自己的账户。请先按备案方式核实申请人身份。',
    },
    refusals: ['not-found', 'second-operator-needed'],
    example: {
      params: { accountId: samples.merchantId },
      body: { reason: samples.recovery.reason },
      response: samples.recovery,
    },
    idempotencyKey: true,
    status: 201,
    params: z.object({ accountId }),
    query: noQuery,
    body: z.strictObject({ reason: text(identityLimits.reasonLength) }),
    response: recovery,
  },
  {
    operation: 'readRecovery',
    method: 'GET',
    path: '/v1/accounts/{accountId}/recoveries/{recoveryId}',
    function: 'identity',
    roles: ['operator', 'auditor'],
    summary: 'Who asked for a recovery, who approved it, and why',
    description: 'For operators and auditors. It never holds a token.',
    zh: { summary: '查看找回申请:发起人、批准人与理由', description: '仅运营与审计可见,不含任何令牌。' },
    refusals: ['not-found'],
    example: {
      params: { accountId: samples.merchantId, recoveryId: samples.recoveryId },
      response: samples.recovery,
    },
    idempotencyKey: false,
    status: 200,
    params: recoveryParams,
    query: noQuery,
    body: noBody,
    response: recovery,
  },
  {
    operation: 'approveRecovery',
    method: 'POST',
    path: '/v1/accounts/{accountId}/recoveries/{recoveryId}/approve',
    function: 'identity',
    roles: ['operator'],
    summary: 'Approves a recovery as the second operator: issues one new API key and revokes all others',
    description:
      'The token is shown in this one answer; hand it to the holder of the account. The account finds a notice of it. The recovery is the key: repeating this changes nothing.',
    zh: {
      summary: '由第二位运营人员批准找回:签发一个新密钥并吊销其余全部密钥',
      description: '令牌仅在本次应答中出现,请转交账户持有人;账户会收到通知。重复调用不产生任何变化。',
    },
    refusals: ['not-found', 'second-operator-needed', 'recovery-state-unfit'],
    example: {
      params: { accountId: samples.merchantId, recoveryId: samples.recoveryId },
      response: samples.issuedApiKey,
    },
    idempotencyKey: false,
    status: 200,
    params: recoveryParams,
    query: noQuery,
    body: noBody,
    response: issuedApiKey,
  },
] as const satisfies readonly Route[];
