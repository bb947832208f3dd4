import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { routes } from '../../../../contract/api/routes.ts';
import { openApiDocument } from '../../../../contract/openapi/document.ts';
import { filesOf } from '../../../../functions/reference/files.ts';
import { html, markdown } from '../../../../functions/reference/html.ts';
import { readReference } from '../../../../functions/reference/read-reference.ts';

const document = openApiDocument(routes);
const read = readReference(filesOf(document));
const get = (path: string, headers: Record<string, string> = {}) => read({ path, headers, requestId: 'r' });
const pages = ['/docs', '/docs/zh-CN'];

describe('the files', () => {
  test.each(['/openapi.json', '/docs/style.css', ...pages])('%s comes whole or compressed', (path) => {
    const whole = get(path);
    const compressed = get(path, { 'accept-encoding': 'br, gzip' });
    expect(whole.statusCode).toBe(200);
    expect(whole.headers).not.toHaveProperty('content-encoding');
    expect(compressed).toMatchObject({ isBase64Encoded: true, headers: { 'content-encoding': 'gzip' } });
    expect(gunzipSync(Buffer.from(compressed.body ?? '', 'base64')).toString('utf8')).toBe(whole.body);
    expect(get(path, { 'accept-encoding': 'gzip;q=0' }).headers).not.toHaveProperty('content-encoding');
  });

  test('the document is the one that the routes make', () => {
    expect(JSON.parse(get('/openapi.json').body ?? '')).toEqual(document);
  });

  test('who has a file already is not sent it again', () => {
    const etag = String(get('/docs').headers?.['etag']);
    expect(get('/docs', { 'if-none-match': etag })).toMatchObject({ statusCode: 304, headers: { etag } });
    expect(get('/docs/zh-CN', { 'if-none-match': etag }).statusCode).toBe(200);
  });

  test.each(['/docs/', '/docs/x', '/docs/..%2f', '/docs/__proto__', '/docs/constructor'])('%s is not found', (path) => {
    expect(get(path)).toMatchObject({ statusCode: 404, headers: { 'content-type': 'application/problem+json' } });
  });
});

describe.each(pages)('the page %s', (path) => {
  const { body = '', headers } = get(path);

  test('shows each operation and each code a route can answer with', () => {
    for (const { operation } of routes) expect(body).toContain(`id="${operation}"`);
    for (const code of Object.keys(document.components.examples)) expect(body).toContain(`id="error-${code}"`);
  });

  test('points only at what it holds or we serve, and needs no script', () => {
    const anchors = [...body.matchAll(/href="#([^"]+)"/g)].map(([, id]) => id);
    expect(anchors.filter((id) => !body.includes(`id="${id}"`))).toEqual([]);
    const others = [...body.matchAll(/(?:href|src)="([^#"][^"]*)"/g)].map(([, target = '']) => target);
    for (const target of new Set(others)) expect(get(target).statusCode, target).toBe(200);
    expect(body).not.toMatch(/<script|style="|javascript:|onclick/i);
    expect(headers?.['content-security-policy']).toContain("default-src 'none'");
  });
});

test('the Chinese page tells each operation in Chinese', () => {
  const { body = '' } = get('/docs/zh-CN');
  for (const { zh } of routes) expect(body).toContain(zh.summary);
});

test('what stands in a text is never taken for markup', () => {
  const bad = `<img src=x onerror="1">&'`;
  expect(html`<p title="${bad}">${bad}${undefined}${false}</p>`.html).not.toMatch(/<img|="1"/);
  expect(markdown(`\`${bad}\` **${bad}**`).html).not.toMatch(/<img|="1"/);
});
