import { describe, expect, test } from 'vitest';
import { TableGateway } from '../../../../adapters/tables/gateway.ts';
import { LedgerTable } from '../../../../adapters/tables/ledger.ts';
import { tables } from '../../../../contract/tables.ts';
import { topUpEntry } from '../../../../core/ledger/entry.ts';
import { addSeconds } from '../../../../core/shared/instant.ts';
import { foldJournal } from '../../../../functions/ledger/fold-journal.ts';
import { MemoryDynamoDb } from '../../../fakes/memory-dynamodb/memory-dynamodb.ts';

const openedAt = '2026-11-22T02:30:00.000Z';

const openBooks = () => {
  const memory = new MemoryDynamoDb();
  memory.createTable({ tableName: 'ledger', ...tables.ledger });
  const surroundings = { now: () => openedAt, random: () => 0, sleep: () => Promise.resolve() };
  const ledger = new LedgerTable(new TableGateway(memory, surroundings), 'ledger');
  const topUp = (topUpId: string, postedAt: string) =>
    ledger.topUp({
      entry: topUpEntry({ topUpId, channel: 'test', accountId: 'acc_buyer', amountMinor: 100, postedAt }),
      requestHash: topUpId,
      accountId: 'acc_buyer',
      amountMinor: 100,
      maxBalanceMinor: 1_000,
    });
  const totalOfWallets = async () =>
    (await ledger.totals()).find(({ account }) => account === 'wallet')?.balanceMinor ?? 0;
  return { ledger, topUp, totalOfWallets };
};

describe('folding the journal', () => {
  test('the first fold misses no entry, however late it comes', async () => {
    const { ledger, topUp, totalOfWallets } = openBooks();
    await topUp('top_1', openedAt);
    await topUp('top_2', addSeconds(openedAt, 5 * 3_600));
    await foldJournal(ledger, () => addSeconds(openedAt, 6 * 3_600), 300)();
    expect(await totalOfWallets()).toBe(200);
  });

  test('an empty journal is folded as far as it can be, and what comes later is not missed', async () => {
    const { ledger, topUp, totalOfWallets } = openBooks();
    await foldJournal(ledger, () => openedAt, 300)();
    expect((await ledger.foldPosition())?.minute).toBe('2026-11-22T02:24');
    await topUp('top_1', openedAt);
    await foldJournal(ledger, () => addSeconds(openedAt, 600), 300)();
    expect(await totalOfWallets()).toBe(100);
  });
});
