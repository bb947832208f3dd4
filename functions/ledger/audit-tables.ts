import type { ClaimsArchive } from '../../adapters/claims-archive.ts';
import type { TableGateway } from '../../adapters/tables/gateway.ts';
import { LedgerTable } from '../../adapters/tables/ledger.ts';
import type { ChangeTables } from '../../adapters/tables/order-changes.ts';
import type { Instant } from '../../core/shared/instant.ts';
import { type AskArchive, askArchive } from './archived-claims.ts';
import { balanceAudit } from './audit-balances.ts';
import { entrySubject } from './audit-entries.ts';
import { orderSubject, waitingSubject } from './audit-orders.ts';
import { paymentSubject } from './audit-payments.ts';
import { AuditReader } from './audit-reader.ts';
import { batchSubject, keySubject, offerSubject } from './audit-stock.ts';
import { AuditLog, type AuditReport, examine } from './audit-subject.ts';
import { auditTotals } from './audit-totals.ts';

export type { AuditReport } from './audit-subject.ts';

type Options = {
  /** False once no further page shall be begun; what was seen by then is reported. @default always true */
  readonly hasTime?: () => boolean;
  /** The archive that must hold the claims of the last day. @default none is asked */
  readonly archive?: Pick<ClaimsArchive, 'hours' | 'claimsOf'>;
};

/**
 * Walks every table that a promise is about and names each record that breaks one. It may run while the marketplace
 * works: whatever looks broken is looked at again as of one moment, and only what is broken then is reported.
 */
export const auditTables =
  (gateway: TableGateway, tables: ChangeTables, now: () => Instant) =>
  async ({ hasTime = () => true, archive }: Options = {}): Promise<AuditReport & { readonly isComplete: boolean }> => {
    const reader = new AuditReader(gateway, tables, hasTime);
    const log = new AuditLog();
    const balances = balanceAudit(reader, log);
    const ask: AskArchive = archive ? askArchive(archive, now) : async () => undefined;
    const [orders, waiting, keys] = [orderSubject(reader), waitingSubject(reader), keySubject(reader, ask)];
    const [offers, batches, entries] = [offerSubject(reader), batchSubject(reader), entrySubject(reader)];

    await reader.walk('orders', async (items) => {
      await examine(orders, items, log, now);
      await examine(waiting, items, log, now);
    });
    await reader.walk('keys', (items) => examine(keys, items, log, now));
    await reader.walk('stock', async (items) => {
      await examine(offers, items, log, now);
      await examine(batches, items, log, now);
    });
    await reader.walk('ledger', async (items) => {
      await examine(entries, items, log, now);
      await balances.examine(items);
    });
    const payments = paymentSubject(reader);
    await reader.walk('payments', (items) => examine(payments, items, log, now));
    await balances.judge();
    await auditTotals(reader, new LedgerTable(gateway, tables.ledger), log);
    return { ...log.report(), isComplete: reader.isComplete };
  };
