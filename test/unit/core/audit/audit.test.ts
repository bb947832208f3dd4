import { describe, expect, it } from 'vitest';
import { checkBalance, checkTotal } from '../../../../core/audit/balance.ts';
import { checkBatchDue, checkOrderDue, checkWaiting } from '../../../../core/audit/due.ts';
import { checkEntry } from '../../../../core/audit/entry.ts';
import type { Finding } from '../../../../core/audit/finding.ts';
import { checkImportReport } from '../../../../core/audit/import-report.ts';
import { checkKey } from '../../../../core/audit/key.ts';
import { checkOffer } from '../../../../core/audit/offer.ts';
import { checkOrderKeys } from '../../../../core/audit/order-keys.ts';
import { checkOrderMoney } from '../../../../core/audit/order-money.ts';
import { checkOrderPromise } from '../../../../core/audit/order-promise.ts';
import type { BatchView, EntryRecord, KeyView, OfferView, OrderView } from '../../../../core/audit/records.ts';
import type { Order } from '../../../../core/orders/order.ts';
import { addSeconds } from '../../../../core/shared/instant.ts';
import type { Batch } from '../../../../core/stock/batch.ts';
import { present } from '../../../support/sample-orders.ts';
import {
  keyOf,
  muchLater,
  soldKey,
  soon,
  soundBatch,
  soundBatchView,
  soundOffer,
  soundOrders,
  unsoldKey,
} from './sound.ts';

const checkOrder = (view: OrderView, now = soon): readonly Finding[] => [
  ...checkOrderKeys(view),
  ...checkOrderPromise(view.order, now),
  ...checkOrderMoney(view),
  ...checkOrderDue(view, now),
];
const codes = (findings: readonly Finding[]): string[] => findings.map(({ promise, code }) => `${promise} ${code}`);

const state = (name: string): OrderView => present(soundOrders[name]);
const altered = (name: string, order: Partial<Order>, view: Partial<OrderView> = {}): OrderView => {
  const sound = state(name);
  return { ...sound, ...view, order: { ...sound.order, ...order } };
};
const withLegs = (name: string, kind: 'capture' | 'refund' | 'release', legs: EntryRecord['legs']): OrderView => {
  const sound = state(name);
  return { ...sound, entries: { ...sound.entries, [kind]: { ...present(sound.entries[kind]), legs } } };
};
const without = (name: string, kind: 'capture' | 'refund' | 'release'): OrderView => {
  const { [kind]: _, ...entries } = state(name).entries;
  return { ...state(name), entries };
};
const later = addSeconds(soon, 86_400);

