import { toEntryRecord } from '../../adapters/tables/audit-items.ts';
import { entryKey, isEntryItem } from '../../adapters/tables/ledger.ts';
import { orderKey } from '../../adapters/tables/orders.ts';
import { checkEntry, orderOfEntry } from '../../core/audit/entry.ts';
import type { EntryRecord, EntryView } from '../../core/audit/records.ts';
import type { AuditReader, Found, Wanted } from './audit-reader.ts';
import type { Subject } from './audit-subject.ts';

const orderOf = (entry: EntryRecord): readonly Wanted[] => {
  const orderId = orderOfEntry(entry.entryId);
  return orderId === undefined ? [] : [{ table: 'orders', key: orderKey(orderId) }];
};

const viewOf = (entry: EntryRecord, found: Found): EntryView => ({
  entry,
  orderExists: orderOf(entry).some(({ table, key }) => found.get(table, key) !== undefined),
});

export const entrySubject = (reader: AuditReader): Subject<EntryRecord, EntryView> => ({
  kind: 'entries',
  promise: 3,
  is: isEntryItem,
  parse: toEntryRecord,
  look: async (entries) => {
    const found = await reader.getMany(entries.flatMap(orderOf));
    return entries.map((entry) => viewOf(entry, found));
  },
  lookAgain: async ({ entry }) => {
    const own: Wanted = { table: 'ledger', key: entryKey(entry.entryId) };
    const found = await reader.getTogether([own, ...orderOf(entry)]);
    const fresh = found.read('ledger', own.key, toEntryRecord);
    return fresh ? viewOf(fresh, found) : 'gone';
  },
  check: checkEntry,
});
