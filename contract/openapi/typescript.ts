/**
 * Prints the TypeScript types of the document in the form that `openapi-fetch` reads: `paths` by path and method, and
 * `components` with the named schemas.
 */
import type { JsonSchema, MediaType, OpenApiDocument, Operation, Parameter, Reference, Response } from './types.ts';

const heading = `/**
 * The types of the Surety API, for \`openapi-fetch\`: made from its OpenAPI document, never edited by hand.
 */
`;

export const printTypes = (document: OpenApiDocument): string => {
  const paths = Object.entries(document.paths).map(
    ([path, item]): Field => [
      path,
      object(Object.entries(item).map(([method, operation]): Field => [method, operationType(document, operation)])),
    ],
  );
  const schemas = Object.entries(document.components.schemas).map(([name, schema]): Field => [name, typeOf(schema)]);
  const responses = Object.entries(document.components.responses).map(
    ([name, response]): Field => [name, answerType(response)],
  );
  return [
    heading,
    `export type paths = ${object(paths)};

`,
    `export type components = ${object([
      ['schemas', object(schemas)],
      ['responses', object(responses)],
    ])};
`,
  ].join('');
};

type Field = readonly [name: string, type: string, how?: 'optional' | 'required', comment?: string | undefined];

const indent = (text: string): string => text.replaceAll('\n', '\n  ');

const object = (fields: readonly Field[]): string =>
  fields.length === 0
    ? 'Record<string, never>'
    : `{\n${fields
        .map(([name, type, how = 'required', comment]) => {
          const said =
            comment === undefined ? '' : `  /** ${comment.replaceAll('*/', '* /').replaceAll('\n', ' ')} */\n`;
          return `${said}  ${/^[A-Za-z_]\w*$/.test(name) ? name : `'${name}'`}${how === 'optional' ? '?' : ''}: ${indent(type)};\n`;
        })
        .join('')}}`;

const nameIn = ({ $ref }: Reference): string => $ref.split('/').at(-1) ?? '';

const typeOf = (schema: JsonSchema): string => {
  if (schema.$ref !== undefined) return `components['schemas']['${nameIn({ $ref: schema.$ref })}']`;
  if (schema.const !== undefined) return literal(schema.const);
  if (schema.enum !== undefined) return schema.enum.map(literal).join(' | ');
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices !== undefined) return choices.map(grouped).join(' | ');
  if (schema.allOf !== undefined) return schema.allOf.map(grouped).join(' & ');
  switch (schema.type) {
    case 'object':
      return objectType(schema);
    case 'array':
      return schema.items === undefined ? 'unknown[]' : `${grouped(schema.items)}[]`;
    case 'integer':
    case 'number':
      return 'number';
    case 'string':
    case 'boolean':
    case 'null':
      return schema.type;
    default:
      return 'unknown';
  }
};

const literal = (value: unknown): string =>
  typeof value === 'string' ? `'${value.replaceAll("'", "\\'")}'` : JSON.stringify(value);

const grouped = (schema: JsonSchema): string => {
  const type = typeOf(schema);
  return / [|&] /.test(type) && !type.startsWith('{') ? `(${type})` : type;
};

const objectType = ({ properties, required = [], additionalProperties }: JsonSchema): string => {
  if (properties === undefined)
    return `Record<string, ${typeof additionalProperties === 'object' ? typeOf(additionalProperties) : 'unknown'}>`;
  return object(
    Object.entries(properties).map(([name, schema]) => [
      name,
      typeOf(schema),
      required.includes(name) ? 'required' : 'optional',
      schema.description,
    ]),
  );
};

const operationType = (document: OpenApiDocument, operation: Operation): string =>
  object([
    ['parameters', parametersType(document, operation)],
    ...(operation.requestBody === undefined
      ? ([['requestBody', 'never', 'optional']] as const)
      : ([['requestBody', contentType(operation.requestBody.content)]] as const)),
    [
      'responses',
      object(Object.entries(operation.responses).map(([status, response]) => [status, responseType(response)])).replace(
        /^ {2}'(\d+)':/gm,
        '  $1:',
      ),
    ],
  ]);

const parametersType = ({ components }: OpenApiDocument, operation: Operation): string => {
  const all = operation.parameters.flatMap((parameter): Parameter[] => {
    if ('name' in parameter) return [parameter];
    const shared = components.parameters[nameIn(parameter)];
    return shared === undefined ? [] : [shared];
  });
  return object(
    (['query', 'header', 'path'] as const).map((where): Field => {
      const here = all.filter((parameter) => parameter.in === where);
      if (here.length === 0) return [where, 'never', 'optional'];
      const fields = here.map(
        ({ name, schema, required }): Field => [name, typeOf(schema), required ? 'required' : 'optional'],
      );
      return [where, object(fields), here.some(({ required }) => required) ? 'required' : 'optional'];
    }),
  );
};

/** Refusals are the same for many operations, so they stand once, under the codes they can have. */
const responseType = (response: Response | Reference): string =>
  '$ref' in response ? `components['responses']['${nameIn(response)}']` : answerType(response);

const answerType = ({ content }: Response): string =>
  object([
    ['headers', 'Record<string, string>'],
    ['content', object(mediaFields(content))],
  ]);

const contentType = (content: Readonly<Record<string, MediaType>>): string =>
  object([['content', object(mediaFields(content))]]);

const mediaFields = (content: Readonly<Record<string, MediaType>>): readonly Field[] =>
  Object.entries(content).map(([type, { schema }]) => [type, typeOf(schema)]);
