import { Cron } from 'croner';
import { expect, test } from 'vitest';
import { cronPatternOf } from '../../../local/schedules.ts';

const from = new Date('2026-11-22T00:00:00Z');

test.each([
  ['cron(0 20 * * ? *)', '2026-11-22T20:00:00.000Z'],
  ['cron(15 10 ? * 2 *)', '2026-11-23T10:15:00.000Z'],
  ['cron(15 10 ? * MON-FRI *)', '2026-11-23T10:15:00.000Z'],
  ['cron(0 0 1 * ? *)', '2026-12-01T00:00:00.000Z'],
  ['cron(0/30 * * * ? *)', '2026-11-22T00:30:00.000Z'],
  ['cron(0 9 ? * 3#1 *)', '2026-12-01T09:00:00.000Z'],
  ['cron(0 0 L * ? 2027)', '2027-01-31T00:00:00.000Z'],
])('%s next fires at %s', (expression, expected) => {
  const next = new Cron(cronPatternOf(expression), { timezone: 'UTC', paused: true }).nextRun(from);
  expect(next?.toISOString()).toBe(expected);
});

test('an expression that is no schedule is refused', () => {
  expect(() => cronPatternOf('every day')).toThrow(/neither rate/);
});
