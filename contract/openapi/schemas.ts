import * as z from 'zod/mini';
import { noBody } from '../api/common.ts';
import { schemaNames } from '../api/naming.ts';
import type { Route } from '../api/route.ts';
import type { JsonSchema } from './types.ts';

/** The JSON Schemas of one route. */
export type RouteSchemas = {
  readonly params: JsonSchema;
  readonly query: JsonSchema;
  /** Absent where the route takes no body. */
  readonly body: JsonSchema | undefined;
  readonly response: JsonSchema;
};

export type SchemaBook = {
  /** Schemas with a name of their own, by name. */
  readonly components: Readonly<Record<string, JsonSchema>>;
  readonly of: (route: Route) => RouteSchemas;
};

const inComponents = '#/components/schemas/';
const instantPattern = '^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}\\.\\d{3}Z$';

/** The JSON Schemas of all routes, from the schemas that validate: requests as they are sent, responses as they come. */
export const schemaBook = (routes: readonly Route[]): SchemaBook => {
  const requests = convert(
    'input',
    routes.flatMap(({ operation, params, query, body }) => [
      [`${operation}.params`, params] as const,
      [`${operation}.query`, query] as const,
      ...(body === noBody ? [] : ([[`${operation}.body`, body]] as const)),
    ]),
  );
  const responses = convert(
    'output',
    routes.map(({ operation, response }) => [`${operation}.response`, response] as const),
  );
  // A name that a request and a response share and that means two things becomes two names.
  const differing = new Set(
    Object.keys(requests.definitions).filter(
      (name) =>
        name in responses.definitions &&
        JSON.stringify(requests.definitions[name]) !== JSON.stringify(responses.definitions[name]),
    ),
  );
  const requestName = (name: string): string => (differing.has(name) ? `${name}Request` : name);
  const keep = (name: string): string => name;
  const components = {
    ...rename(requests.definitions, requestName),
    ...rename(responses.definitions, keep),
  };
  const request = (name: string) => requests.schemas[name] && pointTo(requests.schemas[name], requestName);
  return {
    components: Object.fromEntries(Object.entries(components).sort(([a], [b]) => (a < b ? -1 : 1))),
    of: ({ operation }) => ({
      params: request(`${operation}.params`) ?? {},
      query: request(`${operation}.query`) ?? {},
      body: request(`${operation}.body`),
      response: pointTo(responses.schemas[`${operation}.response`] ?? {}, keep),
    }),
  };
};

/** A schema by itself, as it comes in what we send, with the named ones inside it spelled out. */
export const schemaOf = (schema: z.ZodMiniType): JsonSchema => {
  const { schemas, definitions } = convert('output', [['only', schema]]);
  const spelled = (value: unknown): unknown =>
    JSON.parse(JSON.stringify(value), (_, inner) =>
      typeof inner?.$ref === 'string' ? spelled(definitions[inner.$ref.slice('#/$defs/'.length)]) : inner,
    );
  return plain({ only: spelled(schemas['only']) })['only'] ?? {};
};

type Converted = {
  readonly schemas: Readonly<Record<string, JsonSchema>>;
  readonly definitions: Readonly<Record<string, JsonSchema>>;
};

/** All schemas in one conversion, so that each named one is defined once. */
const convert = (io: 'input' | 'output', named: readonly (readonly [string, z.ZodMiniType])[]): Converted => {
  const whole = z.toJSONSchema(z.object(Object.fromEntries(named)), {
    io,
    target: 'draft-2020-12',
    metadata: schemaNames,
    override: ({ zodSchema, jsonSchema }) => {
      delete jsonSchema.id;
      const { def } = zodSchema._zod;
      // What we answer may gain fields; only a strict schema says that there are no others.
      if (def.type === 'object' && !('catchall' in def && def.catchall)) delete jsonSchema.additionalProperties;
      if (jsonSchema.format === 'date-time') jsonSchema.pattern = instantPattern;
      // Paths and queries carry numbers as text; a caller thinks of the number.
      if (zodSchema instanceof z.ZodMiniPipe && zodSchema.def.out instanceof z.ZodMiniNumber) {
        const { $schema, ...number } = z.toJSONSchema(zodSchema.def.out, { io });
        for (const keyword of Object.keys(jsonSchema)) delete jsonSchema[keyword];
        Object.assign(jsonSchema, number);
      }
      if (zodSchema instanceof z.ZodMiniDefault) jsonSchema.default = zodSchema.def.defaultValue;
      if (jsonSchema.type === 'integer') {
        if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
        if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
      }
    },
  });
  return { schemas: plain(whole.properties), definitions: plain(whole.$defs) };
};

/** What the conversion made as data of ours: its own type also admits booleans and hidden fields. */
const plain = (schemas: unknown): Readonly<Record<string, JsonSchema>> => JSON.parse(JSON.stringify(schemas ?? {}));

const rename = (
  definitions: Readonly<Record<string, JsonSchema>>,
  nameOf: (name: string) => string,
): Record<string, JsonSchema> =>
  Object.fromEntries(Object.entries(definitions).map(([name, schema]) => [nameOf(name), pointTo(schema, nameOf)]));

/** The same schema with its references pointing into the document's components. */
const pointTo = (schema: JsonSchema, nameOf: (name: string) => string): JsonSchema =>
  JSON.parse(JSON.stringify(schema), (key, value) =>
    key === '$ref' && typeof value === 'string' ? inComponents + nameOf(value.slice('#/$defs/'.length)) : value,
  );
