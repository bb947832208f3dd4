import * as z from 'zod/mini';
import { merchantLabels } from '../../core/policy/policy.ts';
import {
  accountId,
  apiKeyId,
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
import type { Route } from './route.ts';
import { roles } from './route.ts';

const identityLimits = {
  overlapSecondsDefault: 3_600,
  overlapSecondsMax: 86_400,
} as const;

export const merchantLabelSchema = z.enum(merchantLabels);

const name = text(limits.nameLength);

const account = z.object({
  accountId: z.string(),
  role: roleSchema,
  name: z.string(),
  /** Merchants only. */
  label: z.optional(merchantLabelSchema),
  createdAt: instant,
});

const apiKey = z.object({
  apiKeyId: z.string(),
  accountId: z.string(),
  name: z.string(),
  createdAt: instant,
  /** The account that asked for the key and was shown its token: its own, or an operator's. */
  issuedBy: z.optional(z.string()),
  /** From then on the key no longer identifies anybody: it was revoked, or rotated and its overlap has run out. */
  expiresAt: z.optional(instant),
  revokedAt: z.optional(instant),
});

const issuedApiKey = z.extend(apiKey, {
  /** Present in the first answer only: what is stored cannot bring it back. */
  token: z.optional(z.string()),
  /** Stands in for the token when the request is repeated. */
  note: z.optional(z.string()),
});

export const identityRoutes = [
  {
    operation: 'openAccount',
    method: 'POST',
    path: '/v1/accounts',
    function: 'identity',
    roles: ['operator'],
    summary: 'Opens an account with one role for good; merchants carry a label',
    idempotencyKey: true,
    status: 201,
    params: noParams,
    query: noQuery,
    body: z.strictObject({ role: roleSchema, name, label: z.optional(merchantLabelSchema) }).check(
      z.refine((body) => (body.role === 'merchant') === (body.label !== undefined), {
        path: ['label'],
        error: 'must be given for the role merchant, and for no other',
      }),
    ),
    response: account,
  },
  {
    operation: 'readAccount',
    method: 'GET',
    path: '/v1/accounts/{accountId}',
    function: 'identity',
    roles,
    summary: 'An account, for itself, operators and auditors',
    idempotencyKey: false,
    status: 200,
    params: z.object({ accountId }),
    query: noQuery,
    body: noBody,
    response: account,
  },
  {
    operation: 'readOwnAccount',
    method: 'GET',
    path: '/v1/me',
    function: 'identity',
    roles,
    summary: 'The account of the API key that asks',
    idempotencyKey: false,
    status: 200,
    params: noParams,
    query: noQuery,
    body: noBody,
    response: z.extend(account, { apiKeyId: z.string() }),
  },
  {
    operation: 'issueApiKey',
    method: 'POST',
    path: '/v1/accounts/{accountId}/api-keys',
    function: 'identity',
    roles,
    summary:
      'Issues an API key; its token is shown in this one answer. An operator issues the first one of an account only',
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
    idempotencyKey: false,
    status: 200,
    params: z.object({ accountId }),
    query: pageQuery,
    body: noBody,
    response: page(apiKey),
  },
  {
    operation: 'rotateApiKey',
    method: 'POST',
    path: '/v1/api-keys/{apiKeyId}/rotate',
    function: 'identity',
    roles,
    summary: 'Issues a successor of your own key; the old one stays valid for the overlap',
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
    idempotencyKey: false,
    status: 200,
    params: z.object({ apiKeyId }),
    query: noQuery,
    body: noBody,
    response: apiKey,
  },
] as const satisfies readonly Route[];
