import { describe, expect, test } from 'vitest';
import {
  advanceBatch,
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

  test('offers keys in every state but quarantine and refusal', () => {
    expect(statuses.filter((status) => !mayOffer(status))).toEqual(['refused', 'quarantined']);
  });
});

describe('quarantine', () => {
  test.each(statuses.filter((status) => status !== 'quarantined' && status !== 'refused'))(
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
