import { nameOfItem, readItem } from '../../adapters/tables/audit-items.ts';
import type { Item } from '../../adapters/tables/gateway.ts';
import { type AuditedPromise, auditedPromises, type Finding, unreadable } from '../../core/audit/finding.ts';
import type { Instant } from '../../core/shared/instant.ts';

/** Findings that a report names; more are only counted. */
const maxNamedFindings = 1_000;

/** What kind of record was looked at. */
export type Kind =
  | 'orders'
  | 'waiting'
  | 'keys'
  | 'offers'
  | 'batches'
  | 'entries'
  | 'balances'
  | 'totals'
  | 'payments';

export type AuditReport = {
  /** The first of the findings, by name. */
  readonly findings: readonly Finding[];
  readonly brokenTimes: Readonly<Record<AuditedPromise, number>>;
  readonly looked: Readonly<Record<Kind, number>>;
  /** Records that changed under each look, and so are alive; the next audit sees them. */
  readonly moving: number;
};

/** Gathers what an audit saw. */
export class AuditLog {
  readonly #findings: Finding[] = [];
  readonly #brokenTimes: Record<AuditedPromise, number> = { 1: 0, 2: 0, 3: 0, 4: 0, 5: 0, 9: 0 };
  readonly #looked: Record<Kind, number> = {
    orders: 0,
    waiting: 0,
    keys: 0,
    offers: 0,
    batches: 0,
    entries: 0,
    balances: 0,
    totals: 0,
    payments: 0,
  };
  #moving = 0;

  looked(kind: Kind, count: number): void {
    this.#looked[kind] += count;
  }

  find(findings: readonly Finding[]): void {
    for (const finding of findings) {
      this.#brokenTimes[finding.promise] += 1;
      if (this.#findings.length < maxNamedFindings) this.#findings.push(finding);
    }
  }

  moving(): void {
    this.#moving += 1;
  }

  report(): AuditReport {
    return {
      findings: this.#findings,
      brokenTimes: this.#brokenTimes,
      looked: this.#looked,
      moving: this.#moving,
    };
  }
}

export const totalOf = ({ brokenTimes }: Pick<AuditReport, 'brokenTimes'>): number =>
  auditedPromises.reduce((sum, promise) => sum + brokenTimes[promise], 0);

/** One kind of record: how to see it with what belongs to it, and what must hold. */
export type Subject<Subject, View> = {
  readonly kind: Kind;
  /** The promise that a record of this kind breaks if nobody can read it. */
  readonly promise: AuditedPromise;
  readonly is: (item: Item) => boolean;
  readonly parse: (item: Item) => Subject;
  /** Sees many at little cost, between writes that may be under way. */
  readonly look: (subjects: readonly Subject[]) => Promise<readonly View[]>;
  /** Sees one and all that belongs to it as they stood at one moment; `gone` if it no longer stands. */
  readonly lookAgain: (view: View) => Promise<View | 'gone' | 'moving'>;
  readonly check: (view: View, now: Instant) => readonly Finding[];
};

/** Looks at the records of one kind among the items of a page; a suspicion is judged by a second, consistent look. */
export const examine = async <S, View>(
  subject: Subject<S, View>,
  items: readonly Item[],
  log: AuditLog,
  now: () => Instant,
): Promise<void> => {
  const subjects = items.filter(subject.is).flatMap((item) => {
    const read = readItem(item, subject.parse);
    if ('value' in read) return [read.value];
    log.find([unreadable(subject.promise, `${subject.kind} ${nameOfItem(item)}`, read.why)]);
    return [];
  });
  log.looked(subject.kind, subjects.length);
  if (subjects.length === 0) return;
  const views = await subject.look(subjects);
  for (const suspect of views.filter((view) => subject.check(view, now()).length > 0)) {
    const judgedAt = now();
    const view = await subject.lookAgain(suspect);
    if (view === 'moving') log.moving();
    else if (view !== 'gone') log.find(subject.check(view, judgedAt));
  }
};
