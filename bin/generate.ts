/** `npm run generate`: writes the files that are made from the contract. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { routes } from '../contract/api/routes.ts';
import { generatedFiles } from '../contract/openapi/generated.ts';

for (const [path, text] of Object.entries(generatedFiles(routes))) {
  writeFileSync(join(import.meta.dirname, '..', path), text);
  console.log(`Wrote ${path}`);
}
