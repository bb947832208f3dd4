/** The file that says which restored tables a stage works on. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { type RestoredTables, restoredTablesSchema } from '../contract/restored-tables.ts';

export const restoredFileOf = (stage: string): string => `restored/${stage}.json`;

export const readRestoredFile = (file: string): RestoredTables =>
  restoredTablesSchema.parse(JSON.parse(readFileSync(file, 'utf8')));

export const writeRestoredFile = (file: string, restored: RestoredTables): void => {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify(restoredTablesSchema.parse(restored), undefined, 2)}\n`);
};
