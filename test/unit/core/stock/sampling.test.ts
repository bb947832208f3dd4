import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Batch } from '../../../../core/stock/batch.ts';
import { drawSample, recordResult, type SampleKey, sampleUnderTest } from '../../../../core/stock/sampling.ts';
import { lowestLots } from '../../../../functions/stock/draw-sample.ts';
import { accepted, noon, present } from '../../../support/sample-orders.ts';

const batch: Batch = {
  batchId: 'bat_a',
  seq: 4,
  status: 'sampling',
  merchantId: 'acc_merchant',
  productId: 'prd_a',
  source: { kind: 'supplier', name: 'S' },
  requestHash: 'hash',
  createdAt: noon,
  lane: 'public',
  lines: 1_000,
  stored: 1_000,
  completedAt: noon,
  sampling: { inspection: { inspectionLevel: 'S-1', aql: '6.5' } },
  dueAt: noon,
};
const drawn = drawSample(batch, 'seed', noon);
const key = (number: number, change: Partial<SampleKey> = {}): SampleKey => ({
  batchId: 'bat_a',
  number,
  keyId: `key-${number}`,
  revealedAt: noon,
  revealedBy: 'key_tester',
  ...change,
});
const found = (result: 'good' | 'bad') => ({ result, testedBy: 'key_tester' });

describe('a sample', () => {
  test('is as large as the plan asks for, and keeps the seed of its draw', () => {
    expect(drawn.sampling?.sample).toEqual({ size: 8, accept: 1, seed: 'seed', drawnAt: noon, good: 0, bad: 0 });
    expect(drawn).toMatchObject({ status: 'sampling', dueAt: undefined, seq: 5 });
  });

  test('is tested while its batch is under sampling, once it is drawn, up to its size', () => {
    expect(sampleUnderTest(drawn, 8).ok).toBe(true);
    expect(sampleUnderTest(drawn, 9)).toMatchObject({ refusal: { code: 'not-found', field: 'path.sample' } });
    expect(sampleUnderTest(batch, 1)).toMatchObject({ refusal: { code: 'batch-state-unfit' } });
    expect(sampleUnderTest({ ...drawn, status: 'rejected' }, 1)).toMatchObject({
      refusal: { code: 'batch-state-unfit' },
    });
  });

  test('decides its batch as soon as the outcome is certain, and never accepts beyond its number', () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { minLength: 8, maxLength: 8 }), (results) => {
        let now = drawn;
        let tested = 0;
        let bad = 0;
        while (now.status === 'sampling') {
          const isGood = present(results[tested]);
          tested += 1;
          if (!isGood) bad += 1;
          const next = present(accepted(recordResult(now, key(tested), tested, found(isGood ? 'good' : 'bad'), noon)));
          expect(next.key).toMatchObject({ result: isGood ? 'good' : 'bad', testedAt: noon });
          now = next.batch;
        }
        const allBad = results.filter((isGood) => !isGood).length;
        expect(now.status).toBe(allBad <= 1 ? 'reoffering' : 'rejected');
        expect(bad).toBeLessThanOrEqual(2);
        expect(now.sampling?.sample).toMatchObject({
          verdict: allBad <= 1 ? 'accepted' : 'rejected',
          decidedAt: noon,
          good: tested - bad,
          bad,
        });
      }),
    );
  });

  test('takes one result for each key, after it was read', () => {
    expect(recordResult(drawn, undefined, 1, found('good'), noon)).toMatchObject({
      refusal: { code: 'sample-state-unfit' },
    });
    const tested = key(1, { result: 'good' });
    expect(accepted(recordResult(drawn, tested, 1, found('good'), noon))).toBeUndefined();
    expect(recordResult(drawn, tested, 1, found('bad'), noon)).toMatchObject({
      refusal: { code: 'sample-state-unfit' },
    });
    expect(recordResult({ ...drawn, status: 'quarantined' }, key(1), 1, found('good'), noon)).toMatchObject({
      refusal: { code: 'batch-state-unfit' },
    });
  });
});

describe('the draw', () => {
  async function* keys(count: number) {
    for (let index = 0; index < count; index += 1) yield { keyId: `key-${index}` };
  }

  test('takes so many different keys as were asked for, and the same ones for the same seed in whatever order', async () => {
    const first = await lowestLots(keys(1_000), 'seed', 50);
    expect(first.seen).toBe(1_000);
    expect(new Set(first.keyIds).size).toBe(50);
    const ids = Array.from({ length: 1_000 }, (_, index) => ({ keyId: `key-${999 - index}` }));
    const reversed = (async function* () {
      yield* ids;
    })();
    expect((await lowestLots(reversed, 'seed', 50)).keyIds).toEqual(first.keyIds);
    expect((await lowestLots(keys(1_000), 'other', 50)).keyIds).not.toEqual(first.keyIds);
    expect((await lowestLots(keys(3), 'seed', 3)).keyIds.toSorted()).toEqual(['key-0', 'key-1', 'key-2']);
  });

  test('favours no key: over many seeds each is drawn about as often', async () => {
    const times = new Map<string, number>();
    const draws = 2_000;
    for (let seed = 0; seed < draws; seed += 1)
      for (const keyId of (await lowestLots(keys(20), `seed-${seed}`, 5)).keyIds)
        times.set(keyId, (times.get(keyId) ?? 0) + 1);
    const expected = (draws * 5) / 20;
    const chiSquare = [...times.values()].reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
    expect(times.size).toBe(20);
    // 19 degrees of freedom, 0.1 % level; the seeds are fixed, so that this holds always or never.
    expect(chiSquare).toBeLessThan(43.8);
  });
});
