import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { type Language, languageOf, problemOf } from '../http/problems.ts';
import type { File } from './files.ts';

export type ReferenceRequest = {
  readonly path: string;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly requestId: string;
};

/** A browser may load our style sheet and nothing else, from nowhere else; the page has no script. */
const security = {
  'content-security-policy':
    "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
};

/** Answers with a file of the reference: compressed where that is welcome, and empty where the caller has it already. */
export const readReference =
  (fileOf: (path: string) => File | undefined) =>
  ({ path, headers, requestId }: ReferenceRequest): APIGatewayProxyStructuredResultV2 => {
    const file = fileOf(path);
    if (file === undefined) return missing(requestId, languageOf(headers['accept-language']));
    const common = {
      ...security,
      etag: file.etag,
      'cache-control': 'public, max-age=300',
      vary: 'accept-encoding',
    };
    if (headers['if-none-match'] === file.etag) return { statusCode: 304, headers: common };
    const typed = { ...common, 'content-type': file.type };
    return /\bgzip\b(?!\s*;\s*q=0(\.0*)?\s*(,|$))/.test(headers['accept-encoding'] ?? '')
      ? {
          statusCode: 200,
          headers: { ...typed, 'content-encoding': 'gzip' },
          body: file.gzip,
          isBase64Encoded: true,
        }
      : { statusCode: 200, headers: typed, body: file.text };
  };

const missing = (requestId: string, language: Language): APIGatewayProxyStructuredResultV2 => ({
  statusCode: 404,
  headers: { 'content-type': 'application/problem+json', 'cache-control': 'no-store' },
  body: JSON.stringify(
    problemOf({ code: 'not-found', detail: 'The reference begins at /docs.', field: 'path.file' }, requestId, language),
  ),
});
