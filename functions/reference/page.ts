import type {
  Example,
  JsonSchema,
  OpenApiDocument,
  Operation,
  Parameter,
  Reference,
  Response,
} from '../../contract/openapi/types.ts';
import { type ProblemCode, problemTypes } from '../../contract/problems.ts';
import type { Language } from '../http/problems.ts';
import { type Html, html, markdown } from './html.ts';
import { chineseIntroduction, type Words, words } from './words.ts';

type Entry = { readonly method: string; readonly path: string; readonly operation: Operation };

/** The document as a page that needs no script. */
export const renderPage = (document: OpenApiDocument, language: Language): string => {
  const w = words[language];
  const entries = entriesOf(document);
  const page = html`<!doctype html>
<html lang="${w.lang}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${w.title}</title>
<link rel="stylesheet" href="/docs/style.css">
</head>
<body>
<div class="page">
<nav aria-label="${w.operations}">${navigation(document, entries, language, w)}</nav>
<main>
<h1 id="top">${w.title}</h1>
<p><a href="${w.otherHref}">${w.other}</a> · <a href="/openapi.json">${w.download}</a> · <a href="/docs/surety-api.ts">${w.types}</a></p>
${markdown(language === 'zh' ? chineseIntroduction : document.info.description)}
${document.tags.map((tag) => {
  const { summary, description } = tag['x-zh'];
  return html`<section><h2 id="tag-${tag.name}">${language === 'zh' ? summary : tag.name}</h2>
${language === 'zh' ? markdown(description) : markdown(tag.description.split('\n\n')[0] ?? '')}
${entries.filter(({ operation }) => operation.tags.includes(tag.name)).map((entry) => article(document, entry, language, w))}
</section>`;
})}
${errors(document, language, w)}
${schemas(document, w)}
</main>
</div>
</body>
</html>
`;
  return page.html;
};

const entriesOf = ({ paths }: OpenApiDocument): readonly Entry[] =>
  Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]): Entry => ({ method, path, operation })),
  );

const navigation = (document: OpenApiDocument, entries: readonly Entry[], language: Language, w: Words): Html => html`
<p><a href="#top"><strong>Surety</strong></a> · <a href="${w.otherHref}">${w.other}</a></p>
${document.tags.map(
  (tag) => html`<h2><a href="#tag-${tag.name}">${language === 'zh' ? tag['x-zh'].summary : tag.name}</a></h2>
<ul>${entries
    .filter(({ operation }) => operation.tags.includes(tag.name))
    .map(
      ({ method, operation }) =>
        html`<li><a href="#${operation.operationId}"><span class="method ${method}">${method.toUpperCase()}</span> ${operation.operationId}</a></li>`,
    )}</ul>`,
)}
<h2><a href="#errors">${w.errors}</a></h2><h2><a href="#schemas">${w.schemas}</a></h2>`;

const article = (document: OpenApiDocument, { method, path, operation }: Entry, language: Language, w: Words): Html => {
  const text = language === 'zh' ? operation['x-zh'] : operation;
  const roles = operation['x-roles'].includes('public') ? w.everybody : operation['x-roles'].join(', ');
  const [status = '', success] = Object.entries(operation.responses).find(([code]) => code.startsWith('2')) ?? [];
  return html`<article>
<h3 id="${operation.operationId}"><a href="#${operation.operationId}">${text.summary}</a></h3>
<p class="route"><span class="method ${method}">${method.toUpperCase()}</span> <code>${path}</code> <span class="soft">${operation.operationId} · ${w.roles}: ${roles}</span></p>
${markdown(language === 'zh' ? text.description : (text.description.split('\n\nFor ')[0] ?? ''))}
${parameters(document, operation, w)}
${Object.entries(operation.requestBody?.content ?? {}).map(
  ([, media]) => html`<h4>${w.request}</h4>
<details><summary>${w.body}</summary>${shape(media.schema)}</details>
${code(media.example)}`,
)}
${success && response(document, status, resolve(document, success), w)}
${refusals(document, operation, language, w)}
</article>`;
};

const parameters = (document: OpenApiDocument, operation: Operation, w: Words): Html | undefined => {
  const all = operation.parameters.map((parameter): Parameter | undefined =>
    'name' in parameter ? parameter : document.components.parameters[parameter.$ref.split('/').at(-1) ?? ''],
  );
  if (all.length === 0) return undefined;
  return html`<h4>${w.parameters}</h4><ul class="fields">${all.map(
    (parameter) =>
      parameter &&
      html`<li><code>${parameter.name}</code> <span class="soft">${parameter.in} · ${typeOf(parameter.schema)}${parameter.required && ` · ${w.required}`}</span>${
        parameter.description !== undefined && html` — ${parameter.description}`
      }</li>`,
  )}</ul>`;
};

const response = (document: OpenApiDocument, status: string, { content, links = {} }: Response, w: Words): Html => html`
<h4>${w.response} ${status}</h4>
${Object.values(content).map(
  (media) =>
    html`<details><summary>${typeOf(media.schema)}</summary>${shape(media.schema)}</details>${code(media.example)}`,
)}
${
  Object.keys(links).length > 0 &&
  html`<details><summary>${w.next}</summary><p>${Object.keys(links)
    .filter((name) => name in document.components.links)
    .map((name, index) => html`${index > 0 && ' · '}<a href="#${name}">${name}</a>`)}</p></details>`
}`;

