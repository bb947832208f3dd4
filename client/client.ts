/**
 * A client of the Surety API whose calls and answers have the types of its OpenAPI document. Copy this folder into a
 * project of your own and install `openapi-fetch`; nothing else here is needed.
 */
import createFetchClient from 'openapi-fetch';
import type { components, paths } from './surety-api.ts';

export type Schemas = components['schemas'];
export type Problem = Schemas['Problem'];

export type ClientOptions = {
  /** Where the API answers, without a path. */
  readonly baseUrl: string;
  /** An API key or an order token; without one only public operations answer. */
  readonly token?: string;
  /**
   * Milliseconds after which a call is given up.
   * @default 30_000
   */
  readonly timeoutMs?: number;
};

/** Calls the API as one account. What a call answers holds either `data` or, with the problem, `error`. */
export const createClient = ({ baseUrl, token, timeoutMs = 30_000 }: ClientOptions) =>
  createFetchClient<paths>({
    baseUrl,
    ...(token !== undefined && { headers: { authorization: `Bearer ${token}` } }),
    fetch: (request) => fetch(request, { signal: AbortSignal.timeout(timeoutMs) }),
  });

export type Client = ReturnType<typeof createClient>;

/** The header of a call that is a new intention. Keep it, and send it again with each repetition of that call. */
export const newIntention = (): { readonly 'Idempotency-Key': string } => ({ 'Idempotency-Key': crypto.randomUUID() });
