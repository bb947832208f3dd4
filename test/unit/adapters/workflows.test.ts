import { expect, it } from 'vitest';
import { wakeAt } from '../../../adapters/workflows.ts';

it.each([
  ['2026-11-22T02:30:00.001Z', '2026-11-22T02:30:01.000Z'],
  ['2026-11-22T02:30:00.999Z', '2026-11-22T02:30:01.000Z'],
  ['2026-11-22T02:30:00.000Z', '2026-11-22T02:30:00.000Z'],
  ['2026-12-31T23:59:59.500Z', '2027-01-01T00:00:00.000Z'],
])('a workflow for what is due at %s wakes at %s, not before', (dueAt, wakesAt) => {
  expect(wakeAt(dueAt)).toBe(wakesAt);
});
