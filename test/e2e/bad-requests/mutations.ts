/** Requests that no schema accepts, made from the JSON Schemas of the OpenAPI document. */
import type { JsonSchema, OpenApiDocument, Operation, Parameter } from '../../../contract/openapi/types.ts';

/** A value that must be refused in the place it is put, and what is wrong with it. */
type Bad = { readonly why: string; readonly value: unknown };

export type BadRequest = {
  readonly why: string;
  readonly body?: unknown;
  /** Appended to the path as it is. */
  readonly query?: string;
  readonly params?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
};

const resolve = (document: OpenApiDocument, schema: JsonSchema): JsonSchema => {
  const name = schema.$ref?.split('/').at(-1);
  return name === undefined ? schema : (document.components.schemas[name] ?? {});
};

const typesOf = (schema: JsonSchema): readonly string[] => {
  if (schema.type !== undefined) return [schema.type];
  if (schema.const !== undefined) return [typeof schema.const];
  if (schema.enum) return [...new Set(schema.enum.map((value) => typeof value))];
  return (schema.anyOf ?? schema.oneOf ?? []).flatMap(typesOf);
};

const wrongTypes = (schema: JsonSchema): readonly Bad[] => {
  const types = typesOf(schema);
  const candidates: Record<string, unknown> = {
    string: 'text',
    integer: 7,
    boolean: true,
    array: [[[[]]]],
    object: { __proto__: null, constructor: { prototype: {} } },
  };
  return [
    { why: 'null', value: null },
    ...Object.entries(candidates)
      .filter(([type]) => !types.includes(type))
      .map(([type, value]) => ({ why: `${type} instead`, value })),
  ];
};

const oddTexts: readonly Bad[] = [
  { why: 'empty', value: '' },
  { why: 'a control character', value: 'a\u0000b' },
  { why: 'a lone surrogate', value: '\ud83d' },
  { why: 'a right-to-left override with an escape', value: '\u202e\u001b[2J' },
];

const badValues = (schema: JsonSchema): readonly Bad[] => {
  const { minimum, maximum, exclusiveMinimum, minLength, maxLength, minItems, maxItems, pattern } = schema;
  const bad: Bad[] = [...wrongTypes(schema)];
  if (schema.enum || schema.const !== undefined) bad.push({ why: 'none of the choices', value: 'no-such-choice' });
  if (typesOf(schema).includes('integer')) {
    bad.push({ why: 'a fraction', value: 1.5 }, { why: 'beyond safe integers', value: 2 ** 60 });
    if (minimum !== undefined) bad.push({ why: 'below the minimum', value: minimum - 1 });
    if (exclusiveMinimum !== undefined) bad.push({ why: 'at the open minimum', value: exclusiveMinimum });
    if (maximum !== undefined) bad.push({ why: 'above the maximum', value: maximum + 1 });
  }
  if (schema.type === 'string') {
    if (maxLength !== undefined) bad.push({ why: 'too long', value: 'x'.repeat(maxLength + 1) });
    if (minLength !== undefined) bad.push(...oddTexts);
    if (pattern !== undefined) bad.push({ why: 'against the pattern', value: '\u00e9 not this' });
  }
  if (schema.type === 'array') {
    if ((minItems ?? 0) > 0) bad.push({ why: 'no items', value: [] });
    if (maxItems !== undefined && maxItems <= 1_000)
      bad.push({ why: 'too many items', value: Array.from({ length: maxItems + 1 }, () => ({})) });
    bad.push({ why: 'items of a wrong kind', value: [null] });
  }
  return bad;
};

const isFields = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Each field of a body, missing or bad; one level further down into objects and the first item of lists. */
const badBodies = (document: OpenApiDocument, given: JsonSchema, sound: unknown, at = 'body'): readonly Bad[] => {
  const schema = resolve(document, given);
  const bad: Bad[] = [];
  if (schema.properties && isFields(sound)) {
    if (schema.additionalProperties === false)
      bad.push({ why: `${at}: an extra field`, value: { ...sound, surprise: 1 } });
    for (const name of schema.required ?? []) {
      const { [name]: _, ...rest } = sound;
      bad.push({ why: `${at}.${name}: missing`, value: rest });
    }
    for (const [name, field] of Object.entries(schema.properties)) {
      const inner = resolve(document, field);
      for (const { why, value } of badValues(inner))
        bad.push({ why: `${at}.${name}: ${why}`, value: { ...sound, [name]: value } });
      for (const { why, value } of badBodies(document, inner, sound[name], `${at}.${name}`))
        bad.push({ why, value: { ...sound, [name]: value } });
    }
  }
  if (schema.items && Array.isArray(sound))
    for (const { why, value } of badBodies(document, schema.items, sound[0], `${at}.0`))
      bad.push({ why, value: [value] });
  return bad;
};

