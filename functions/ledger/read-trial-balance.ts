import type { LedgerTable } from '../../adapters/tables/ledger.ts';
import type { ledgerRoutes } from '../../contract/api/ledger.ts';
import { startOfNextMinute } from '../../core/ledger/minutes.ts';
import { currency } from '../../core/shared/money.ts';
import { accept } from '../../core/shared/result.ts';
import type { Handlers } from '../http/api.ts';
import { RetryableError } from '../retryable-error.ts';

/** A fold takes milliseconds; one that died half-way is finished by the next, a minute later. */
const maxReads = 10;

/** The folded totals. The position is read before and after, so that a fold in between cannot blur it. */
export const readTrialBalance =
  (ledger: LedgerTable): Handlers<typeof ledgerRoutes>['readTrialBalance'] =>
  async () => {
    for (let read = 1; read <= maxReads; read += 1) {
      const before = await ledger.foldPosition();
      const accounts = [...(await ledger.totals())];
      const after = await ledger.foldPosition();
      if (after?.minute !== before?.minute || after?.folding !== undefined) continue;
      const sumMinor = accounts.reduce((sum, { balanceMinor }) => sum + balanceMinor, 0);
      return accept({ currency, sumMinor, accounts, ...(before && { position: startOfNextMinute(before.minute) }) });
    }
    throw new RetryableError('The journal is being folded');
  };
