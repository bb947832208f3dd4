import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type KeyLine, maxSecretLength, screenLines } from '../../../../core/stock/import-keys.ts';
import { isSellable, neverDay, sellUntilDayOf } from '../../../../core/stock/offer.ts';
import { noon } from '../../../support/sample-orders.ts';

const numbered = (lines: readonly KeyLine[]) => lines.map((key, index) => ({ line: index + 1, key }));
const screen = (...lines: KeyLine[]) => screenLines(numbered(lines), noon);

describe('screening an import', () => {
  test.each<[string, KeyLine]>([
    ['secret-empty', { secret: '' }],
    ['secret-empty', { secret: ' \t ' }],
    ['secret-empty', { secret: '\u3000' }],
    ['secret-too-long', { secret: 'x'.repeat(maxSecretLength + 1) }],
    ['secret-too-long', { secret: 'x', number: '1'.repeat(maxSecretLength + 1) }],
    ['secret-not-printable', { secret: 'A\u0000B' }],
    ['secret-not-printable', { secret: 'A\nB' }],
    ['secret-not-printable', { secret: 'A\ud83d' }],
    ['secret-not-printable', { secret: 'A', number: '1\u0007' }],
    ['secret-surrounded-by-space', { secret: ' A' }],
    ['secret-surrounded-by-space', { secret: 'A', number: '1 ' }],
    ['key-expired', { secret: 'A', expiresAt: '2026-11-22T23:59:59.999Z' }],
    ['key-expired', { secret: 'A', expiresAt: '2020-01-01T00:00:00.000Z' }],
  ])('a line is rejected with %s', (code, line) => {
    expect(screen({ secret: 'good' }, line)).toMatchObject({ keys: [{ line: 1 }], rejections: [{ line: 2, code }] });
  });

  test('a key is sold until its last whole day', () => {
    const { keys, rejections } = screen({ secret: 'A', expiresAt: '2026-11-23T00:00:00.000Z' });
    expect(rejections).toEqual([]);
    expect(keys[0]?.sellUntilDay).toBe('2026-11-23');
    expect(isSellable({ sellUntilDay: '2026-11-23' }, '2026-11-22T23:59:59.999Z')).toBe(true);
    expect(isSellable({ sellUntilDay: '2026-11-23' }, '2026-11-23T00:00:00.000Z')).toBe(false);
  });

  test('a key without an end is always sold', () => {
    expect(sellUntilDayOf(undefined)).toBe(neverDay);
    expect(isSellable({ sellUntilDay: neverDay }, '9998-12-31T00:00:00.000Z')).toBe(true);
  });

  test('every line is either a key or a rejection, once, with its own number', () => {
    const line = fc.record(
      {
        secret: fc.oneof(fc.string({ unit: 'binary', maxLength: 20 }), fc.constantFrom('', ' A', 'A', 'A\u0000')),
        number: fc.string({ maxLength: 5 }),
        expiresAt: fc.constantFrom('2026-11-22T00:00:00.000Z', '2027-01-01T00:00:00.000Z'),
      },
      { requiredKeys: ['secret'] },
    );
    fc.assert(
      fc.property(fc.array(line, { maxLength: 50 }), (lines) => {
        const { keys, rejections } = screenLines(numbered(lines), noon);
        const numbers = [...keys, ...rejections].map((each) => each.line).toSorted((a, b) => a - b);
        expect(numbers).toEqual(lines.map((_, index) => index + 1));
        for (const key of keys) expect(key.secret).toBe(lines[key.line - 1]?.secret);
      }),
    );
  });
});