describe('an order', () => {
  it.each(Object.entries(soundOrders))('%s by our own rules breaks no promise', (_, view) => {
    expect(checkOrder(view)).toEqual([]);
  });

  it('that was delivered may wait for its release without being overdue', () => {
    expect(checkOrder(state('delivered'), later)).toEqual([]);
  });

  const listed = state('delivered').listed;
  const [first = present(listed[0]), second = present(listed[1])] = listed;
  const owned = (owner: string | undefined) => [{ ...first, key: { ...keyOf(first.keyId), owner } }, second];
  it.each<[string, OrderView, string[]]>([
    ['counts more keys than it lists', altered('delivered', {}, { listed: [first] }), ['1 key-list-unfit']],
    ['lists a key twice', altered('delivered', {}, { listed: [first, first] }), ['1 key-listed-twice']],
    [
      'lists a key that does not exist',
      altered('delivered', {}, { listed: [{ ...first, key: undefined }, second] }),
      ['1 listed-key-unknown'],
    ],
    ['lists a key that nobody owns', altered('delivered', {}, { listed: owned(undefined) }), ['1 listed-key-unowned']],
    [
      'lists a key of another order',
      altered('delivered', {}, { listed: owned('ord_b') }),
      ['1 listed-key-of-another-order'],
    ],
    [
      'lists a key of another product',
      altered(
        'delivered',
        {},
        { listed: [{ ...first, key: keyOf(first.keyId, { orderId: 'ord_a', productId: 'prd_b' }) }, second] },
      ),
      ['1 listed-key-of-another-product'],
    ],
    ['was captured without a promise', altered('waiting', { promiseAt: undefined }), ['2 promise-unfit']],
    ['has a promise before it is captured', altered('placed', { promiseAt: soon }), ['2 promise-unfit']],
    ['was delivered and refunded', altered('refunded', { deliveredAt: soon }), ['2 delivered-and-refunded']],
    ['has no capture', without('waiting', 'capture'), ['4 entry-missing', '3 escrow-differs']],
    ['has no refund', without('refunded', 'refund'), ['4 entry-missing', '3 escrow-not-empty']],
    ['has no release', without('released', 'release'), ['4 entry-missing', '3 escrow-not-empty']],
    [
      'was captured twice over',
      withLegs('waiting', 'capture', [
        { account: 'wallet:acc_buyer', amountMinor: -39_600 },
        { account: 'escrow:ord_a', amountMinor: 39_600 },
      ]),
      ['4 entry-unfit', '3 escrow-differs'],
    ],
    [
      'was paid from another wallet',
      withLegs('waiting', 'capture', [
        { account: 'wallet:acc_other', amountMinor: -19_800 },
        { account: 'escrow:ord_a', amountMinor: 19_800 },
      ]),
      ['4 entry-unfit'],
    ],
    [
      'was released to another merchant',
      withLegs('released', 'release', [
        { account: 'escrow:ord_a', amountMinor: -19_800 },
        { account: 'payable:acc_other', amountMinor: 19_800 },
      ]),
      ['4 entry-unfit'],
    ],
    [
      'is booked before it is captured',
      altered('placed', {}, { entries: state('waiting').entries }),
      ['4 entry-unexpected', '3 escrow-not-empty'],
    ],
    ['is due at no time', altered('waiting', { dueAt: undefined }), ['5 due-missing']],
    ['is due for ever', altered('released', { dueAt: soon }), ['5 due-needless']],
    ['is due where no sweep looks', altered('delivered', {}, { dueIndexed: false }), ['5 due-not-indexed']],
    ['is due after its promise', altered('waiting', { dueAt: muchLater }), ['5 due-too-late']],
    ['waits and stands in no line', altered('waiting', {}, { waits: false }), ['5 waiting-missing']],
  ])('that %s is named', (_, view, expected) => {
    expect(codes(checkOrder(view))).toEqual(expected);
  });

  it('that delivered less than it kept the money for is named', () => {
    const short = altered('partly delivered', { refundedMinor: 9_900 });
    expect(codes(checkOrderPromise(short.order, soon))).toEqual(['2 quantities-unfit']);
  });

  it('past its promise is named once the tolerance is over, and only as that', () => {
    const { order } = state('waiting');
    const promiseAt = present(order.promiseAt);
    expect(codes(checkOrder(state('waiting'), addSeconds(promiseAt, 170)))).not.toContain('2 promise-overdue');
    expect(codes(checkOrder(state('waiting'), addSeconds(promiseAt, 181)))).toEqual(['2 promise-overdue']);
  });

  it('whose release nobody made is overdue', () => {
    expect(codes(checkOrder(state('delivered'), muchLater))).toEqual(['5 overdue']);
  });

  it('may have left the line once its promise is past', () => {
    const promiseAt = present(state('waiting').order.promiseAt);
    expect(
      checkOrder(
        { ...state('waiting'), waits: false, order: { ...state('waiting').order, dueAt: promiseAt } },
        promiseAt,
      ),
    ).toEqual([]);
  });

  it('does not answer for keys that went back on sale after its refund', () => {
    const back = { keyId: 'key9', returned: true, key: keyOf('key9', { orderId: 'ord_b', productId: 'prd_a' }) };
    expect(checkOrderKeys(altered('refunded', { boundQuantity: 1 }, { listed: [back] }))).toEqual([]);
  });
});

