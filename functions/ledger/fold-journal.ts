import type { LedgerTable } from '../../adapters/tables/ledger.ts';
import { type Minute, minuteOf, minutesToFold } from '../../core/ledger/minutes.ts';
import { addSeconds, type Instant } from '../../core/shared/instant.ts';

/** Minutes that one run folds; a stack that stood still for long catches up over several runs. */
const maxMinutesPerRun = 500;
/** Folds the journal's finished minutes into the totals, in order. May run twice or beside itself. */
export const foldJournal =
  (ledger: LedgerTable, now: () => Instant, graceSeconds: number) =>
  async (): Promise<{ folded: number; last: Minute }> => {
    let last = (await ledger.foldPosition())?.minute || (await minuteBeforeAll(ledger, now(), graceSeconds));
    const minutes = minutesToFold(last, now(), graceSeconds, maxMinutesPerRun);
    for (const minute of minutes) {
      const totals = await ledger.sumMinute(minute);
      if (totals.length > 0) await ledger.foldMinute(minute, totals);
      else if (minute === minutes.at(-1)) await ledger.moveFoldedMinute(minute);
      last = minute;
    }
    return { folded: minutes.length, last };
  };

/** Where the first fold begins: however long it was in coming, it misses no entry. */
const minuteBeforeAll = async (ledger: LedgerTable, now: Instant, graceSeconds: number): Promise<Minute> => {
  const begin = (await ledger.oldestEntryAt()) ?? addSeconds(now, -graceSeconds - 60);
  return minuteOf(addSeconds(begin, -60));
};
