import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { differenceOf, differenceOfLines, maxLinesKept } from '../../../../core/catalog/difference.ts';
import type { VersionDraft } from '../../../../core/catalog/product.ts';

const draft: VersionDraft = {
  title: 'Point card',
  category: 'game-point-card',
  kind: 'card_key',
  priceMinor: 9_900,
  currency: 'CNY',
  limits: { maxPerOrder: 10 },
  afterSalesTerms: 'Exchange within 7 days.\nNot once revealed.',
};

describe('the difference of two versions', () => {
  it('is empty where they say the same', () => {
    expect(differenceOf(draft, { ...draft })).toEqual([]);
  });

  it('names each field with what it was and is, and each line of a long text', () => {
    const next: VersionDraft = {
      ...draft,
      title: 'Point card 100',
      priceMinor: 1,
      limits: { maxPerOrder: 10, maxPerBuyer: 2 },
      description: 'New.',
      afterSalesTerms: 'Exchange within 3 days.\nNot once revealed.',
    };
    expect(differenceOf(draft, next)).toEqual([
      { field: 'title', before: 'Point card', after: 'Point card 100' },
      { field: 'priceMinor', before: 9_900, after: 1 },
      { field: 'limits.maxPerBuyer', after: 2 },
      { field: 'description', lines: [{ sign: '+', line: 1, text: 'New.' }] },
      {
        field: 'afterSalesTerms',
        lines: [
          { sign: '-', line: 1, text: 'Exchange within 7 days.' },
          { sign: '+', line: 1, text: 'Exchange within 3 days.' },
        ],
      },
    ]);
  });

  it('of long texts is bounded, and says how much it leaves out', () => {
    const afterSalesTerms = Array.from({ length: 2_000 }, () => '😀'.repeat(100)).join('\n');
    const [change] = differenceOf(draft, { ...draft, afterSalesTerms });
    expect(change?.lines).toHaveLength(maxLinesKept);
    expect(change?.linesOmitted).toBe(2_002 - maxLinesKept);
    expect(change?.lines?.every(({ text }) => text.length <= 120 && text.isWellFormed())).toBe(true);
  });

  it('turns one text into the other, with no more lines than replacing all would take', () => {
    const texts = fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 12 });
    fc.assert(
      fc.property(texts, texts, (before, after) => {
        const changes = differenceOfLines(before, after);
        const went = new Set(changes.flatMap(({ sign, line }) => (sign === '-' ? [line] : [])));
        const came = new Map(changes.flatMap(({ sign, line, text }) => (sign === '+' ? [[line, text] as const] : [])));
        const kept = before.filter((_, index) => !went.has(index + 1));
        const rebuilt = Array.from(
          { length: kept.length + came.size },
          (_, index) => came.get(index + 1) ?? kept.shift(),
        );
        expect(rebuilt).toEqual(after);
        expect(changes.length).toBeLessThanOrEqual(before.length + after.length);
      }),
    );
  });
});
