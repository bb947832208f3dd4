import type { VersionDraft } from './product.ts';

/** A line that went (`-`) or came (`+`), with its number in the text it belongs to, counted from 1. */
export type LineChange = { readonly sign: '-' | '+'; readonly line: number; readonly text: string };

/** What became of one field between two versions; an absent side means that the field was not there. */
export type FieldChange = {
  readonly field: string;
  readonly before?: string | number;
  readonly after?: string | number;
  /** Of a long text, the lines that differ instead of both sides; at most `maxLinesKept`. */
  readonly lines?: readonly LineChange[];
  /** How many lines more differ. */
  readonly linesOmitted?: number;
};

/** A difference is kept with the product for good, so that it is bounded whatever the texts are. */
export const maxLinesKept = 20;
const maxLineLength = 120;
/** Lines of each text that are aligned with each other; beyond, the differing part counts as replaced. */
const maxLinesAligned = 200;

/** The fields in which two versions differ, in a fixed order; the number of a version is no field of it. */
export const differenceOf = (before: VersionDraft, after: VersionDraft): readonly FieldChange[] => {
  const [left, right] = [fieldsOf(before), fieldsOf(after)];
  return Object.keys(left).flatMap((field) => {
    const [was, is] = [left[field], right[field]];
    if (was === is) return [];
    if (longTexts.has(field)) return [{ field, ...linesOf(String(was ?? ''), String(is ?? '')) }];
    return [{ field, ...(was !== undefined && { before: was }), ...(is !== undefined && { after: is }) }];
  });
};

const longTexts: ReadonlySet<string> = new Set(['description', 'afterSalesTerms', 'usageNotes']);

const fieldsOf = ({ limits, ...version }: VersionDraft): Readonly<Record<string, string | number | undefined>> => ({
  title: version.title,
  category: version.category,
  kind: version.kind,
  priceMinor: version.priceMinor,
  currency: version.currency,
  'limits.maxPerOrder': limits.maxPerOrder,
  'limits.maxPerBuyer': limits.maxPerBuyer,
  description: version.description,
  afterSalesTerms: version.afterSalesTerms,
  usageNotes: version.usageNotes,
});

const linesOf = (before: string, after: string): Pick<FieldChange, 'lines' | 'linesOmitted'> => {
  const changes = differenceOfLines(split(before), split(after));
  const kept = changes.slice(0, maxLinesKept).map((change) => ({ ...change, text: cut(change.text) }));
  return { lines: kept, ...(changes.length > kept.length && { linesOmitted: changes.length - kept.length }) };
};

const split = (text: string): readonly string[] => (text === '' ? [] : text.split('\n'));
/** Cuts between characters, so that none is torn in two. */
const cut = (text: string): string =>
  text.length <= maxLineLength ? text : `${text.slice(0, maxLineLength - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;

/** A shortest list of lines that went and came, which turns one text into the other. */
export const differenceOfLines = (before: readonly string[], after: readonly string[]): readonly LineChange[] => {
  const head = commonHead(before, after);
  const tail = commonHead(before.slice(head).toReversed(), after.slice(head).toReversed());
  const left = before.slice(head, before.length - tail);
  const right = after.slice(head, after.length - tail);
  const kept = left.length <= maxLinesAligned && right.length <= maxLinesAligned ? commonLines(left, right) : [];
  const keptLeft = new Set(kept.map(([index]) => index));
  const keptRight = new Set(kept.map(([, index]) => index));
  const went = changesOf('-', left, head, keptLeft);
  const came = changesOf('+', right, head, keptRight);
  return [...went, ...came].toSorted((a, b) => a.line - b.line || (a.sign === b.sign ? 0 : a.sign === '-' ? -1 : 1));
};

const changesOf = (sign: LineChange['sign'], lines: readonly string[], head: number, kept: ReadonlySet<number>) =>
  lines.flatMap((text, index) => (kept.has(index) ? [] : [{ sign, line: head + index + 1, text }]));

const commonHead = (a: readonly string[], b: readonly string[]): number => {
  let length = 0;
  while (length < a.length && length < b.length && a[length] === b[length]) length += 1;
  return length;
};

/** Pairs of positions of a longest common subsequence. */
const commonLines = (a: readonly string[], b: readonly string[]): readonly (readonly [number, number])[] => {
  const width = b.length + 1;
  const longest = new Uint16Array((a.length + 1) * width);
  const at = (i: number, j: number): number => longest[i * width + j] ?? 0;
  for (let i = a.length - 1; i >= 0; i -= 1)
    for (let j = b.length - 1; j >= 0; j -= 1)
      longest[i * width + j] = a[i] === b[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
  const pairs: [number, number][] = [];
  for (let i = 0, j = 0; i < a.length && j < b.length; ) {
    if (a[i] === b[j]) {
      pairs.push([i, j]);
      i += 1;
      j += 1;
    } else if (at(i + 1, j) >= at(i, j + 1)) i += 1;
    else j += 1;
  }
  return pairs;
};
