import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import type { FileSource } from '../../../../adapters/import-files.ts';
import { surveyFile } from '../../../../functions/imports/read-lines.ts';
import { zipOf } from '../../../e2e/imports/zip.ts';

/** Like the store: what is asked for beyond the end of a file is its fault, and is asked for again and again. */
const sourceOf = (file: Buffer): FileSource => ({
  sizeBytes: file.length,
  read: async function* (start, end) {
    if (end > file.length) throw Object.assign(new Error('The requested range is not satisfiable'), { $metadata: {} });
    yield file.subarray(start, end);
  },
});
const survey = (file: Buffer) => surveyFile(sourceOf(file), { name: 'keys', format: undefined });

describe('a zip', () => {
  const sound = zipOf({ name: 'keys.txt', content: Buffer.from('A-1\nA-2\n') });
  const end = sound.length - 22;
  const directory = sound.readUInt32LE(end + 16);

  test('is read', async () => {
    expect(await survey(sound)).toMatchObject({ lines: 2, format: 'txt' });
  });

  test.each([
    ['its directory', end + 16],
    ['its file', directory + 42],
  ])('that points beyond its end for %s is refused, and not asked for again', async (_, at) => {
    const damaged = Buffer.from(sound);
    damaged.writeUInt32LE(0xf0000000, at);
    expect(await survey(damaged)).toMatchObject({ code: 'archive-unreadable' });
  });
});

describe('gzip', () => {
  const part = (text: string) => gzipSync(text);

  test('in several members is read to its end', async () => {
    expect(await survey(Buffer.concat([part('A-1\n'), part('A-2\nA-3\n')]))).toMatchObject({ lines: 3 });
  });

  test.each([
    ['another member behind padding', Buffer.concat([Buffer.alloc(9), part('A-2\n')])],
    ['bytes that begin with zero', Buffer.from('\0A-2\n')],
    ['plain text', Buffer.from('A-2\n')],
  ])('with %s is refused, so that no line is lost in silence', async (_, tail) => {
    expect(await survey(Buffer.concat([part('A-1\n'), tail]))).toMatchObject({ code: 'archive-unreadable' });
  });
});
