import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { chinaTimeOf, fenOf, instantOfChinaTime, yuanOf } from '../../../../core/payments/channel-forms.ts';
import { maxAmountMinor } from '../../../../core/shared/money.ts';

test('every amount that we may hold comes back from yuan as it went', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: maxAmountMinor }), (amountMinor) => {
      expect(yuanOf(amountMinor)).toMatch(/^\d+\.\d\d$/);
      expect(fenOf(yuanOf(amountMinor))).toBe(amountMinor);
    }),
  );
});

describe('yuan', () => {
  it.each([
    [1, '0.01'],
    [10, '0.10'],
    [1_990, '19.90'],
    [maxAmountMinor, '10000000.00'],
  ])('writes %i fen as %s', (amountMinor, yuan) => expect(yuanOf(amountMinor)).toBe(yuan));

  it.each([
    ['9', 900],
    ['9.9', 990],
    ['009.90', 990],
  ])('reads %s', (yuan, amountMinor) => expect(fenOf(yuan)).toBe(amountMinor));

  it.each(['', '-1.00', '1.001', '1e3', ' 1.00', '1,000.00', '.5', '1.', '10000000.01', '99999999999.00', '１.00'])(
    'knows no amount in "%s"',
    (yuan) => expect(fenOf(yuan)).toBeUndefined(),
  );

  it.each([-1, 0.5, Number.NaN])('refuses to write %d', (amountMinor) => expect(() => yuanOf(amountMinor)).toThrow());
});

describe('the time of China', () => {
  it('is eight hours before UTC, over the end of a year too', () => {
    expect(chinaTimeOf('2026-12-31T16:00:00.999Z')).toBe('2027-01-01 00:00:00');
    expect(instantOfChinaTime('2027-01-01 00:00:00')).toBe('2026-12-31T16:00:00.000Z');
    expect(instantOfChinaTime('2027-01-01 00:00:00.319')).toBe('2026-12-31T16:00:00.319Z');
  });

  it.each(['', '2026-11-22', '2026-11-22T10:00:00', '2026-13-01 00:00:00', '2026-11-22 10:00:00+08:00', 'now'])(
    'is not read from "%s"',
    (text) => expect(instantOfChinaTime(text)).toBeUndefined(),
  );

  test('every whole second comes back as it went', () => {
    const seconds = fc.integer({ min: Date.UTC(2000, 0) / 1000, max: Date.UTC(2100, 0) / 1000 });
    fc.assert(
      fc.property(seconds, (second) => {
        const instant = new Date(second * 1000).toISOString();
        expect(instantOfChinaTime(chinaTimeOf(instant))).toBe(instant);
      }),
    );
  });
});
