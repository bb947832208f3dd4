import { describe, expect, test } from 'vitest';
import {
  advanceBatch,
  afterImport,
  type Batch,
  type BatchStatus,
  batchTransitions,
  mayOffer,
} from '../../../../core/stock/batch.ts';
import { liftQuarantine, quarantineBatch } from '../../../../core/stock/quarantine.ts';
import { accepted, noon, present } from '../../../support/sample-orders.ts';

const statuses = Object.keys(batchTransitions) as BatchStatus[];
const batch = (changes: Partial<Batch> = {}): Batch => ({
  batchId: 'bat_a',
  seq: 4,
  status: 'open',
  merchantId: 'acc_merchant',
  productId: 'prd_a',
  source: { kind: 'supplier', name: 'S' },
  requestHash: 'hash',
  createdAt: noon,
  lane: 'public',
  lines: 3,
  completedAt: noon,
  ...changes,
});

const sampling = { inspection: { inspectionLevel: 'S-1', aql: '6.5' } } as const;

describe('a batch', () => {
  test.each(statuses.flatMap((from) => statuses.map((to) => [from, to] as const)))(
    'goes from %s to %s or not',
    (from, to) => {
      const allowed = from === to || batchTransitions[from].includes(to);
      const go = () => advanceBatch(batch({ status: from }), { status: to });
      if (allowed) expect(go()).toMatchObject({ status: to, seq: 5 });
      else expect(go).toThrow(`from ${from} to ${to}`);
    },
  );

  test('offers keys in every state but quarantine, refusal and sampling', () => {
    expect(statuses.filter((status) => !mayOffer({ status }))).toEqual([
      'refused',
      'sampling',
      'rejected',
      'quarantined',
    ]);
  });

  test('that is to be tested offers none while it is imported', () => {
    expect(mayOffer({ status: 'importing', sampling })).toBe(false);
    expect(mayOffer({ status: 'reoffering', sampling })).toBe(true);
  });

  test.each<[string, Partial<Batch>, number, Partial<Batch>]>([
    ['is offered', {}, 3, { status: 'open', dueAt: undefined }],
    ['serves those who wait first', { lane: 'reserve' }, 3, { status: 'opening', dueAt: '2026-11-22T12:02:00.000Z' }],
    [
      'is tested first where the policy wants it',
      { sampling, lane: 'reserve' },
      3,
      { status: 'sampling', dueAt: noon },
    ],
    ['is not tested where nothing was stored', { sampling }, 0, { status: 'open', dueAt: undefined }],
    [
      'stays in quarantine',
      { sampling, status: 'quarantined', dueAt: noon },
      3,
      { status: 'quarantined', dueAt: noon },
    ],
  ])('whose import is complete %s', (_, changes, stored, next) => {
    expect(afterImport(batch({ status: 'importing', ...changes }), stored, noon)).toEqual(next);
  });
});

describe('quarantine', () => {
  test.each(statuses.filter((status) => !['quarantined', 'refused', 'rejected'].includes(status)))(
    'takes a batch that is %s off sale, due until its offers are gone',
    (status) => {
      expect(accepted(quarantineBatch(batch({ status }), 'bad source', noon))).toMatchObject({
        status: 'quarantined',
        quarantinedAt: noon,
        quarantineReason: 'bad source',
        dueAt: noon,
      });
    },
  );

  test('of a batch whose file was refused is refused: it has no keys', () => {
    expect(quarantineBatch(batch({ status: 'refused' }), 'bad source', noon)).toMatchObject({
      ok: false,
      refusal: { code: 'batch-state-unfit' },
    });
  });

  test('of a batch that failed its sampling is refused: its keys are off sale for good', () => {
    expect(quarantineBatch(batch({ status: 'rejected' }), 'bad source', noon)).toMatchObject({
      refusal: { code: 'batch-state-unfit' },
    });
  });

  test('is lifted by going on with the test where the batch was not decided', () => {
    const sample = { size: 2, accept: 0, seed: 's', drawnAt: noon, good: 1, bad: 0 };
    const lift = (of: Batch['sampling'], stored = 3) =>
      present(accepted(liftQuarantine(batch({ status: 'quarantined', sampling: of, stored }), noon)));
    expect(lift(sampling)).toMatchObject({ status: 'sampling', dueAt: noon });
    expect(lift({ ...sampling, sample })).toMatchObject({ status: 'sampling', dueAt: noon });
    expect(lift({ ...sampling, sample: { ...sample, verdict: 'accepted' } })).toMatchObject({ status: 'reoffering' });
    expect(lift(sampling, 0)).toMatchObject({ status: 'reoffering' });
  });

  test('of a batch in quarantine changes nothing', () => {
    expect(accepted(quarantineBatch(batch({ status: 'quarantined' }), 'again', noon))).toBeUndefined();
  });

  test('is lifted by putting the keys back, due until that is done', () => {
    const lifted = present(accepted(liftQuarantine(batch({ status: 'quarantined' }), noon)));
    expect(lifted).toMatchObject({ status: 'reoffering', dueAt: noon });
  });

  test.each([
    ['lifting it again changes nothing', { status: 'reoffering' }, 'nothing'],
    ['lifting it when all is back on sale changes nothing', { status: 'open', quarantinedAt: noon }, 'nothing'],
    ['what was never in quarantine cannot be lifted', { status: 'open' }, 'batch-state-unfit'],
    ['an import under way cannot be lifted', { status: 'importing' }, 'batch-state-unfit'],
    [
      'an import that was never completed cannot be lifted',
      { status: 'quarantined', completedAt: undefined },
      'batch-state-unfit',
    ],
  ] as const)('%s', (_, changes, outcome) => {
    const result = liftQuarantine(batch(changes), noon);
    if (outcome === 'nothing') expect(accepted(result)).toBeUndefined();
    else expect(result).toMatchObject({ refusal: { code: outcome } });
  });
});
