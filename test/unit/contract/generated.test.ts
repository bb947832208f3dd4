import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { routes } from '../../../contract/api/routes.ts';
import { generatedFiles } from '../../../contract/openapi/generated.ts';

test.each(Object.entries(generatedFiles(routes)))('%s is current: npm run generate', (path, text) => {
  expect(readFileSync(join(import.meta.dirname, '../../..', path), 'utf8') === text).toBe(true);
});
