import type { Route } from '../api/route.ts';
import { openApiDocument } from './document.ts';
import { errorPage } from './error-page.ts';
import { printTypes } from './typescript.ts';

/** The files of the project that are made from its contract, by path; a test holds them current. */
export const generatedFiles = (routes: readonly Route[]): Readonly<Record<string, string>> => ({
  'client/surety-api.ts': printTypes(openApiDocument(routes)),
  'docs/errors.md': errorPage('en'),
  'docs/errors.zh-CN.md': errorPage('zh'),
});
