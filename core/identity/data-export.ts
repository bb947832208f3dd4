import { accept, type Result } from '../shared/result.ts';

/** Records that one part of an export holds at most. */
export const maxRecordsPerPart = 500;

/** A part of at most this many bytes of JSON is answered itself; a larger one waits under a link. */
export const maxInlineBytes = 16_384;

/** How long a link to a part works. Whoever has it can read the part. */
export const linkSeconds = 900;

/**
 * One kind of record that is stored about an account.
 *
 * @typeParam Subject what is known of the account
 */
export type ExportSection<Subject> = {
  readonly name: string;
  readonly appliesTo: (subject: Subject) => boolean;
  /**
   * Up to `limit` records from where `after` says, which it refuses where it is no such place; `next` says where the
   * others begin, and is absent after the last.
   */
  readonly read: (
    subject: Subject,
    limit: number,
    after: string | undefined,
  ) => Promise<Result<{ readonly records: readonly unknown[]; readonly next?: string | undefined }>>;
};

/** Where the next part begins: in the section of this name, after this record of it. */
type ExportPosition = { readonly section: string; readonly after?: string | undefined };

type ExportPart = {
  readonly document: Readonly<Record<string, readonly unknown[]>>;
  /** Absent in the last part. */
  readonly next?: ExportPosition | undefined;
};

/**
 * Gathers one part: sections in their order, each read on to its end, until the part is full.
 * Begins anew where no section of that name applies.
 */
export const gatherPart = async <Subject>(
  sections: readonly ExportSection<Subject>[],
  subject: Subject,
  from: ExportPosition | undefined,
  maxRecords: number,
): Promise<Result<ExportPart>> => {
  const applying = sections.filter(({ appliesTo }) => appliesTo(subject));
  const found = applying.findIndex(({ name }) => name === from?.section);
  const first = Math.max(0, found);
  const document: Record<string, unknown[]> = {};
  let left = maxRecords;
  for (const [index, { name, read }] of applying.slice(first).entries()) {
    let after = index === 0 && found >= 0 ? from?.after : undefined;
    document[name] = [];
    do {
      if (left === 0) return accept({ document, next: { section: name, after } });
      const page = await read(subject, left, after);
      if (!page.ok) return page;
      document[name].push(...page.value.records);
      left -= page.value.records.length;
      after = page.value.next;
    } while (after !== undefined);
  }
  return accept({ document });
};
