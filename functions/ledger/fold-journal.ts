import type { LedgerTable } from '../../adapters/tables/ledger.ts';
import { type Minute, minuteOf, minutesToFold } from '../../core/ledger/minutes.ts';
import { addSeconds, type Instant } from '../../core/shared/instant.ts';

/** Minutes that one run folds; a stack that stood still for long catches up over several runs. */
const maxMinutesPerRun = 500;
/** The first fold looks this far back: no entry can be older than the deployment, whose first minute runs it. */
const firstLookBackSeconds = 3_600;

/** Folds the journal's finished minutes into the totals, in order. May run twice or beside itself. */
export const foldJournal =
  (ledger: LedgerTable, now: () => Instant, graceSeconds: number) =>
  async (): Promise<{ folded: number; last: Minute }> => {
    let last = (await ledger.foldPosition())?.minute || minuteOf(addSeconds(now(), -firstLookBackSeconds));
    const minutes = minutesToFold(last, now(), graceSeconds, maxMinutesPerRun);
    for (const minute of minutes) {
      const totals = await ledger.sumMinute(minute);
      if (totals.length > 0) await ledger.foldMinute(minute, totals);
      else if (minute === minutes.at(-1)) await ledger.moveFoldedMinute(minute);
      last = minute;
    }
    return { folded: minutes.length, last };
  };
