import fc from 'fast-check';
import { expect, test } from 'vitest';
import { addSeconds, dayOf, earlier, isPast, secondsBetween } from '../../../../core/shared/instant.ts';

const moments = fc
  .date({ min: new Date('2000-01-01'), max: new Date('2100-01-01'), noInvalidDate: true })
  .map((date) => date.toISOString());

test('moments compare as strings the way they compare as times', () => {
  fc.assert(
    fc.property(moments, moments, (a, b) => {
      expect(a < b).toBe(Date.parse(a) < Date.parse(b));
      expect(isPast(a, b)).toBe(Date.parse(a) <= Date.parse(b));
      expect(earlier(a, b)).toBe(Date.parse(a) < Date.parse(b) ? a : b);
    }),
  );
});

test('seconds that were added lie between', () => {
  fc.assert(
    fc.property(moments, fc.integer({ min: 0, max: 10_000_000 }), (moment, seconds) => {
      expect(secondsBetween(moment, addSeconds(moment, seconds))).toBe(seconds);
    }),
  );
});

test('the day of a moment is its day in UTC', () => {
  expect(dayOf('2026-11-22T23:59:59.999Z')).toBe('2026-11-22');
  expect(dayOf(addSeconds('2026-11-22T23:59:59.999Z', 0.001))).toBe('2026-11-23');
});
