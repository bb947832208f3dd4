/**
 * The OpenAPI 3.1 document of the API, made from the table of routes: its schemas are those that validate, its errors
 * those that a route can answer with. A pure function of its arguments.
 */
import { codesOf } from '../api/codes.ts';
import { limits } from '../api/common.ts';
import type { Route } from '../api/route.ts';
import { type ProblemCode, problemTypes } from '../problems.ts';
import { allLinks, linksOf } from './links.ts';
import { type RouteSchemas, type SchemaBook, schemaBook } from './schemas.ts';
import { tagOf, tags } from './tags.ts';
import type {
  Example,
  JsonSchema,
  MediaType,
  OpenApiDocument,
  Operation,
  Parameter,
  PathItem,
  Reference,
  Response,
} from './types.ts';
import { webhooks } from './webhooks.ts';

const description = `Surety is a marketplace for digital goods whose guarantee is executed by code: a buyer's money waits in
escrow, an order that is not delivered by its promise refunds itself, a key is sold once.

**Who calls.** \`Authorization: Bearer <API key>\`. A key belongs to an account with one role; each operation names the roles
it is for. What belongs to somebody else answers like what does not exist.

**Sending again.** Where an operation takes an \`Idempotency-Key\`, send a fresh one for each new intention and the same one
with each repetition: a repetition finds what the first arrival made.

**Lists** come in pages: send \`nextCursor\` of one page as \`cursor\` to get the next; the last page has none.

**Refusals** are \`application/problem+json\` (RFC 9457) with a stable \`code\`, the field at fault, and what would be accepted.
With \`Accept-Language: zh\` their titles are in Chinese. API Gateway in front of us answers a few requests itself, with
\`{"message": "…"}\`: 401 without an Authorization header, 404 for a path that is none, 413 above 10 MB, 429 above what the whole
API takes, 500 where a key could not be looked up, 503 after 30 seconds.

**Limits.** Each API key may send so many requests a minute; \`RateLimit-Policy\` and \`RateLimit\` tell how many, and how many
are left. Notifications of payment channels come in by routes of their own, which are not for callers of this API.`;

export const openApiDocument = (routes: readonly Route[]): OpenApiDocument => {
  const book = schemaBook(routes);
  const used = new Set<ProblemCode>(routes.flatMap(codesOf));
  const usedTags = new Set(routes.map((route) => tagOf[route.function].name));
  return {
    openapi: '3.1.1',
    info: {
      title: 'Surety',
      version: '1.0.0',
      summary: 'A marketplace for card keys and top-ups with a guarantee that code executes',
      description,
      license: { name: 'Apache License 2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/', description: 'The deployment that this document was read from' }],
    tags: tags.filter(({ name }) => usedTags.has(name)),
    paths: pathsOf(routes, book),
    webhooks: webhooks(),
    components: {
      schemas: { ...book.components, Problem: problemSchema([...used]), GatewayMessage: gatewayMessage },
      parameters: { IdempotencyKey: idempotencyKey },
      headers,
      examples: Object.fromEntries([...used].map((code) => [code, exampleOf(code)])),
      responses: failureResponses(routes),
      links: allLinks(routes),
      securitySchemes: {
        apiKey: { type: 'http', scheme: 'bearer', description: 'An API key, `sty_…`.' },
        orderToken: { type: 'http', scheme: 'bearer', description: 'An order token of a guest, `ot_…`.' },
      },
    },
  };
};

const idempotencyKey: Parameter = {
  name: 'Idempotency-Key',
  in: 'header',
  required: true,
  description: 'Fresh for each new intention, the same for each repetition. Visible ASCII characters.',
  schema: { type: 'string', pattern: '^[\\x21-\\x7e]+$', minLength: 1, maxLength: limits.idempotencyKeyLength },
  example: '5f0c6f0e-6f0a-4d0b-9a53-2a6f7c1f9f10',
};

const headers = {
  'RateLimit-Policy': {
    description: 'The limit that applies: requests (q) in a window of seconds (w).',
    schema: { type: 'string' },
    example: '"read";q=600;w=60',
  },
  RateLimit: {
    description: 'Requests left (r) in the present window, and the seconds (t) until the next one.',
    schema: { type: 'string' },
    example: '"read";r=587;t=42',
  },
  'Retry-After': {
    description: 'Seconds to wait before the same request is sent again.',
    schema: { type: 'string' },
    example: '42',
  },
};
const header = (name: keyof typeof headers): Reference => ({ $ref: `#/components/headers/${name}` });
const rateHeaders = { 'RateLimit-Policy': header('RateLimit-Policy'), RateLimit: header('RateLimit') };

const problemSchema = (codes: readonly ProblemCode[]): JsonSchema => ({
  type: 'object',
  description: 'Why a request was not carried out (RFC 9457).',
  properties: {
    type: { type: 'string', format: 'uri', description: 'urn:surety:problem: and the code.' },
    status: { type: 'integer' },
    title: { type: 'string', description: 'Never varies for a code; in Chinese with «Accept-Language: zh».' },
    code: { type: 'string', enum: [...codes].sort(), description: 'Stable: branch on it.' },
    detail: { type: 'string', description: 'What is wrong with this request, and what would be accepted.' },
    field: { type: 'string', description: 'The field at fault, such as body.quantity.' },
    requestId: { type: 'string', description: 'Quote it to us.' },
  },
  required: ['type', 'status', 'title', 'code', 'detail', 'requestId'],
});

