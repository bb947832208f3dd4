import { isFields } from './aws-json.ts';
import type { Outcome } from './functions.ts';
import type { HttpRequest } from './http-events.ts';
import { Refusal } from './refusal.ts';

const maximumCached = 10_000;

export type AuthorizerDefinition = {
  readonly functionName: string;
  readonly identitySources: readonly string[];
  readonly cacheSeconds: number;
};

export type Verdict =
  | { readonly kind: 'allowed'; readonly context: Record<string, unknown> }
  | { readonly kind: 'unauthorized' }
  | { readonly kind: 'forbidden' }
  | { readonly kind: 'failed' };

/**
 * A REQUEST authorizer with simple responses. As on AWS, an answer is kept for its time to live under the values that
 * identify the caller, and serves every route; a request without such a value never reaches the function.
 */
export const createAuthorizer = (
  definition: AuthorizerDefinition,
  invoke: (functionName: string, event: unknown) => Promise<Outcome>,
  now: () => number,
): ((request: HttpRequest, makeEvent: (identitySource: readonly string[]) => unknown) => Promise<Verdict>) => {
  const readers = definition.identitySources.map(readerOf);
  const cacheMs = definition.cacheSeconds * 1000;
  const answers = new Map<string, { readonly verdict: Promise<Verdict>; readonly until: number }>();

  const ask = async (event: unknown): Promise<Verdict> => {
    const outcome = await invoke(definition.functionName, event);
    if (outcome.kind !== 'result' || !isFields(outcome.value)) return { kind: 'failed' };
    const { isAuthorized, context } = outcome.value;
    if (typeof isAuthorized !== 'boolean') return { kind: 'failed' };
    return isAuthorized ? { kind: 'allowed', context: isFields(context) ? context : {} } : { kind: 'forbidden' };
  };

  return async (request, makeEvent) => {
    const identity: string[] = [];
    for (const read of readers) {
      const value = read(request);
      if (value === undefined || value === '') return { kind: 'unauthorized' };
      identity.push(value);
    }
    if (cacheMs === 0 || identity.length === 0) return ask(makeEvent(identity));
    const key = identity.join('\0');
    const kept = answers.get(key);
    if (kept !== undefined && kept.until > now()) return kept.verdict;
    const verdict = ask(makeEvent(identity));
    answers.delete(key);
    answers.set(key, { verdict, until: now() + cacheMs });
    const [oldest] = answers.keys();
    if (answers.size > maximumCached && oldest !== undefined) answers.delete(oldest);
    const settled = await verdict;
    if (settled.kind === 'failed') answers.delete(key);
    return settled;
  };
};

const readerOf = (source: string): ((request: HttpRequest) => string | undefined) => {
  const header = /^\$request\.header\.(.+)$/.exec(source)?.[1]?.toLowerCase();
  if (header !== undefined) return (request) => request.headers[header];
  const parameter = /^\$request\.querystring\.(.+)$/.exec(source)?.[1];
  if (parameter !== undefined) return (request) => request.query?.[parameter];
  throw new Refusal(
    `The authorizer identifies by ${source}; one machine knows $request.header and $request.querystring.`,
  );
};
