import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { addSeconds, secondsBetween } from '../../../../core/shared/instant.ts';
import {
  type Attempt,
  type AttemptResult,
  afterAttempt,
  askAgain,
  attemptLeaseSeconds,
  beginAttempt,
  type Delivery,
  endpointAfter,
  isDue,
  retryDelaysSeconds,
} from '../../../../core/webhooks/delivery.ts';
import type { WebhookEndpoint } from '../../../../core/webhooks/endpoint.ts';

const start = '2026-11-22T00:00:00.000Z';
const fresh: Delivery = {
  endpointId: 'whe_a',
  accountId: 'acc_a',
  eventId: 'evt_a',
  type: 'order.captured',
  recordedAt: start,
  status: 'pending',
  tries: 0,
  attempts: [],
  dueAt: start,
};
const attemptAt = (at: string, result: AttemptResult, status?: number): Attempt => ({
  at,
  result,
  ...(status !== undefined && { status }),
  durationMs: 5,
});

/** Attempts whenever one is due and fails each time; says when the attempts were. */
const failAlways = (random: number, from = fresh): { delivery: Delivery; at: string[] } => {
  const at: string[] = [];
  let delivery = from;
  while (delivery.dueAt !== undefined) {
    const now = delivery.dueAt;
    at.push(now);
    delivery = afterAttempt(beginAttempt(delivery, now), attemptAt(now, 'refused', 500), now, random);
  }
  return { delivery, at };
};

describe('a delivery', () => {
  test('is attempted ten times in about a day, later each time, and then fails for good', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (random) => {
        const { delivery, at } = failAlways(random);
        expect(delivery).toMatchObject({ status: 'failed', tries: 10 });
        expect(at).toHaveLength(retryDelaysSeconds.length + 1);
        const waits = at.slice(1).map((moment, index) => secondsBetween(at[index] ?? '', moment));
        waits.forEach((wait, index) => {
          expect(wait).toBeGreaterThanOrEqual(retryDelaysSeconds[index] ?? 0);
          expect(wait).toBeLessThanOrEqual(Math.ceil((retryDelaysSeconds[index] ?? 0) * 1.1));
        });
        expect(secondsBetween(start, at.at(-1) ?? '')).toBeGreaterThan(23 * 3_600);
        expect(secondsBetween(start, at.at(-1) ?? '')).toBeLessThan(26 * 3_600);
      }),
    );
  });

  test('that is accepted is due no more', () => {
    const delivery = afterAttempt(beginAttempt(fresh, start), attemptAt(start, 'accepted', 204), start, 0);
    expect(delivery).toMatchObject({ status: 'delivered', tries: 1 });
    expect(isDue(delivery, addSeconds(start, 1e6))).toBe(false);
  });

  test('whose attempt dies is due again after the lease, with one attempt less', () => {
    const begun = beginAttempt(fresh, start);
    expect(isDue(begun, addSeconds(start, attemptLeaseSeconds - 1))).toBe(false);
    expect(isDue(begun, addSeconds(start, attemptLeaseSeconds))).toBe(true);
    expect(begun.tries).toBe(1);
  });

  test('that is asked for again has all its attempts before it and keeps the latest twenty', () => {
    const first = failAlways(0).delivery;
    const second = failAlways(0, askAgain(first, start)).delivery;
    expect(second).toMatchObject({ status: 'failed', tries: 10 });
    expect(second.attempts).toHaveLength(20);
    expect(failAlways(0, askAgain(second, start)).delivery.attempts).toHaveLength(20);
  });
});

describe('an endpoint', () => {
  const well: WebhookEndpoint = {
    endpointId: 'whe_a',
    accountId: 'acc_a',
    url: 'https://shop.example.com/',
    events: ['*'],
    createdAt: start,
    revision: 7,
    requestHash: '',
    secret: { sealed: new Uint8Array() },
  };
  const failing = { ...well, failingSince: start };
  const threeDays = addSeconds(start, 3 * 86_400);

  test.each<[string, WebhookEndpoint, Attempt, string, Partial<WebhookEndpoint> | undefined]>([
    ['that is well and accepts stays as it is', well, attemptAt(start, 'accepted', 200), start, undefined],
    ['that fails is known to fail', well, attemptAt(start, 'timed-out'), start, { failingSince: start }],
    [
      'that goes on failing is given time',
      failing,
      attemptAt(start, 'refused', 500),
      addSeconds(threeDays, -1),
      undefined,
    ],
    [
      'that fails for three days is disabled',
      failing,
      attemptAt(threeDays, 'unreachable'),
      threeDays,
      { disabled: { at: threeDays, reason: 'failing' } },
    ],
    [
      'that accepts again is well',
      failing,
      attemptAt(threeDays, 'accepted', 204),
      threeDays,
      { failingSince: undefined },
    ],
    [
      'that says it is gone is disabled at once',
      well,
      attemptAt(start, 'refused', 410),
      start,
      { disabled: { at: start, reason: 'gone' } },
    ],
  ])('%s', (_, before, attempt, now, changes) => {
    const after = endpointAfter(before, attempt, now);
    if (changes === undefined) expect(after).toBeUndefined();
    else expect(after).toEqual({ ...before, ...changes, revision: 8 });
  });
});
