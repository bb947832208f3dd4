/**
 * What a route of the HTTP API is. One table of routes feeds the API's resources in `lib/`, the checks in front of
 * each handler and the OpenAPI document; the schemas are the ones that validate at run time.
 */
import type * as z from 'zod/mini';
import { type AccountRole, accountRoles } from '../../core/identity/account.ts';
import type { GuestScope } from '../../core/identity/order-token.ts';
import type { RefusalCode } from '../../core/shared/refusal-codes.ts';

/** Roles an API key can have. */
export const roles = accountRoles;
export type Role = AccountRole;

/** Who the authorizer can find: an account by its API key, or a guest by an order token. No account is a guest. */
export type CallerRole = Role | 'guest';

/** The Lambda functions that answer routes, a room (and privilege) each. */
const apiFunctions = [
  'identity',
  'personalData',
  'admission',
  'catalog',
  'stock',
  'imports',
  'orders',
  'payments',
  'channelPayments',
  'reveal',
  'ledger',
  'policy',
  'webhooks',
] as const;
export type ApiFunction = (typeof apiFunctions)[number];

/** What the reference says of a route. */
type RouteText = {
  /** What it does, one phrase. */
  readonly summary: string;
  /** What a caller has to know beyond that: who sees what, what follows, what a second call does. Markdown. */
  readonly description: string;
};

/** A call that the route's schemas accept, and the answer to it. The reference shows it and a test holds it true. */
type RouteExample = {
  readonly params?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string | number>>;
  readonly body?: unknown;
  readonly response: unknown;
};

export type Route = RouteText & {
  /** The verb and noun of the operation; also its file: `placeOrder` is `functions/orders/place-order.ts`. */
  readonly operation: string;
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** API Gateway's form: `/v1/orders/{orderId}`. */
  readonly path: `/${string}`;
  readonly function: ApiFunction;
  /** Who may call; `public` routes take no API key. */
  readonly roles: readonly Role[] | 'public';
  /**
   * The scope by which a guest may call too, for the order of his token alone: the path names it as `{orderId}`. A
   * route without it is not for guests.
   */
  readonly guest?: GuestScope;
  /** The same text in Chinese. */
  readonly zh: RouteText;
  /** Codes that its handler may refuse with, beside those that every route of its kind can (`codesOf`). */
  readonly refusals: readonly RefusalCode[];
  readonly example: RouteExample;
  /** Whether the call must carry an `Idempotency-Key` header. */
  readonly idempotencyKey: boolean;
  readonly status: 200 | 201;
  /** Largest body in bytes; `limits.bodyBytes` unless the route says otherwise. */
  readonly maxBodyBytes?: number;
  readonly params: z.ZodMiniType;
  readonly query: z.ZodMiniType;
  /** The JSON body; a route with `noBody` ignores what is sent. */
  readonly body: z.ZodMiniType;
  readonly response: z.ZodMiniType;
};