const gatewayMessage: JsonSchema = {
  type: 'object',
  description: 'What API Gateway answers itself, before a request reaches us.',
  properties: { message: { type: 'string' } },
  required: ['message'],
};

const exampleOf = (code: ProblemCode): Example => {
  const { status, en } = problemTypes[code];
  return {
    summary: en.title,
    value: {
      type: `urn:surety:problem:${code}`,
      status,
      title: en.title,
      code,
      detail: `${en.meaning} ${en.advice}`,
      requestId: 'c6af9ac6-7b61-11e6-9a41-93e8deadbeef',
    },
  };
};

const pathsOf = (routes: readonly Route[], book: SchemaBook): Readonly<Record<string, PathItem>> => {
  const paths: Record<string, Record<string, Operation>> = {};
  for (const route of routes) {
    const item = paths[route.path] ?? {};
    item[route.method.toLowerCase()] = operationOf(route, routes, book.of(route));
    paths[route.path] = item;
  }
  return paths;
};

const operationOf = (route: Route, routes: readonly Route[], schemas: RouteSchemas): Operation => ({
  operationId: route.operation,
  tags: [tagOf[route.function].name],
  summary: route.summary.replace(/\.$/, ''),
  description: `${route.description}\n\n${audienceOf(route)}`,
  'x-zh': route.zh,
  'x-roles': rolesOf(route),
  security: securityOf(route),
  parameters: [
    ...(route.idempotencyKey ? [{ $ref: '#/components/parameters/IdempotencyKey' }] : []),
    ...parametersOf('path', schemas.params, route.example.params),
    ...parametersOf('query', schemas.query, route.example.query),
  ],
  ...(schemas.body !== undefined && {
    requestBody: {
      description: `At most ${route.maxBodyBytes ?? limits.bodyBytes} bytes.`,
      required: true,
      content: { 'application/json': { schema: schemas.body, example: route.example.body } },
    },
  }),
  responses: {
    [route.status]: success(route, routes, schemas.response),
    ...Object.fromEntries(
      [...failuresOf(route)].map(([status, codes]) => [status, { $ref: `#/components/responses/${nameOf(codes)}` }]),
    ),
  },
});

const rolesOf = ({ roles, guest }: Route): readonly string[] => [
  ...(roles === 'public' ? ['public'] : roles),
  ...(guest === undefined ? [] : ['guest']),
];

const audienceOf = ({ roles, guest }: Route): string => {
  if (roles === 'public') return 'For everybody; takes no API key.';
  const guests = guest === undefined ? '' : `, and guests whose order token has the scope \`${guest}\``;
  return `For the roles: ${roles.join(', ')}${guests}.`;
};

const securityOf = ({ roles, guest }: Route): Operation['security'] => {
  if (roles === 'public') return [];
  return guest === undefined ? [{ apiKey: [] }] : [{ apiKey: [] }, { orderToken: [] }];
};

const parametersOf = (
  where: 'path' | 'query',
  { properties = {}, required = [] }: JsonSchema,
  example: Readonly<Record<string, unknown>> = {},
): readonly Parameter[] =>
  Object.entries(properties).map(([name, schema]) => ({
    name,
    in: where,
    required: where === 'path' || required.includes(name),
    schema,
    // A path carries text; the example has the type that the schema gives the value.
    ...(name in example && { example: schema.type === 'integer' ? Number(example[name]) : example[name] }),
  }));

const success = (route: Route, routes: readonly Route[], schema: JsonSchema): Response => {
  const links = linksOf(route, routes);
  return {
    description: route.status === 201 ? 'Made, or found as an earlier arrival of this request made it.' : 'Done.',
    headers: rateHeaders,
    content: { 'application/json': { schema, example: route.example.response } },
    ...(Object.keys(links).length > 0 && { links }),
  };
};

/** Statuses that API Gateway may answer with itself, in front of any route. */
const gatewayStatuses: ReadonlySet<number> = new Set([401, 413, 429, 500, 503]);

/** The codes of a route by their status, the smallest first. */
const failuresOf = (route: Route): ReadonlyMap<number, readonly ProblemCode[]> =>
  new Map([...Map.groupBy(codesOf(route), (code) => problemTypes[code].status)].sort(([a], [b]) => a - b));

const nameOf = (codes: readonly ProblemCode[]): string => codes.join('.');

/** Each set of codes that some route answers with under one status, once. */
const failureResponses = (routes: readonly Route[]): Readonly<Record<string, Response>> =>
  Object.fromEntries(
    routes.flatMap((route) => [...failuresOf(route)].map(([status, codes]) => [nameOf(codes), failure(status, codes)])),
  );

const failure = (status: number, codes: readonly ProblemCode[]): Response => ({
  description: codes.map((code) => `\`${code}\`: ${problemTypes[code].en.title}.`).join('\n\n'),
  headers: {
    ...(status < 500 && rateHeaders),
    ...((status === 429 || status === 503) && { 'Retry-After': header('Retry-After') }),
  },
  content: {
    'application/problem+json': problemContent(codes),
    ...(gatewayStatuses.has(status) && {
      'application/json': { schema: { $ref: '#/components/schemas/GatewayMessage' } },
    }),
  },
});

const problemContent = (codes: readonly ProblemCode[]): MediaType => ({
  schema: {
    allOf: [
      { $ref: '#/components/schemas/Problem' },
      { type: 'object', properties: { code: { type: 'string', enum: codes } } },
    ],
  },
  examples: Object.fromEntries(codes.map((code) => [code, { $ref: `#/components/examples/${code}` }])),
});
