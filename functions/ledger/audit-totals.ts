import { readItem, toEntryRecord } from '../../adapters/tables/audit-items.ts';
import { type LedgerTable, type TotalItem, toTotal, totalsPartition } from '../../adapters/tables/ledger.ts';
import { checkTotal } from '../../core/audit/balance.ts';
import { totalAccountOf } from '../../core/ledger/fold.ts';
import { type Minute, minuteOf } from '../../core/ledger/minutes.ts';
import type { AuditReader } from './audit-reader.ts';
import type { AuditLog } from './audit-subject.ts';

/** Totals that one scan of the journal is compared with; more of them take more scans. */
const windowSize = 20_000;
/** A fold takes milliseconds; one that died half-way is finished by the next, a minute later. */
const maxReads = 10;

/** A run of totals, by account after `after` up to `until`, as they stood when the journal was folded to `minute`. */
type Window = {
  readonly minute: Minute;
  readonly totals: readonly TotalItem[];
  readonly after: string;
  /** Absent for the last window, which reaches to the end. */
  readonly until: string | undefined;
};

/**
 * Compares the folded totals with the journal. What is folded is closed, so that totals read at a position can be
 * compared at leisure with the entries up to it.
 */
export const auditTotals = async (reader: AuditReader, ledger: LedgerTable, log: AuditLog): Promise<void> => {
  let after = '';
  for (;;) {
    const window = await readWindow(reader, ledger, after);
    if (window === 'folding') return log.moving();
    if (window === undefined) return;
    const sums = await sumsOf(reader, window);
    if (!reader.isComplete) return;
    log.looked('totals', window.totals.length);
    for (const { account, balanceMinor } of window.totals) {
      log.find(checkTotal(account, balanceMinor, sums.get(account) ?? 0, window.minute));
      sums.delete(account);
    }
    for (const [account, amountMinor] of sums) log.find(checkTotal(account, 0, amountMinor, window.minute));
    if (window.until === undefined) return;
    after = window.until;
  }
};

/** The position is read before and after, so that a fold in between cannot blur the totals. */
const readWindow = async (
  reader: AuditReader,
  ledger: LedgerTable,
  after: string,
): Promise<Window | 'folding' | undefined> => {
  for (let read = 1; read <= maxReads; read += 1) {
    const before = await ledger.foldPosition();
    if (!before) return undefined;
    const totals = await readTotals(reader, after);
    const now = await ledger.foldPosition();
    if (now?.minute !== before.minute || now.folding !== undefined) continue;
    const until = totals.length < windowSize ? undefined : totals.at(-1)?.account;
    return { minute: before.minute, totals, after, until };
  }
  return 'folding';
};

const readTotals = async (reader: AuditReader, after: string): Promise<readonly TotalItem[]> => {
  const totals: TotalItem[] = [];
  for (let last: string | undefined = after; last !== undefined && totals.length < windowSize; ) {
    const page = await reader.partition('ledger', totalsPartition, last || ' ', windowSize - totals.length);
    totals.push(...page.map(toTotal));
    last = page.length === 0 ? undefined : totals.at(-1)?.account;
  }
  return totals;
};

const sumsOf = async (reader: AuditReader, window: Window): Promise<Map<string, number>> => {
  const sums = new Map<string, number>();
  await reader.walk(
    'ledger',
    (items) => {
      for (const item of items) {
        const read = readItem(item, toEntryRecord);
        if (!('value' in read) || minuteOf(read.value.postedAt) > window.minute) continue;
        for (const { account, amountMinor } of read.value.legs) {
          const total = totalAccountOf(account);
          const isInside = total > window.after && (window.until === undefined || total <= window.until);
          if (isInside) sums.set(total, (sums.get(total) ?? 0) + amountMinor);
        }
      }
    },
    { expression: 'attribute_exists(legs)' },
  );
  return sums;
};
