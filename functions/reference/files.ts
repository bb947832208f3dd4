import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import type { OpenApiDocument } from '../../contract/openapi/types.ts';
import { printTypes } from '../../contract/openapi/typescript.ts';
import { renderPage } from './page.ts';
import { style } from './style.ts';

export type File = { readonly type: string; readonly text: string; readonly etag: string; readonly gzip: string };

/** What stands under which path, made when it is first asked for. */
export const filesOf = (document: OpenApiDocument): ((path: string) => File | undefined) => {
  const makers: ReadonlyMap<string, () => Omit<File, 'etag' | 'gzip'>> = new Map([
    ['/openapi.json', () => ({ type: 'application/json', text: JSON.stringify(document) })],
    ['/docs', () => ({ type: 'text/html; charset=utf-8', text: renderPage(document, 'en') })],
    ['/docs/zh-CN', () => ({ type: 'text/html; charset=utf-8', text: renderPage(document, 'zh') })],
    ['/docs/surety-api.ts', () => ({ type: 'text/plain; charset=utf-8', text: printTypes(document) })],
    ['/docs/style.css', () => ({ type: 'text/css; charset=utf-8', text: style })],
  ]);
  const made = new Map<string, File>();
  return (path) => {
    const before = made.get(path);
    const make = makers.get(path);
    if (before !== undefined || make === undefined) return before;
    const { type, text } = make();
    const etag = `"${createHash('sha256').update(text).digest('base64url').slice(0, 22)}"`;
    const file = { type, text, etag, gzip: gzipSync(text).toString('base64') };
    made.set(path, file);
    return file;
  };
};
