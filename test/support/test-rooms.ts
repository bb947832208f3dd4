import './quiet-logs.ts';
import type { Context } from 'aws-lambda';
import type { Surroundings } from '../../adapters/clock.ts';
import { TableGateway } from '../../adapters/tables/gateway.ts';
import type { CallerRole, Route } from '../../contract/api/route.ts';
import { type TableName, tableNames, tables } from '../../contract/tables.ts';
import { addSeconds } from '../../core/shared/instant.ts';
import { createApi, type Handlers } from '../../functions/http/api.ts';
import type { HttpEvent } from '../../functions/http/request.ts';
import { MemoryDynamoDb } from '../fakes/memory-dynamodb/memory-dynamodb.ts';

/** All tables in memory, each deployed under its own name, and a clock that tests turn. */
export const testRooms = (start = '2026-11-22T00:00:00.000Z') => {
  const memory = new MemoryDynamoDb();
  for (const name of tableNames) memory.createTable({ tableName: name, ...tables[name] });
  let now = start;
  const surroundings: Surroundings = { now: () => now, random: () => 0.5, sleep: async () => {} };
  return {
    memory,
    gateway: new TableGateway(memory, surroundings),
    surroundings,
    passSeconds: (seconds: number) => {
      now = addSeconds(now, seconds);
    },
    /** What a table holds, by partition and sort key. */
    itemsOf: (table: TableName) =>
      new Map(
        [...memory.items(table)].map((item) => [`${item['pk']} ${item['sk'] ?? ''}`.trim(), structuredClone(item)]),
      ),
  };
};

export type TestCaller = { readonly accountId: string; readonly role: CallerRole; readonly apiKeyId?: string };

export type TestRequest = {
  /** Who calls, as the authorizer would say; nobody if absent. */
  readonly as?: TestCaller;
  readonly params?: Record<string, string>;
  readonly query?: Record<string, string>;
  readonly body?: unknown;
  /** A fresh one if absent. */
  readonly idempotencyKey?: string;
};

type Answer = {
  readonly status: number;
  readonly body: Record<string, unknown>;
  readonly headers: Readonly<Record<string, unknown>>;
};

let requests = 0;

/** Calls a room's operations as API Gateway would, through every check before and behind the handler. */
export const testApi = <const Routes extends readonly Route[]>(routes: Routes, handlers: Handlers<Routes>) => {
  const unlisted: string[] = [];
  const handler = createApi(routes, handlers, {
    admit: async () => ({ admitted: true, headers: {} }),
    onUnlisted: (operation, code) => unlisted.push(`${operation} refuses with ${code}, which its route does not list`),
  });
  return async (operation: Routes[number]['operation'], request: TestRequest = {}): Promise<Answer> => {
    const route = routes.find((candidate) => candidate.operation === operation);
    if (route === undefined) throw new Error(`No route has the operation ${operation}`);
    const response = await handler(eventOf(route, request), { awsRequestId: 'test' } as Context);
    if (unlisted.length > 0) throw new Error(unlisted.join('; '));
    return {
      status: response.statusCode ?? 0,
      body: JSON.parse(response.body ?? '{}'),
      headers: response.headers ?? {},
    };
  };
};

const eventOf = (route: Route, { as, params = {}, query = {}, body, idempotencyKey }: TestRequest): HttpEvent => {
  requests += 1;
  const routeKey = `${route.method} ${route.path}`;
  return {
    version: '2.0',
    routeKey,
    rawPath: route.path.replace(/\{(\w+)\}/g, (_, name) => params[name] ?? ''),
    rawQueryString: new URLSearchParams(query).toString(),
    headers: {
      'content-type': 'application/json',
      'idempotency-key': idempotencyKey ?? `request-${requests}`,
    },
    pathParameters: params,
    queryStringParameters: query,
    requestContext: {
      requestId: `request-${requests}`,
      routeKey,
      authorizer: { lambda: as ? { apiKeyId: 'key_test', ...as } : { refusal: 'api-key-unknown' } },
    },
    isBase64Encoded: false,
    ...(body !== undefined && { body: JSON.stringify(body) }),
  } as unknown as HttpEvent;
};
