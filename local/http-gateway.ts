import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { listenOnLoopback } from './aws-json.ts';
import { portRefusal } from './free-port.ts';
import type { Outcome } from './functions.ts';
import { type AuthorizerDefinition, createAuthorizer } from './http-authorizer.ts';
import {
  authorizerEvent,
  type HttpAnswer,
  type HttpSettings,
  integrationEvent,
  readAnswer,
  readRequest,
} from './http-events.ts';
import { createRouter } from './http-routes.ts';

const maximumBodyBytes = 10 * 1024 * 1024;

export type RouteDefinition = {
  readonly routeKey: string;
  readonly functionName: string;
  readonly timeoutMs: number;
  readonly authorizer: AuthorizerDefinition | undefined;
};

export type HttpGateway = { readonly url: string; readonly stop: () => Promise<void>; readonly requests: () => number };

const plain = (statusCode: number, message: string): HttpAnswer => ({
  statusCode,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ message }),
});
const answers = {
  unauthorized: plain(401, 'Unauthorized'),
  forbidden: plain(403, 'Forbidden'),
  notFound: plain(404, 'Not Found'),
  tooLarge: plain(413, 'Request Entity Too Large'),
  tooMany: plain(429, 'Too Many Requests'),
  failed: plain(500, 'Internal Server Error'),
  timedOut: plain(503, 'Service Unavailable'),
};

/** Serves the template's HTTP API on loopback, with the answers that API Gateway itself would give. */
export const startHttpGateway = async (
  routes: readonly RouteDefinition[],
  settings: HttpSettings,
  port: number,
  invoke: (functionName: string, event: unknown) => Promise<Outcome>,
  report: (line: string) => void,
): Promise<HttpGateway> => {
  const authorizers = new Map<AuthorizerDefinition, ReturnType<typeof createAuthorizer>>();
  for (const { authorizer } of routes) {
    if (authorizer !== undefined && !authorizers.has(authorizer)) {
      authorizers.set(authorizer, createAuthorizer(authorizer, invoke, Date.now));
    }
  }
  const targets = routes.map((route) => ({
    routeKey: route.routeKey,
    target: { ...route, authorize: route.authorizer === undefined ? undefined : authorizers.get(route.authorizer) },
  }));
  const findRoute = createRouter(targets);
  let count = 0;

  const answer = async (message: IncomingMessage): Promise<HttpAnswer> => {
    const request = readRequest(message);
    const match = findRoute(request.method, request.rawPath);
    if (match === undefined) return answers.notFound;
    const { target, routeKey, pathParameters } = match;
    let context: Record<string, unknown> | undefined;
    if (target.authorize !== undefined) {
      const verdict = await target.authorize(request, (identity) =>
        authorizerEvent(request, routeKey, pathParameters, settings, identity),
      );
      if (verdict.kind !== 'allowed') return answers[verdict.kind];
      context = verdict.context;
    }
    const body = await readBody(message);
    if (body === undefined) return answers.tooLarge;
    const event = integrationEvent(request, routeKey, pathParameters, settings, body, context);
    const outcome = await within(target.timeoutMs, invoke(target.functionName, event));
    if (outcome === undefined) return answers.timedOut;
    if (outcome.kind === 'throttled') return answers.tooMany;
    const answered = outcome.kind === 'result' ? readAnswer(outcome.value) : undefined;
    return answered === undefined
      ? answers.failed
      : { ...answered, headers: { ...answered.headers, 'apigw-requestid': request.requestId } };
  };

  const server = createServer((message, response) => {
    count += 1;
    answer(message).then(
      (answered) => send(response, message, answered),
      (thrown: unknown) => {
        if (message.destroyed && !message.complete) return;
        report(
          `the HTTP API failed on ${message.method} ${message.url}: ${thrown instanceof Error ? thrown.stack : String(thrown)}`,
        );
        send(response, message, answers.failed);
      },
    );
  });
  server.keepAliveTimeout = 75_000;
  try {
    const { url, close } = await listenOnLoopback(server, port);
    return { url, stop: close, requests: () => count };
  } catch (thrown) {
    throw portRefusal(port, thrown);
  }
};

const send = (response: ServerResponse, message: IncomingMessage, answered: HttpAnswer): void => {
  const headers = { ...answered.headers, 'content-length': Buffer.byteLength(answered.body) };
  // A body that was refused unread would otherwise be taken for the next request on this connection.
  if (!message.complete) Object.assign(headers, { connection: 'close' });
  response.writeHead(answered.statusCode, headers);
  response.end(answered.body);
};

const readBody = async (message: IncomingMessage): Promise<Buffer | undefined> => {
  if (Number(message.headers['content-length'] ?? 0) > maximumBodyBytes) return undefined;
  const chunks: Buffer[] = [];
  let length = 0;
  return new Promise((resolve, reject) => {
    message.on('data', (chunk: Buffer) => {
      length += chunk.length;
      if (length > maximumBodyBytes) {
        message.pause();
        resolve(undefined);
      } else chunks.push(chunk);
    });
    message.on('end', () =>
      resolve(chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks)),
    );
    message.on('error', reject);
  });
};

const within = async <Value>(ms: number, work: Promise<Value>): Promise<Value | undefined> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
};
