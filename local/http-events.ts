import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { isFields } from './aws-json.ts';

export type HttpSettings = {
  readonly apiId: string;
  readonly accountId: string;
  readonly region: string;
  readonly stage: string;
};

export type HttpRequest = {
  readonly method: string;
  readonly rawPath: string;
  readonly rawQueryString: string;
  readonly headers: Record<string, string>;
  readonly cookies: readonly string[] | undefined;
  readonly query: Record<string, string> | undefined;
  readonly sourceIp: string;
  readonly requestId: string;
};

/** Reads a request as API Gateway presents it: header names in lower case, repeated headers and parameters comma-joined. */
export const readRequest = (message: IncomingMessage): HttpRequest => {
  const url = message.url ?? '/';
  const mark = url.indexOf('?');
  const rawQueryString = mark < 0 ? '' : url.slice(mark + 1);
  const headers: Record<string, string> = {};
  let cookies: string[] | undefined;
  for (const [name, values] of Object.entries(message.headersDistinct)) {
    if (values === undefined) continue;
    if (name === 'cookie') cookies = values.flatMap((value) => value.split(/; */));
    else headers[name] = values.join(',');
  }
  const requestId = randomUUID();
  // What the load balancers of AWS add in front of every request.
  const sourceIp = message.socket.remoteAddress ?? '127.0.0.1';
  headers['x-forwarded-for'] = sourceIp;
  headers['x-forwarded-proto'] = 'http';
  headers['content-length'] ??= '0';
  return {
    method: message.method ?? 'GET',
    rawPath: mark < 0 ? url : url.slice(0, mark),
    rawQueryString,
    headers,
    cookies,
    query: queryOf(rawQueryString),
    sourceIp,
    requestId,
  };
};

const queryOf = (rawQueryString: string): Record<string, string> | undefined => {
  if (rawQueryString === '') return undefined;
  const query: Record<string, string> = {};
  for (const [name, value] of new URLSearchParams(rawQueryString)) {
    query[name] = name in query ? `${query[name]},${value}` : value;
  }
  return query;
};

const textual = /^(text\/|application\/(json|javascript|xml|[^;]*\+(json|xml))(;|$))/i;

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const two = (value: number): string => String(value).padStart(2, '0');
const requestTime = (now: Date): string =>
  `${two(now.getUTCDate())}/${months[now.getUTCMonth()]}/${now.getUTCFullYear()}:${two(now.getUTCHours())}:${two(now.getUTCMinutes())}:${two(now.getUTCSeconds())} +0000`;

const commonFields = (
  request: HttpRequest,
  routeKey: string,
  pathParameters: Record<string, string>,
  settings: HttpSettings,
) => {
  const now = new Date();
  const { method, rawPath, rawQueryString, headers, cookies, query, sourceIp, requestId } = request;
  return {
    version: '2.0',
    routeKey,
    rawPath,
    rawQueryString,
    ...(cookies === undefined ? {} : { cookies }),
    headers,
    ...(query === undefined ? {} : { queryStringParameters: query }),
    ...(Object.keys(pathParameters).length === 0 ? {} : { pathParameters }),
    requestContext: {
      accountId: settings.accountId,
      apiId: settings.apiId,
      domainName: headers['host'] ?? 'localhost',
      domainPrefix: settings.apiId,
      http: { method, path: rawPath, protocol: 'HTTP/1.1', sourceIp, userAgent: headers['user-agent'] ?? '' },
      requestId,
      routeKey,
      stage: settings.stage,
      time: requestTime(now),
      timeEpoch: now.getTime(),
    },
  };
};

/** The event of payload format 2.0 that a Lambda integration receives. */
export const integrationEvent = (
  request: HttpRequest,
  routeKey: string,
  pathParameters: Record<string, string>,
  settings: HttpSettings,
  body: Buffer,
  authorizerContext: Record<string, unknown> | undefined,
): Record<string, unknown> => {
  const fields = commonFields(request, routeKey, pathParameters, settings);
  const isText = textual.test(request.headers['content-type'] ?? '');
  const requestContext =
    authorizerContext === undefined
      ? fields.requestContext
      : { ...fields.requestContext, authorizer: { lambda: authorizerContext } };
  return {
    ...fields,
    requestContext,
    ...(body.length === 0 ? {} : { body: body.toString(isText ? 'utf8' : 'base64') }),
    isBase64Encoded: body.length > 0 && !isText,
  };
};

/** The event of payload format 2.0 that a REQUEST authorizer receives: no body, and the values that identify. */
export const authorizerEvent = (
  request: HttpRequest,
  routeKey: string,
  pathParameters: Record<string, string>,
  settings: HttpSettings,
  identitySource: readonly string[],
): Record<string, unknown> => ({
  ...commonFields(request, routeKey, pathParameters, settings),
  type: 'REQUEST',
  routeArn: `arn:aws:execute-api:${settings.region}:${settings.accountId}:${settings.apiId}/${settings.stage}/${request.method}${request.rawPath}`,
  identitySource,
});

export type HttpAnswer = {
  readonly statusCode: number;
  readonly headers: Record<string, string | string[]>;
  readonly body: string | Buffer;
};

/** Reads what a function answered as API Gateway does; `undefined` where that would be a 500. */
export const readAnswer = (value: unknown): HttpAnswer | undefined => {
  if (!isFields(value) || !('statusCode' in value)) {
    // Payload 2.0 takes an answer without a status for the body itself.
    const body = typeof value === 'string' ? value : JSON.stringify(value);
    return { statusCode: 200, headers: { 'content-type': 'application/json' }, body: body ?? '' };
  }
  const statusCode = Number(value['statusCode']);
  if (!Number.isInteger(statusCode) || statusCode < 100 || statusCode > 599) return undefined;
  const given = value['body'];
  if (given !== undefined && given !== null && typeof given !== 'string') return undefined;
  const headers: Record<string, string | string[]> = {};
  if (isFields(value['headers'])) {
    for (const [name, header] of Object.entries(value['headers'])) headers[name.toLowerCase()] = String(header);
  }
  if (Array.isArray(value['cookies'])) headers['set-cookie'] = value['cookies'].map(String);
  const text = given ?? '';
  if (text !== '') headers['content-type'] ??= 'text/plain;charset=UTF-8';
  return { statusCode, headers, body: value['isBase64Encoded'] === true ? Buffer.from(text, 'base64') : text };
};
