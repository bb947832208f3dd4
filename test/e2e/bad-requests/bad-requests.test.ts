import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { noBody } from '../../../contract/api/common.ts';
import type { Route } from '../../../contract/api/route.ts';
import { routes } from '../../../contract/api/routes.ts';
import { openApiDocument } from '../../../contract/openapi/document.ts';
import type { Operation } from '../../../contract/openapi/types.ts';
import { type Answer, linesIn, stateOf } from '../local-market.ts';
import { type CallerName, openWorlds, type Worlds } from '../worlds.ts';
import { type BadRequest, badRequestsTo, brokenBodies } from './mutations.ts';

const document = openApiDocument(routes);
const operations = new Map(
  Object.values(document.paths)
    .flatMap((item): Operation[] => Object.values(item))
    .map((operation) => [operation.operationId, operation]),
);

let worlds: Worlds;
let before: Record<string, unknown>;
let sent = 0;
beforeAll(async () => {
  worlds = await openWorlds();
  before = await stateOf(worlds.market.tables);
});
afterAll(() => worlds?.market.stop());

const callerOf = ({ roles }: Route): CallerName => (roles === 'public' ? 'nobody' : (roles[0] ?? 'nobody'));

const send = (route: Route, bad: BadRequest): Promise<Answer> => {
  sent += 1;
  const caller = callerOf(route);
  const ids = { ...worlds.idsFor(route, 'own', caller), ...bad.params };
  const path = route.path.replace(/\{(\w+)\}/g, (_, name: string) => ids[name] ?? 'missing');
  return worlds.market.call(route.method, bad.query === undefined ? path : `${path}?${bad.query}`, {
    as: worlds.accounts[caller],
    body: bad.body ?? (route.body === noBody ? undefined : {}),
    ...(bad.headers && { headers: bad.headers }),
  });
};

/** A problem with a code that the document lists under its status, or an answer that API Gateway gives by itself. */
const faultIn = (operation: Operation, { status, type, body, text }: Answer): string | undefined => {
  if (status < 400 || status >= 500) return `answered ${status}: ${text.slice(0, 200)}`;
  if (type === 'application/json') {
    const byGateway = { 400: 'Bad Request', 404: 'Not Found', 413: 'Request Entity Too Large' };
    return Object.entries(byGateway).some(([code, message]) => Number(code) === status && body['message'] === message)
      ? undefined
      : `answered ${status} without a problem: ${text.slice(0, 200)}`;
  }
  if (type !== 'application/problem+json') return `answered ${status} as ${type}`;
  const named = operation.responses[String(status)];
  const response = named && '$ref' in named ? document.components.responses[named.$ref.split('/').at(-1) ?? ''] : named;
  const listed = response?.content['application/problem+json']?.examples ?? {};
  if (!(String(body['code']) in listed)) return `answered ${status} ${body['code']}, which the document does not list`;
  return typeof body['detail'] === 'string' && typeof body['requestId'] === 'string' ? undefined : 'says too little';
};

const faultsOf = async (route: Route, requests: readonly BadRequest[]): Promise<readonly string[]> => {
  const operation = operations.get(route.operation);
  if (operation === undefined) throw new Error(`${route.operation} is not in the document`);
  const faults: string[] = [];
  for (const bad of requests) {
    const fault = faultIn(operation, await send(route, bad));
    if (fault !== undefined) faults.push(`${bad.why} ${fault}`);
  }
  return faults;
};

describe.each(routes)('$operation refuses', (route) => {
  test('whatever its schemas do not accept', async () => {
    const operation = operations.get(route.operation);
    if (operation === undefined) throw new Error(`${route.operation} is not in the document`);
    const sound = worlds.bodyFor(route, worlds.idsFor(route, 'own', callerOf(route)));
    expect(await faultsOf(route, badRequestsTo(document, operation, sound))).toEqual([]);
  });
});

describe.each(routes.filter(({ body }) => body !== noBody))('$operation refuses', (route) => {
  test('whatever is no JSON object of ours', async () => {
    expect(await faultsOf(route, brokenBodies)).toEqual([]);
  });
});

describe('headers', () => {
  test('beyond what a server takes are refused before they reach us', async () => {
    const answer = await worlds.market.call('GET', '/v1/me', {
      as: worlds.own.buyer,
      headers: { 'x-padding': 'x'.repeat(20_000) },
    });
    expect(answer.status).toBe(431);
    sent += 1;
  });
});

test('nothing of this changed anything, and none of it was a fault of ours', async () => {
  console.log(`${sent} bad requests were sent`);
  expect(sent).toBeGreaterThanOrEqual(300);
  expect(await stateOf(worlds.market.tables)).toEqual(before);
  expect(linesIn(worlds.market.dataDir, 'request failed')).toEqual([]);
});
