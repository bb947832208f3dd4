import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { RatedSubject } from '../../../../adapters/tables/limits.ts';
import { rateWindowSeconds } from '../../../../contract/limits.ts';
import { type RateRequest, rateLimiter, requestsPerReport } from '../../../../functions/http/rate-limiter.ts';

const start = Date.parse('2026-11-22T00:00:00.000Z');
const subject: RatedSubject = { kind: 'key', id: 'key_a' };
const never = (): Promise<void> => new Promise(() => undefined);

/** Several instances, the counter they share, and a clock that tests push forward. */
const house = (instances: number, limit: number) => {
  let nowMs = start;
  let healthy = true;
  let writes = 0;
  const faults: unknown[] = [];
  const counts = new Map<string, number>();
  const counter = {
    add: async (of: RatedSubject, name: string, window: number, requests: number): Promise<number> => {
      await Promise.resolve();
      if (!healthy) throw new Error('The table is not there');
      writes += 1;
      const key = `${of.id} ${name} ${window}`;
      const sum = (counts.get(key) ?? 0) + requests;
      counts.set(key, sum);
      return sum;
    },
  };
  const limiters = Array.from({ length: instances }, () =>
    rateLimiter({ counter, nowMs: () => nowMs, sleep: never, onFault: (error) => faults.push(error) }),
  );
  return {
    faults,
    writes: () => writes,
    pass: (seconds: number) => {
      nowMs += seconds * 1000;
    },
    breakCounter: () => {
      healthy = false;
    },
    send: async (instance = 0, of: Partial<RateRequest> = {}) => {
      const limiter = limiters[instance];
      if (limiter === undefined) throw new Error(`There is no instance ${instance}`);
      return limiter({ subject, name: 'read', limit, ...of });
    },
  };
};

const admittedOf = (verdicts: readonly { readonly admitted: boolean }[]): number =>
  verdicts.filter(({ admitted }) => admitted).length;

describe('one instance', () => {
  test('admits exactly the limit, and again in the next window', async () => {
    const { send, pass } = house(1, 25);
    const sendMany = async () => {
      const verdicts = [];
      for (let request = 0; request < 40; request += 1) verdicts.push(await send());
      return verdicts;
    };
    expect(admittedOf(await sendMany())).toBe(25);
    pass(rateWindowSeconds - 1);
    expect(admittedOf(await sendMany())).toBe(0);
    pass(1);
    expect(admittedOf(await sendMany())).toBe(25);
  });

  test('writes nothing for a caller that sends fewer than ten requests a window', async () => {
    const { send, pass, writes } = house(1, 100);
    for (let window = 0; window < 5; window += 1) {
      for (let request = 1; request < requestsPerReport; request += 1) await send();
      pass(rateWindowSeconds);
    }
    expect(writes()).toBe(0);
  });

  test('counts callers and classes of routes apart', async () => {
    const { send } = house(1, 1);
    await send();
    expect((await send()).admitted).toBe(false);
    expect((await send(0, { name: 'write' })).admitted).toBe(true);
    expect((await send(0, { subject: { kind: 'key', id: 'key_b' } })).admitted).toBe(true);
    expect((await send(0, { subject: { kind: 'network', id: 'key_a' } })).admitted).toBe(true);
  });

  test('tells what is left, and when to come again', async () => {
    const { send, pass } = house(1, 2);
    pass(12.5);
    expect((await send()).headers).toEqual({
      'ratelimit-policy': '"read";q=2;w=60',
      ratelimit: '"read";r=1;t=48',
    });
    await send();
    expect((await send()).headers).toEqual({
      'ratelimit-policy': '"read";q=2;w=60',
      ratelimit: '"read";r=0;t=48',
      'retry-after': '48',
    });
  });

  test('goes on alone where the counter fails, and says so', async () => {
    const { send, breakCounter, faults } = house(1, 25);
    breakCounter();
    const verdicts = [];
    for (let request = 0; request < 40; request += 1) verdicts.push(await send());
    expect(admittedOf(verdicts)).toBe(25);
    expect(faults).toHaveLength(2);
  });

  test('does not wait for a counter that hangs', async () => {
    const faults: unknown[] = [];
    const limiter = rateLimiter({
      counter: { add: () => new Promise(() => undefined) },
      nowMs: () => start,
      sleep: async () => undefined,
      onFault: (error) => faults.push(error),
    });
    for (let request = 0; request < requestsPerReport; request += 1)
      expect((await limiter({ subject, name: 'read', limit: 100 })).admitted).toBe(true);
    expect(faults).toHaveLength(1);
  });
});

describe('several instances', () => {
  test('know of each other after ten requests', async () => {
    const { send } = house(2, 20);
    for (let request = 0; request < 20; request += 1) await send(0);
    let admitted = 0;
    for (let request = 0; request < 20; request += 1) admitted += admittedOf([await send(1)]);
    expect(admitted).toBe(requestsPerReport - 1);
  });

  test('admit at most the limit and nine each, however requests fall on them', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 6 }),
        fc.integer({ min: 1, max: 120 }),
        fc.array(fc.tuple(fc.nat(5), fc.integer({ min: 1, max: 30 })), { maxLength: 40 }),
        async (instances, limit, bursts) => {
          const { send } = house(instances, limit);
          const verdicts = [];
          for (const [instance, size] of bursts)
            verdicts.push(...(await Promise.all(Array.from({ length: size }, () => send(instance % instances)))));
          expect(admittedOf(verdicts)).toBeLessThanOrEqual(limit + instances * (requestsPerReport - 1));
        },
      ),
    );
  });

  test('never refuse what is below the limit', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 6 }),
        fc.array(fc.nat(5), { maxLength: 200 }),
        async (instances, targets) => {
          const { send } = house(instances, Math.max(1, targets.length));
          const verdicts = await Promise.all(targets.map((target) => send(target % instances)));
          expect(admittedOf(verdicts)).toBe(targets.length);
        },
      ),
    );
  });
});
