import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type AcceptableQualityLimit,
  acceptableQualityLimits,
  type InspectionLevel,
  inspectionLevels,
  judge,
  samplingPlan,
} from '../../../../core/stock/sampling-plan.ts';

describe('a sampling plan', () => {
  // Read off the printed tables, each kind of cell at least once: plans, arrows up and down, the ends of columns.
  it.each<[InspectionLevel, AcceptableQualityLimit, number, number, number]>([
    ['II', '1.0', 1_000, 80, 2],
    ['II', '2.5', 1_000, 80, 5],
    ['II', '6.5', 1_000, 80, 10],
    ['II', '0.65', 1_000, 80, 1],
    ['II', '0.40', 1_000, 125, 1],
    ['II', '0.25', 1_000, 50, 0],
    ['II', '0.15', 1_000, 80, 0],
    ['II', '0.10', 1_000, 125, 0],
    ['II', '0.065', 1_000, 200, 0],
    ['II', '1.5', 100, 32, 1],
    ['II', '4.0', 100, 20, 2],
    ['I', '1.0', 4_000, 80, 2],
    ['I', '4.0', 200, 13, 1],
    ['S-1', '6.5', 100, 2, 0],
    ['S-1', '6.5', 1_000, 8, 1],
    ['S-2', '2.5', 40, 5, 0],
    ['S-3', '2.5', 1_000, 20, 1],
    ['S-4', '1.5', 20_000, 50, 2],
    ['II', '1.0', 1_000_000, 1_250, 21],
    ['II', '2.5', 1_000_000, 500, 21],
    ['II', '6.5', 1_000_000, 200, 21],
    ['II', '0.065', 1_000_000, 1_250, 2],
    ['II', '0.065', 200_000, 800, 1],
    ['II', '1.0', 9, 9, 0],
    ['II', '6.5', 1, 1, 0],
  ])('of level %s at %s %% for %i keys tests %i and accepts %i bad ones', (inspectionLevel, aql, lot, size, accept) => {
    expect(samplingPlan({ inspectionLevel, aql }, lot)).toEqual({ size, accept });
  });

  const anyPlan = fc
    .record({
      inspectionLevel: fc.constantFrom(...inspectionLevels),
      aql: fc.constantFrom(...acceptableQualityLimits),
    })
    .chain((inspection) =>
      fc.integer({ min: 1, max: 2_000_000 }).map((lot) => ({ lot, ...samplingPlan(inspection, lot) })),
    );

  it('never tests more than there is, and always accepts fewer bad keys than it tests', () => {
    fc.assert(
      fc.property(anyPlan, ({ lot, size, accept }) => {
        expect(size).toBeGreaterThan(0);
        expect(size).toBeLessThanOrEqual(lot);
        expect(accept).toBeLessThan(size);
      }),
    );
  });

  it('never accepts beyond its number, never rejects within it, and is certain no later than at the last result', () => {
    fc.assert(
      fc.property(anyPlan, fc.infiniteStream(fc.boolean()), (plan, results) => {
        const count = { good: 0, bad: 0 };
        let verdict = judge(plan, count);
        while (verdict === 'open' && count.good + count.bad < plan.size) {
          if (results.next().value) count.good += 1;
          else count.bad += 1;
          verdict = judge(plan, count);
        }
        const untested = plan.size - count.good - count.bad;
        if (verdict === 'accepted') expect(count.bad + untested).toBeLessThanOrEqual(plan.accept);
        else {
          expect(verdict).toBe('rejected');
          expect(count.bad).toBe(plan.accept + 1);
        }
      }),
    );
  });
});
