import { describe, expect, test } from 'vitest';
import { faultOfForm } from '../../../local/upload-form.ts';

const expiration = '2026-11-22T01:00:00.000Z';
const inTime = Date.parse(expiration) - 1;

/** A form as a browser sends it. */
const formOf = async (file: string, policy?: object): Promise<Buffer> => {
  const form = new FormData();
  form.set('key', 'uploads/1');
  if (policy !== undefined) form.set('Policy', Buffer.from(JSON.stringify(policy)).toString('base64'));
  form.set('file', new Blob([file]), 'keys.txt');
  return Buffer.from(await new Response(form).arrayBuffer());
};
const ofFour = { expiration, conditions: [{ key: 'uploads/1' }, ['content-length-range', 4, 4]] };

describe('a form whose policy admits four bytes', () => {
  test.each([
    ['four', 'abcd', undefined],
    ['three', 'abc', 'EntityTooSmall'],
    ['five', 'abcde', 'EntityTooLarge'],
    ['none', '', 'EntityTooSmall'],
    ['four with line breaks', '\r\n\r\n', undefined],
    ['five that end in a line break', 'abc\r\n', 'EntityTooLarge'],
  ])('with %s', async (_, file, code) => {
    expect(faultOfForm(await formOf(file, ofFour), inTime)?.code).toBe(code);
  });

  test('is refused from the moment that its policy ends', async () => {
    const form = await formOf('abcd', ofFour);
    expect(faultOfForm(form, inTime + 1)).toMatchObject({ status: 403, code: 'AccessDenied' });
  });
});

test('a policy that says nothing of a size, or no policy, bounds none', async () => {
  expect(faultOfForm(await formOf('abcd', { expiration, conditions: [] }), inTime)).toBeUndefined();
  expect(faultOfForm(await formOf('abcd'), inTime)).toBeUndefined();
});