/** What is no text of this schema. A path or a query carries text only, so that a wrong type is another word. */
const badTexts = (document: OpenApiDocument, { schema: given }: Parameter): readonly Bad[] => {
  const schema = resolve(document, given);
  const { minimum, maximum, maxLength } = schema;
  const texts: Bad[] = [];
  if (schema.type === 'integer') {
    for (const value of ['', 'x', '1.5', '-1', '0x1', '1e3', '１', ' 1', '99999999999'])
      texts.push({ why: `the number «${value}»`, value });
    if (minimum !== undefined && minimum > 0) texts.push({ why: 'below the minimum', value: String(minimum - 1) });
    if (maximum !== undefined) texts.push({ why: 'above the maximum', value: String(maximum + 1) });
  }
  if (schema.enum) texts.push({ why: 'none of the choices', value: 'no-such-choice' });
  if (schema.pattern !== undefined)
    for (const value of ['__proto__', 'constructor', '%00', "' OR 1=1 --", '../../etc/passwd', '🎮'])
      if (!new RegExp(schema.pattern, 'u').test(value)) texts.push({ why: `«${value}»`, value });
  if (maxLength !== undefined) texts.push({ why: 'too long', value: 'x'.repeat(maxLength + 1) });
  return texts;
};

/** Every bad request to one operation. `soundBody` and `soundParams` are what it would accept. */
export const badRequestsTo = (
  document: OpenApiDocument,
  operation: Operation,
  soundBody: unknown,
): readonly BadRequest[] => {
  const parameters = operation.parameters.filter((parameter) => 'name' in parameter);
  const ofBody = Object.values(operation.requestBody?.content ?? {}).flatMap(({ schema }) =>
    badBodies(document, schema, soundBody).map(({ why, value }) => ({ why, body: value })),
  );
  const ofPath = parameters
    .filter(({ in: where }) => where === 'path')
    .flatMap((parameter) =>
      badTexts(document, parameter)
        .filter(({ value }) => value !== '')
        .map(({ why, value }) => ({
          why: `path.${parameter.name}: ${why}`,
          params: { [parameter.name]: encodeURIComponent(String(value)) },
        })),
    );
  const ofQuery = parameters
    .filter(({ in: where }) => where === 'query')
    .flatMap((parameter) => [
      ...badTexts(document, parameter).map(({ why, value }) => ({
        why: `query.${parameter.name}: ${why}`,
        query: `${parameter.name}=${encodeURIComponent(String(value)).replaceAll("'", '%27')}`,
      })),
    ]);
  const keyed = operation.parameters.some((parameter) => '$ref' in parameter);
  const ofKey: readonly BadRequest[] = keyed
    ? ['', ' ', 'two words', 'x'.repeat(129), 'k\u00e4se'].map((key) => ({
        why: `Idempotency-Key «${key.slice(0, 12)}»`,
        headers: { 'idempotency-key': key },
        body: soundBody,
      }))
    : [];
  return [
    ...ofBody,
    ...ofPath,
    ...ofQuery,
    ...ofKey,
    { why: 'an unknown query parameter', query: 'surprise=1', body: soundBody },
    { why: 'a query that cannot be decoded', query: '%zz=%ff', body: soundBody },
    { why: 'a prototype in the query', query: '__proto__[role]=operator', body: soundBody },
  ];
};

const deep = (levels: number): string => `${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`;

/** Bodies that are no JSON object of ours at all, for every operation that takes one. */
export const brokenBodies: readonly BadRequest[] = [
  ...['', '{', 'null', '[]', '"text"', '1', 'true', '{"a":1,}', 'NaN', '\ufeff{}', '\u0000', deep(5_000)].map(
    (body) => ({
      why: `the body ${body.slice(0, 12)}`,
      body,
    }),
  ),
  { why: 'a prototype in the body', body: '{"__proto__":{"role":"operator"}}' },
  { why: 'the same field twice, the second bad', body: '{"surprise":1,"surprise":null}' },
  ...['text/plain', 'application/xml', 'multipart/form-data; boundary=x', 'application/json5', '*/*'].map((type) => ({
    why: `the content type ${type}`,
    body: '{}',
    headers: { 'content-type': type },
  })),
];
