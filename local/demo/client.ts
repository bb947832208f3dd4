import { randomUUID } from 'node:crypto';
import * as z from 'zod/mini';
import { catalogRoutes } from '../../contract/api/catalog.ts';
import { identityRoutes } from '../../contract/api/identity.ts';
import { ledgerRoutes } from '../../contract/api/ledger.ts';
import { orderRoutes } from '../../contract/api/orders.ts';
import { paymentRoutes } from '../../contract/api/payments.ts';
import { revealRoutes } from '../../contract/api/reveal.ts';
import type { Route } from '../../contract/api/route.ts';
import { stockRoutes } from '../../contract/api/stock.ts';

/** The route of an operation. */
const pick = <Candidate extends Route, Operation extends Candidate['operation']>(
  candidates: readonly Candidate[],
  operation: Operation,
): Extract<Candidate, { operation: Operation }> => {
  const isIt = (route: Candidate): route is Extract<Candidate, { operation: Operation }> =>
    route.operation === operation;
  const found = candidates.find(isIt);
  if (found === undefined) throw new Error(`contract/api has no operation ${operation}`);
  return found;
};

/** The routes that the story walks along, each with the schema of its answer. */
export const routes = {
  openAccount: pick(identityRoutes, 'openAccount'),
  issueApiKey: pick(identityRoutes, 'issueApiKey'),
  createProduct: pick(catalogRoutes, 'createProduct'),
  putOnSale: pick(catalogRoutes, 'putOnSale'),
  importKeys: pick(stockRoutes, 'importKeys'),
  readStock: pick(stockRoutes, 'readStock'),
  grantTestTopUp: pick(paymentRoutes, 'grantTestTopUp'),
  placeOrder: pick(orderRoutes, 'placeOrder'),
  readOrder: pick(orderRoutes, 'readOrder'),
  payOrder: pick(paymentRoutes, 'payOrder'),
  revealKeys: pick(revealRoutes, 'revealKeys'),
  readOwnWallet: pick(ledgerRoutes, 'readOwnWallet'),
  readOwnStatement: pick(ledgerRoutes, 'readOwnStatement'),
  readTrialBalance: pick(ledgerRoutes, 'readTrialBalance'),
};

export type Request = {
  readonly token: string;
  readonly params?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  /** A fresh one if absent. */
  readonly idempotencyKey?: string;
};

const problemSchema = z.object({ code: z.string(), detail: z.string() });
export type Problem = z.output<typeof problemSchema> & { readonly status: number };

const patienceMs = 30_000;

/** Calls one stack's API as anybody else would: over HTTP, with an API key. */
export const connectApi = (apiUrl: string) => {
  const send = async (route: Route, request: Request): Promise<{ status: number; body: unknown }> => {
    const path = route.path.replace(/\{(\w+)\}/g, (_, name: string) => request.params?.[name] ?? '');
    const response = await fetch(apiUrl + path, {
      method: route.method,
      headers: {
        authorization: `Bearer ${request.token}`,
        'content-type': 'application/json',
        ...(route.idempotencyKey && { 'idempotency-key': request.idempotencyKey ?? randomUUID() }),
      },
      signal: AbortSignal.timeout(patienceMs),
      ...(request.body !== undefined && { body: JSON.stringify(request.body) }),
    });
    return { status: response.status, body: await response.json() };
  };
  return {
    /** The answer to a call that must succeed. */
    call: async <Response extends z.ZodMiniType>(
      route: Omit<Route, 'response'> & { readonly response: Response },
      request: Request,
    ): Promise<z.output<Response>> => {
      const { status, body } = await send(route, request);
      if (status !== route.status)
        throw new Error(`${route.method} ${route.path} answered ${status}: ${JSON.stringify(body)}`);
      return z.parse(route.response, body);
    },
    /** The problem that a call must meet. */
    refused: async (route: Route, request: Request): Promise<Problem> => {
      const { status, body } = await send(route, request);
      if (status < 400) throw new Error(`${route.method} ${route.path} was not refused: ${JSON.stringify(body)}`);
      return { status, ...problemSchema.parse(body) };
    },
  };
};

export type Api = ReturnType<typeof connectApi>;