const refusals = (document: OpenApiDocument, operation: Operation, language: Language, w: Words): Html => {
  const codes = Object.entries(operation.responses).flatMap(([status, answer]) =>
    Object.keys(resolve(document, answer).content['application/problem+json']?.examples ?? {}).map((code) => ({
      status,
      code,
    })),
  );
  return html`<details><summary>${w.refusals}: ${codes.length}</summary><ul class="fields">${codes.map(
    ({ status, code: name }) =>
      html`<li>${status} <a href="#error-${name}"><code>${name}</code></a> <span class="soft">${titleOf(name, language)}</span></li>`,
  )}</ul></details>`;
};

const isCode = (name: string): name is ProblemCode => name in problemTypes;
const titleOf = (name: string, language: Language): string => (isCode(name) ? problemTypes[name][language].title : '');

const errors = ({ components }: OpenApiDocument, language: Language, w: Words): Html => html`<section>
<h2 id="errors">${w.errors}</h2>${markdown(w.errorsHint)}
<table class="errors"><thead><tr><th>${w.code}</th><th>${w.status}</th><th>${w.meaning}</th><th>${w.advice}</th></tr></thead><tbody>${Object.keys(
  components.examples,
)
  .filter(isCode)
  .toSorted()
  .map((name) => {
    const { status, [language]: text } = problemTypes[name];
    return html`<tr id="error-${name}"><td><code>${name}</code></td><td>${status}</td><td><strong>${text.title}</strong>${markdown(text.meaning)}</td><td>${markdown(text.advice)}</td></tr>`;
  })}</tbody></table>
<h3>${w.example}</h3>${code(firstExample(components.examples))}
</section>`;

const firstExample = (examples: Readonly<Record<string, Example>>): unknown => examples['invalid-request']?.value;

const schemas = ({ components }: OpenApiDocument, w: Words): Html => html`<section>
<h2 id="schemas">${w.schemas}</h2>${Object.entries(components.schemas).map(
  ([name, schema]) =>
    html`<h3 id="schema-${name}">${name}</h3>${schema.description !== undefined && markdown(schema.description)}${shape(schema)}`,
)}</section>`;

const code = (value: unknown): Html | undefined =>
  value === undefined ? undefined : html`<pre tabindex="0"><code>${JSON.stringify(value, undefined, 2)}</code></pre>`;

/** A schema's fields, or its one line where it has none. */
const shape = (schema: JsonSchema): Html => {
  const { properties, required = [] } = schema;
  if (properties === undefined) {
    const inner = schema.items?.properties && schema.items;
    return html`<p class="soft">${typeOf(schema)}${bounds(schema)}</p>${inner && shape(inner)}`;
  }
  return html`<ul class="fields">${Object.entries(properties).map(([name, field]) => {
    const inside = field.properties ? field : field.items?.properties && field.items;
    return html`<li><code>${name}</code> <span class="soft">${typeOf(field)}${bounds(field)}${required.includes(name) && ' *'}</span>${
      field.description !== undefined && html` — ${field.description}`
    }${inside && shape(inside)}</li>`;
  })}</ul>`;
};

const refName = ({ $ref }: Pick<Reference, '$ref'>): string => $ref.split('/').at(-1) ?? '';

const typeOf = (schema: JsonSchema): Html => {
  if (schema.$ref !== undefined) {
    const name = refName({ $ref: schema.$ref });
    return html`<a href="#schema-${name}">${name}</a>`;
  }
  if (schema.const !== undefined) return html`<code>${JSON.stringify(schema.const)}</code>`;
  if (schema.enum)
    return html`${schema.enum.map((value, index) => html`${index > 0 && ' | '}<code>${JSON.stringify(value)}</code>`)}`;
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices) return html`${choices.map((choice, index) => html`${index > 0 && ' | '}${typeOf(choice)}`)}`;
  if (schema.items) return html`${typeOf(schema.items)}[]`;
  return html`${schema.type ?? 'any'}`;
};

const bounds = (schema: JsonSchema): string => {
  const { minimum, maximum, minLength, maxLength, minItems, maxItems, pattern } = schema;
  const range = (low: number | undefined, high: number | undefined, unit: string): readonly string[] =>
    low === undefined && high === undefined ? [] : [`${low ?? '…'} – ${high ?? '…'}${unit}`];
  const told = [
    ...range(minimum, maximum, ''),
    ...range(minLength, maxLength, ' characters'),
    ...range(minItems, maxItems, ' items'),
    ...(pattern === undefined ? [] : [pattern]),
    ...(schema.default === undefined ? [] : [`= ${JSON.stringify(schema.default)}`]),
  ];
  return told.length === 0 ? '' : ` · ${told.join(' · ')}`;
};

const resolve = ({ components }: OpenApiDocument, answer: Response | Reference): Response =>
  '$ref' in answer ? (components.responses[refName(answer)] ?? { description: '', content: {} }) : answer;
