/** `npm run openapi -- FILE`: writes the OpenAPI document, to `openapi.json` unless told otherwise. */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { routes } from '../contract/api/routes.ts';
import { openApiDocument } from '../contract/openapi/document.ts';

const { positionals } = parseArgs({ allowPositionals: true });
const [file = 'openapi.json'] = positionals;
writeFileSync(file, `${JSON.stringify(openApiDocument(routes), undefined, 2)}\n`);
console.log(`Wrote ${file}`);