describe('a key', () => {
  const inBatch = (batch: Partial<Batch>, view: Partial<KeyView> = {}): KeyView => ({
    ...unsoldKey,
    batch: { ...soundBatch, ...batch },
    ...view,
  });

  it('that is sold and listed, or unsold and on offer, breaks no promise', () => {
    for (const view of [unsoldKey, soldKey]) expect(checkKey(view, soon)).toEqual([]);
  });

  it.each<[string, KeyView]>([
    ['quarantined', inBatch({ status: 'quarantined' }, { offeredIn: [] })],
    ['being reoffered', inBatch({ status: 'reoffering' }, { offeredIn: [] })],
    ['expired', { ...unsoldKey, key: { ...keyOf('key1'), sellUntilDay: '2026-11-22' }, offeredIn: [] }],
    ['in the reserve of an import that is opening', inBatch({ status: 'opening' }, { offeredIn: ['reserve'] })],
  ])('may be off the shelf while %s', (_, view) => {
    expect(checkKey(view, soon)).toEqual([]);
  });

  it.each<[string, KeyView, string]>([
    ['whose batch does not exist', { ...unsoldKey, batch: undefined }, '9 key-of-unknown-batch'],
    ['whose owner does not exist', { ...soldKey, owner: undefined }, '1 owner-unknown'],
    [
      'whose owner does not list it',
      { ...soldKey, owner: { ...present(soldKey.owner), lists: false } },
      '1 owned-key-not-listed',
    ],
    ['that nothing offers', { ...unsoldKey, offeredIn: [] }, '1 key-not-on-offer'],
    ['that is on offer twice', { ...unsoldKey, offeredIn: ['0', 'reserve'] }, '1 key-offered-twice'],
    ['left in reserve', { ...unsoldKey, offeredIn: ['reserve'] }, '1 key-left-in-reserve'],
  ])('%s is named', (_, view, code) => {
    expect(codes(checkKey(view, soon))).toEqual([code]);
  });
});

describe('an offer', () => {
  it('of an unsold key breaks no promise', () => {
    expect(checkOffer(soundOffer)).toEqual([]);
    expect(checkOffer({ ...soundOffer, offer: { ...soundOffer.offer, lane: 'reserve' } })).toEqual([]);
  });

  it('of a batch in quarantine may stand while it is being withdrawn', () => {
    expect(checkOffer({ ...soundOffer, batch: { ...soundBatch, status: 'quarantined', dueAt: soon } })).toEqual([]);
  });

  it.each<[string, OfferView, string]>([
    ['of a key that does not exist', { ...soundOffer, key: undefined }, '1 offer-of-unknown-key'],
    ['of a key that is sold', { ...soundOffer, key: soldKey.key }, '1 offer-of-owned-key'],
    ['in a lane where nobody looks for it', { ...soundOffer, publicLane: '3' }, '1 offer-unfit'],
    [
      'of another product than its key',
      { ...soundOffer, key: { ...keyOf('key1'), productId: 'prd_b' } },
      '1 offer-unfit',
    ],
    [
      'that outlives its key',
      { ...soundOffer, key: { ...keyOf('key1'), sellUntilDay: '2026-12-01' } },
      '1 offer-unfit',
    ],
    ['in quarantine', { ...soundOffer, batch: { ...soundBatch, status: 'quarantined' } }, '1 offer-in-quarantine'],
  ])('%s is named', (_, view, code) => {
    expect(codes(checkOffer(view))).toEqual([code]);
  });
});

describe('an entry', () => {
  const entry: EntryRecord = present(state('waiting').entries.capture);
  const legs = (...amounts: number[]) =>
    amounts.map((amountMinor, index) => ({ account: `wallet:${index}`, amountMinor }));

  it.each(
    Object.entries(soundOrders).flatMap(([name, view]) =>
      Object.values(view.entries).map((each) => [name, each] as const),
    ),
  )('of an order that is %s breaks no promise', (_, each) => {
    expect(checkEntry({ entry: each, orderExists: true })).toEqual([]);
  });

  it.each<[string, EntryRecord, string]>([
    ['that does not sum to zero', { ...entry, legs: legs(-5, 4) }, '3 entry-unbalanced'],
    ['of one leg', { ...entry, legs: legs(0) }, '3 entry-unbalanced'],
    ['of fractions', { ...entry, legs: legs(-0.5, 0.5) }, '3 entry-unbalanced'],
    ['beyond what integers hold', { ...entry, legs: legs(-(2 ** 60), 2 ** 60) }, '3 entry-unbalanced'],
    ['whose id says another kind', { ...entry, kind: 'refund' }, '4 entry-id-unfit'],
    ['whose id says nothing', { ...entry, entryId: 'gift/1' }, '4 entry-id-unfit'],
    [
      'that moves the escrow of another order',
      { ...entry, legs: [{ account: 'escrow:ord_b', amountMinor: 1 }, ...legs(-1)] },
      '4 entry-moves-foreign-escrow',
    ],
  ])('%s is named', (_, each, code) => {
    expect(codes(checkEntry({ entry: each, orderExists: true }))).toContain(code);
  });

  it('of an order that does not exist is named', () => {
    expect(codes(checkEntry({ entry, orderExists: false }))).toEqual(['4 entry-of-unknown-order']);
  });

  it('of a top-up belongs to no order', () => {
    const topUp = { ...entry, entryId: 'top-up/top_a', kind: 'top-up', legs: legs(-5, 5) };
    expect(checkEntry({ entry: topUp, orderExists: false })).toEqual([]);
  });
});

