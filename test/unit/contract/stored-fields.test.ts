import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, test } from 'vitest';
import { classOf, fieldClasses, storedFields } from '../../../contract/stored-fields.ts';
import { tableNames } from '../../../contract/tables.ts';

const root = join(import.meta.dirname, '../../..');
const folder = join(root, 'adapters/tables');
const sources = readdirSync(folder).map((name) => ({ name, text: readFileSync(join(folder, name), 'utf8') }));

/**
 * The attributes that each schema of an item names, read from the source: a schema that nobody exports counts as well.
 * The formatter gives every schema one of two forms, on one line or with an attribute a line.
 */
const schemas = /^(?:export )?const (\w*(?:Item|Fields)) = (?:z\.object\(|z\.strictObject\()?\{([\s\S]*?)\}\)?;$/gm;
const attributesIn = (body: string): string[] => {
  const names = body.includes('\n')
    ? body.matchAll(/^ {2}(\w+)[:,]/gm)
    : body.replace(/\{[^{}]*\}/g, '').matchAll(/(?:^|,) ?(\w+):/g);
  return [...names].map(([, name = '']) => name);
};
const itemSchemas = sources.flatMap(({ name, text }) =>
  [...text.matchAll(schemas)].map(([, schema = '', body = '']) => ({
    schema: `${name} ${schema}`,
    attributes: attributesIn(body),
  })),
);

describe('every stored attribute', () => {
  it('is looked for in more than a handful of schemas', () => {
    expect(itemSchemas.length).toBeGreaterThan(20);
    expect(itemSchemas.find(({ schema }) => schema === 'identity.ts accountItem')?.attributes).toContain('name');
  });

  it.each(itemSchemas)('of $schema has a class in contract/stored-fields.ts', ({ attributes }) => {
    const unclassified = attributes.filter((attribute) => tableNames.every((table) => !classOf(table, attribute)));
    expect(unclassified).toEqual([]);
  });

  it.each(tableNames)('of the keys and indexes of %s has one class', (table) => {
    const classified = fieldClasses.flatMap((each) => storedFields[table][each]);
    expect(new Set(classified).size).toBe(classified.length);
    expect(classOf(table, 'pk')).toBe('id');
  });

  it('is one that the code knows', () => {
    const code = [...sources.map(({ text }) => text), readFileSync(join(root, 'contract/tables.ts'), 'utf8')].join(
      '\n',
    );
    const core = readdirSync(join(root, 'core'), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => readFileSync(join(root, 'core', name), 'utf8'));
    const words = new Set([code, ...core].join('\n').match(/\w+/g));
    const named = tableNames.flatMap((table) => fieldClasses.flatMap((each) => storedFields[table][each]));
    expect(named.filter((attribute) => !words.has(attribute))).toEqual([]);
  });
});

describe.each(['docs/personal-data.md', 'docs/personal-data.zh-CN.md'])('%s', (page) => {
  const rows = readFileSync(join(root, page), 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('|'));

  test.each(
    tableNames.flatMap((table) =>
      (['personal', 'secret'] as const).flatMap((each) =>
        storedFields[table][each].map((attribute) => ({ table, attribute })),
      ),
    ),
  )('says of $table.$attribute why it is there, how long and who reads it', ({ table, attribute }) => {
    const row = rows.find((line) => line.startsWith(`| \`${table}\``) && line.includes(`\`${attribute}\``));
    expect(row?.split('|').map((cell) => cell.trim() !== '')).toEqual([false, true, true, true, true, true, false]);
  });
});
