import type { APIGatewayProxyEventV2WithLambdaAuthorizer } from 'aws-lambda';
import * as z from 'zod/mini';
import { limits, noBody, roleSchema } from '../../contract/api/common.ts';
import type { CallerRole, Role, Route } from '../../contract/api/route.ts';
import { guestScopes } from '../../core/identity/order-token.ts';
import { accept, type Result, refuse } from '../../core/shared/result.ts';
import './say-what-fits.ts';

export type HttpEvent = APIGatewayProxyEventV2WithLambdaAuthorizer<unknown>;

/** Who calls, as the authorizer identified him. */
export type Caller = {
  readonly accountId: string;
  readonly role: Role;
  readonly apiKeyId: string;
  /**
   * The one order of a guest, who acts in the name of its buyer: account and role are that buyer's, `apiKeyId` is the
   * order token's. Only routes that declare a scope for guests ever see one, and only on this order.
   */
  readonly guestOf?: string;
};

/** A request that passed every check that does not need a table. */
export type Call<R extends Route = Route> = {
  readonly caller: Caller;
  /** Empty where the route takes none. */
  readonly idempotencyKey: string;
  readonly params: z.output<R['params']>;
  readonly query: z.output<R['query']>;
  readonly body: z.output<R['body']>;
};

const nobody: Caller = { accountId: 'public', role: 'buyer', apiKeyId: 'public' };

/** What the authorizer hands on: an identity, or why there is none. */
const guest = z.object({
  accountId: z.string(),
  role: z.literal('guest'),
  apiKeyId: z.string(),
  orderId: z.string(),
  scopes: z.array(z.enum(guestScopes)),
});
const authorizerContext = z.union([
  guest,
  z.object({ accountId: z.string(), role: roleSchema, apiKeyId: z.string() }),
  z.object({ refusal: z.enum(['api-key-unknown', 'api-key-revoked', 'order-token-ended']) }),
]);

const idempotencyKey = z.string().check(z.regex(/^[\x21-\x7e]+$/), z.maxLength(limits.idempotencyKeyLength));

/**
 * Checks in this order: identity, role, Idempotency-Key, path (for a guest also whether it is his order), query, body.
 * The first that fails is the answer.
 */
export const parseCall = <R extends Route>(route: R, event: HttpEvent): Result<Call<R>> => {
  const caller = identify(route, event);
  if (!caller.ok) return caller;
  const key = route.idempotencyKey ? readIdempotencyKey(event) : accept('');
  if (!key.ok) return key;
  const params = check<R['params']>(route.params, event.pathParameters ?? {}, 'path');
  if (!params.ok) return params;
  const { guestOf } = caller.value;
  if (guestOf !== undefined && event.pathParameters?.['orderId'] !== guestOf)
    return refuse('not-found', 'You have no such order.', 'path.orderId');
  const query = check<R['query']>(route.query, event.queryStringParameters ?? {}, 'query');
  if (!query.ok) return query;
  const json = route.body === noBody ? accept(undefined) : readBody(route, event);
  if (!json.ok) return json;
  const body = check<R['body']>(route.body, json.value, 'body');
  if (!body.ok) return body;
  return accept({
    caller: caller.value,
    idempotencyKey: key.value,
    params: params.value,
    query: query.value,
    body: body.value,
  });
};

/** Whoever the authorizer identified; undefined where it found nobody. */
export const callerIn = (event: HttpEvent): { readonly apiKeyId: string; readonly role: CallerRole } | undefined => {
  const context = authorizerContext.safeParse(event.requestContext.authorizer?.lambda);
  return context.success && !('refusal' in context.data) ? context.data : undefined;
};

const identify = (route: Route, event: HttpEvent): Result<Caller> => {
  if (route.roles === 'public') return accept(nobody);
  const context = authorizerContext.safeParse(event.requestContext.authorizer?.lambda);
  if (!context.success || 'refusal' in context.data) {
    const code = context.success && 'refusal' in context.data ? context.data.refusal : 'api-key-unknown';
    return refuse(code, 'Send a valid API key as «Authorization: Bearer …».');
  }
  if (context.data.role === 'guest') return admitGuest(route, context.data);
  if (!route.roles.includes(context.data.role))
    return refuse(
      'role-not-allowed',
      `${route.method} ${route.path} is for ${route.roles.join(', ')}; this API key has the role ${context.data.role}.`,
    );
  return accept(context.data);
};

/** A guest may call what the route opens to a scope of his token; there he stands in for the buyer. */
const admitGuest = (route: Route, { accountId, apiKeyId, orderId, scopes }: z.output<typeof guest>): Result<Caller> =>
  route.guest !== undefined && scopes.includes(route.guest)
    ? accept({ accountId, role: 'buyer', apiKeyId, guestOf: orderId })
    : refuse(
        'role-not-allowed',
        `${route.method} ${route.path} is not for this order token, which has the scopes ${scopes.join(', ')} of one order.`,
      );

const readIdempotencyKey = (event: HttpEvent): Result<string> => {
  const header = event.headers['idempotency-key'];
  if (header === undefined)
    return refuse('idempotency-key-missing', 'Send an Idempotency-Key header, fresh for each new intention.');
  const key = idempotencyKey.safeParse(header);
  return key.success
    ? accept(key.data)
    : refuse(
        'invalid-request',
        `The Idempotency-Key must be 1 to ${limits.idempotencyKeyLength} visible ASCII characters.`,
        'headers.Idempotency-Key',
      );
};

const readBody = (route: Route, event: HttpEvent): Result<unknown> => {
  const maxBytes = route.maxBodyBytes ?? limits.bodyBytes;
  const text = event.isBase64Encoded ? Buffer.from(event.body ?? '', 'base64').toString('utf8') : (event.body ?? '');
  const bytes = Buffer.byteLength(text);
  if (bytes > maxBytes)
    return refuse('body-too-large', `The body has ${bytes} bytes; ${maxBytes} are accepted here.`, 'body');
  const mediaType = event.headers['content-type']?.split(';')[0]?.trim().toLowerCase();
  if (mediaType !== 'application/json')
    return refuse('unsupported-media-type', 'Send the body with «Content-Type: application/json».');
  return parseJson(text);
};

const parseJson = (text: string): Result<unknown> => {
  try {
    return accept(JSON.parse(text));
  } catch {
    return refuse('malformed-json', 'The body could not be read as JSON (RFC 8259, UTF-8).', 'body');
  }
};

const check = <Schema extends z.ZodMiniType>(
  schema: Schema,
  value: unknown,
  where: 'path' | 'query' | 'body',
): Result<z.output<Schema>> => {
  const parsed = schema.safeParse(value);
  if (parsed.success) return accept(parsed.data);
  const [issue] = parsed.error.issues;
  const path = [where, ...(issue?.path ?? [])].map(String).join('.');
  return refuse('invalid-request', `${path}: ${issue?.message ?? 'does not fit the schema'}`, path);
};