describe('a balance', () => {
  it('is the sum of its entries and never below zero', () => {
    expect(checkBalance('wallet:acc_a', 5, 5)).toEqual([]);
    expect(codes(checkBalance('wallet:acc_a', 5, 4))).toEqual(['3 balance-differs']);
    expect(codes(checkBalance('wallet:acc_a', -1, -1))).toEqual(['3 balance-negative']);
  });

  it('folded is the sum of the journal', () => {
    expect(checkTotal('escrow', 5, 5, '2026-11-22T12:00')).toEqual([]);
    expect(codes(checkTotal('escrow', 5, 6, '2026-11-22T12:00'))).toEqual(['3 total-differs']);
  });
});

describe('who stands in the line of a product', () => {
  const { order } = state('waiting');
  const waiting = { orderId: 'ord_a', productId: 'prd_a' };

  it('waits for it', () => {
    expect(checkWaiting({ ...waiting, order })).toEqual([]);
  });

  it('and does not wait for it is named', () => {
    expect(codes(checkWaiting({ ...waiting, order: undefined }))).toEqual(['5 waiting-order-unknown']);
    expect(codes(checkWaiting({ ...waiting, productId: 'prd_b', order }))).toEqual(['5 waiting-elsewhere']);
    expect(codes(checkWaiting({ ...waiting, order: state('delivered').order }))).toEqual(['5 waiting-needless']);
  });
});

describe('a batch', () => {
  const batch = (changes: Partial<Batch>, view: Partial<BatchView> = {}): BatchView => ({
    ...soundBatchView,
    ...view,
    batch: { ...soundBatch, ...changes },
  });
  const check = (view: BatchView): string[] => codes([...checkImportReport(view), ...checkBatchDue(view, soon)]);

  it('whose lines are all accounted for breaks no promise', () => {
    expect(check(soundBatchView)).toEqual([]);
    expect(
      check(
        batch({ status: 'importing', completedAt: undefined, stored: undefined, rejected: undefined }, { keys: 0 }),
      ),
    ).toEqual([]);
    expect(check(batch({ status: 'opening', dueAt: later }))).toEqual([]);
  });

  it.each<[string, BatchView, string[]]>([
    ['that lost a line', batch({ lines: 4 }), ['9 lines-unaccounted']],
    ['whose report is short', batch({}, { rejections: [] }), ['9 report-differs']],
    [
      'whose report repeats a line',
      batch({ lines: 4, rejected: 2 }, { rejections: [...soundBatchView.rejections, ...soundBatchView.rejections] }),
      ['9 report-lines-unfit'],
    ],
    [
      'whose report names a line that there was not',
      batch({}, { rejections: [{ line: 4, code: 'secret-empty' }] }),
      ['9 report-lines-unfit'],
    ],
    ['whose keys are fewer than it stored', batch({}, { keys: 1 }), ['9 stored-differs']],
    ['that opens and is due at no time', batch({ status: 'opening' }), ['5 due-missing']],
    ['that is due where no sweep looks', batch({ dueAt: soon }, { dueIndexed: false }), ['5 due-not-indexed']],
    ['that was forgotten', batch({ status: 'reoffering', dueAt: addSeconds(soon, -200) }), ['5 overdue']],
  ])('%s is named', (_, view, expected) => {
    expect(check(view)).toEqual(expected);
  });
});
