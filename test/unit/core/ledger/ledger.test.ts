import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { accounts, makeEntry, topUpEntry } from '../../../../core/ledger/entry.ts';
import { foldLegs, totalAccountOf } from '../../../../core/ledger/fold.ts';
import { minuteOf, minutesToFold, startOf, startOfNextMinute } from '../../../../core/ledger/minutes.ts';
import { addSeconds } from '../../../../core/shared/instant.ts';
import { noon } from '../../../support/sample-orders.ts';

const draft = (...amounts: number[]) => ({
  entryId: 'order/ord_a/capture',
  kind: 'capture' as const,
  postedAt: noon,
  legs: amounts.map((amountMinor, index) => ({ account: `wallet:${index}`, amountMinor })),
});

describe('a journal entry', () => {
  test.each([
    ['does not sum to zero', [5, -4]],
    ['has one leg', [5]],
    ['has one leg that is not nothing', [0, 0]],
    ['holds a fraction', [0.5, -0.5]],
    ['holds what no float holds exactly', [2 ** 53, -(2 ** 53)]],
  ])('that %s is never made', (_, amounts) => {
    expect(() => makeEntry(draft(...amounts))).toThrow();
  });

  test('leaves out legs of nothing', () => {
    expect(makeEntry(draft(5, 0, -5)).legs).toHaveLength(2);
  });

  test('of a top-up raises what we owe the buyer and what the channel owes us', () => {
    const entry = topUpEntry({ topUpId: 'top_a', channel: 'test', accountId: 'a', amountMinor: 5, postedAt: noon });
    expect(entry).toMatchObject({ entryId: 'top-up/top_a', statementAccount: 'wallet:a' });
    expect(entry.legs).toEqual([
      { account: 'channel:test', amountMinor: -5 },
      { account: 'wallet:a', amountMinor: 5 },
    ]);
  });
});

const leg = fc.record({
  account: fc.constantFrom(
    accounts.wallet('a'),
    accounts.wallet('b'),
    accounts.escrow('o'),
    accounts.payable('m'),
    accounts.payable('n'),
    accounts.commission,
    accounts.channel('test'),
  ),
  amountMinor: fc.integer({ min: -1_000_000, max: 1_000_000 }),
});

describe('folding', () => {
  test('totals sum to what the legs sum to, however the legs are ordered', () => {
    fc.assert(
      fc.property(fc.array(leg), (legs) => {
        const totals = foldLegs(legs);
        const sum = (all: readonly { amountMinor: number }[]) =>
          all.reduce((total, { amountMinor }) => total + amountMinor, 0);
        expect(sum(totals)).toBe(sum(legs));
        expect(foldLegs(legs.toReversed())).toEqual(totals);
        expect(totals.map(({ account }) => account)).toEqual(totals.map(({ account }) => account).toSorted());
      }),
    );
  });

  test('accounts that each buyer or order has count together, others for themselves', () => {
    expect(totalAccountOf(accounts.wallet('a'))).toBe('wallet');
    expect(totalAccountOf(accounts.escrow('o'))).toBe('escrow');
    expect(totalAccountOf(accounts.payable('m'))).toBe('payable:m');
    expect(totalAccountOf(accounts.commission)).toBe('platform:commission');
  });

  test('a minute is folded once it is over for longer than the grace', () => {
    const last = '2026-11-22T11:58';
    expect(minutesToFold(last, addSeconds(noon, 300), 300, 10)).toEqual(['2026-11-22T11:59']);
    expect(minutesToFold(last, addSeconds(noon, 299), 300, 10)).toEqual([]);
  });

  test('minutes follow one another without a gap, over midnight too, and no further than asked', () => {
    const now = '2026-11-23T00:03:30.000Z';
    expect(minutesToFold('2026-11-22T23:58', now, 0, 3)).toEqual([
      '2026-11-22T23:59',
      '2026-11-23T00:00',
      '2026-11-23T00:01',
    ]);
    expect(minutesToFold('2026-11-23T00:05', now, 0, 3)).toEqual([]);
  });

  test('every moment lies in its minute', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4_000_000_000_000 }), (ms) => {
        const moment = new Date(ms).toISOString();
        const minute = minuteOf(moment);
        expect(startOf(minute) <= moment && moment < startOfNextMinute(minute)).toBe(true);
      }),
    );
  });
});
