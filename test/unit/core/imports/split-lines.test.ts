import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LineSplitter, maxLineCharacters } from '../../../../core/imports/split-lines.ts';

const split = (pieces: readonly string[]) => {
  const splitter = new LineSplitter();
  return [...pieces.flatMap((piece) => splitter.push(piece)), ...splitter.end()];
};

describe('splitting text into lines', () => {
  test.each([
    ['LF', ['a\nb\n'], ['a', 'b']],
    ['CR LF, cut between the two', ['a\r', '\nb'], ['a', 'b']],
    ['CR alone', ['a\rb\r'], ['a', 'b']],
    ['blank lines', ['\n\na\n'], ['', '', 'a']],
    ['CR at the very end', ['a\r'], ['a']],
    ['nothing', ['', ''], []],
    ['a line that is too long', ['x'.repeat(maxLineCharacters), 'x\nb'], ['too-long', 'b']],
  ])('by %s', (_, pieces, lines) => {
    expect(split(pieces)).toEqual(lines);
  });

  test('gives the same lines wherever the text is cut', () => {
    const text = fc.string({ unit: fc.constantFrom('a', '\r', '\n', '键', 'b') });
    fc.assert(
      fc.property(fc.array(text), (pieces) => {
        const whole = pieces.join('');
        expect(split(pieces)).toEqual(split([whole]));
        expect(split([whole])).toEqual(
          whole === ''
            ? []
            : whole
                .replace(/(\r\n|\r|\n)$/, '')
                .split(/\r\n|\r|\n/)
                .slice(0),
        );
      }),
    );
  });
});
