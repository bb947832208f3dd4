import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { Tracer } from '@aws-lambda-powertools/tracer';
import { captureLambdaHandler } from '@aws-lambda-powertools/tracer/middleware';
import middy from '@middy/core';
import type { APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda';
import type * as z from 'zod/mini';
import { codesOf } from '../../contract/api/codes.ts';
import type { Route } from '../../contract/api/route.ts';
import type { Result } from '../../core/shared/result.ts';
import { describeError } from '../describe-error.ts';
import { RetryableError } from '../retryable-error.ts';
import { connectRateLimits } from './connect-rate-limits.ts';
import { headersOf, languageOf, ownProblem, problemOf } from './problems.ts';
import type { RateVerdict } from './rate-limiter.ts';
import { type Call, type HttpEvent, parseCall } from './request.ts';

/** Decides and commits one operation; the answer holds at least what the route's response schema asks for. */
export type Handler<R extends Route> = (call: Call<R>) => Promise<Result<z.input<R['response']>>>;

export type Handlers<Routes extends readonly Route[]> = {
  readonly [Operation in Routes[number]['operation']]: Handler<Extract<Routes[number], { operation: Operation }>>;
};

export type ApiOptions = {
  /**
   * Hears of a refusal whose code the route does not list; the caller is answered all the same.
   * @default writes it to the log, where the tests of the whole stack look for it
   */
  readonly onUnlisted: (operation: string, code: string) => void;
  /**
   * Decides whether a request is within its limit.
   * @default by the counter that all functions share
   */
  readonly admit: (route: Route, event: HttpEvent) => Promise<RateVerdict>;
};

const logger = new Logger();
const metrics = new Metrics();
const tracer = new Tracer({ captureHTTPsRequests: false });

const reportCounterFault = (error: unknown): void => {
  logger.warn('the counter of requests failed; this instance counts alone', { error: describeError(error) });
  metrics.singleMetric().addMetric('RequestCounterFaults', MetricUnit.Count, 1);
};

const reportUnlisted: ApiOptions['onUnlisted'] = (operation, code) =>
  logger.error('unlisted refusal', { operation, code });

/**
 * The Lambda handler of a room's routes: finds the route, parses the call, lets the handler decide and commit, and
 * answers with the route's response schema or a problem document. A fault is logged and answered as 500.
 */
export const createApi = <const Routes extends readonly Route[]>(
  routes: Routes,
  handlers: Handlers<Routes>,
  { onUnlisted = reportUnlisted, admit = connectRateLimits(reportCounterFault) }: Partial<ApiOptions> = {},
) => {
  const table = new Map(routes.map((route) => [`${route.method} ${route.path}`, route]));
  const listed = new Map(routes.map((route) => [route.operation, new Set<string>(codesOf(route))]));
  const byOperation = new Map<string, Handler<Route>>(Object.entries(handlers));

  const answer = async (event: HttpEvent, context: Context): Promise<APIGatewayProxyStructuredResultV2> => {
    const route = table.get(event.routeKey);
    const handle = route && byOperation.get(route.operation);
    if (!route || !handle) throw new Error(`No handler stands behind ${event.routeKey}`);
    const requestId = event.requestContext.requestId;
    const startedMs = performance.now();
    const language = languageOf(event.headers['accept-language']);
    const verdict = await admit(route, event);
    if (!verdict.admitted) {
      logger.info('request', { requestId, operation: route.operation, status: 429 });
      metrics.singleMetric().addMetric('RequestsRateLimited', MetricUnit.Count, 1);
      return problem(ownProblem('rate-limited', requestId, language), verdict.headers);
    }
    const call = parseCall(route, event);
    const result = call.ok ? await handle(call.value) : call;
    const response = result.ok
      ? json(route.status, 'application/json', route.response.parse(result.value), verdict.headers)
      : problem(problemOf(result.refusal, requestId, language), {
          ...headersOf(result.refusal.code),
          ...verdict.headers,
        });
    if (!result.ok && listed.get(route.operation)?.has(result.refusal.code) !== true)
      onUnlisted(route.operation, result.refusal.code);
    logger.info('request', {
      requestId,
      lambdaRequestId: context.awsRequestId,
      operation: route.operation,
      status: response.statusCode,
      durationMs: Math.round(performance.now() - startedMs),
      ...(call.ok && {
        caller: call.value.caller,
        ids: { ...idsIn(call.value.params), ...(result.ok && idsIn(result.value)) },
      }),
      ...(!result.ok && { refusal: result.refusal.code, field: result.refusal.field }),
    });
    return response;
  };

  const recover = (event: HttpEvent, error: unknown): APIGatewayProxyStructuredResultV2 => {
    const requestId = event.requestContext.requestId;
    logger.error('request failed', { requestId, routeKey: event.routeKey, error: describeError(error) });
    metrics.singleMetric().addMetric('RequestFaults', MetricUnit.Count, 1);
    const language = languageOf(event.headers['accept-language']);
    const code = error instanceof RetryableError ? 'try-again' : 'internal';
    return problem(ownProblem(code, requestId, language), headersOf(code));
  };

  return middy<HttpEvent, APIGatewayProxyStructuredResultV2>()
    .use(captureLambdaHandler(tracer, { captureResponse: false }))
    .onError((request) => {
      request.response = recover(request.event, request.error);
    })
    .handler(answer);
};

const json = (
  statusCode: number,
  contentType: string,
  body: unknown,
  headers: Record<string, string> = {},
): APIGatewayProxyStructuredResultV2 => ({
  statusCode,
  headers: { 'content-type': contentType, 'cache-control': 'no-store', ...headers },
  body: JSON.stringify(body),
});

const problem = (document: { readonly status: number }, headers: Record<string, string> = {}) =>
  json(document.status, 'application/problem+json', document, headers);

/** The ids by which a line of the log is found again, and nothing else of what was asked or answered. */
const idsIn = (value: unknown): Record<string, string> =>
  Object.fromEntries(
    Object.entries(value ?? {}).flatMap(([name, id]) =>
      name.endsWith('Id') && typeof id === 'string' ? [[name, id]] : [],
    ),
  );
