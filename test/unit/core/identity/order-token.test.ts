import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addToTokenRing, isLive, maxLiveOrderTokens } from '../../../../core/identity/order-token.ts';
import { addSeconds } from '../../../../core/shared/instant.ts';

const now = '2026-11-22T00:00:00.000Z';

describe('an order token', () => {
  it.each([
    ['before it expires', { expiresAt: addSeconds(now, 1) }, true],
    ['at the moment it expires', { expiresAt: now }, false],
    ['once it is revoked', { expiresAt: addSeconds(now, 60), revokedAt: now }, false],
  ])('%s is live: %o', (_, token, live) => {
    expect(isLive(token, now)).toBe(live);
  });
});

describe('the tokens of an order', () => {
  it('never hold more live ones than the limit, whatever was issued and ended before', () => {
    const lives = fc.array(fc.record({ wait: fc.nat(400), seconds: fc.integer({ min: 1, max: 1_000 }) }), {
      maxLength: 60,
    });
    fc.assert(
      fc.property(lives, (issues) => {
        let ring: Readonly<Record<string, string>> = {};
        let time = now;
        const live = () => Object.values(ring).filter((ends) => ends > time).length;
        for (const [index, { wait, seconds }] of issues.entries()) {
          time = addSeconds(time, wait);
          const before = live();
          const added = addToTokenRing(ring, `otk_${index}`, addSeconds(time, seconds), time);
          expect(added.ok).toBe(before < maxLiveOrderTokens);
          if (added.ok) ring = added.value;
          expect(live()).toBe(added.ok ? before + 1 : before);
        }
      }),
    );
  });
});
