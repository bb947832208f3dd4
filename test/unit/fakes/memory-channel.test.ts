import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ChannelUnavailable } from '../../../adapters/channels/payment-channel.ts';
import { MemoryChannel } from '../../fakes/memory-channel.ts';

/** A small generator of numbers in [0, 1) that a seed decides (mulberry32). */
const numbersFrom = (seed: number) => {
  let state = seed;
  return (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
};
const now = '2026-11-22T02:30:00.000Z';
const faults = { unavailable: 0.2, answerLost: 0.2, processing: 0.3, balanceShort: 0.2 };
const trade = (paymentId: string) => ({
  paymentId,
  amountMinor: 1_000,
  subject: 's',
  expiresAt: '2026-11-22T03:00:00.000Z',
  scene: 'qr' as const,
});

/** Opens, pays and refunds in parts, each call until it succeeds; tells every answer on the way. */
const live = async (seed: number, parts: readonly number[]) => {
  const channel = new MemoryChannel({ channel: 'alipay', now: () => now, random: numbersFrom(seed), faults });
  const told: unknown[] = [];
  const insist = async <Value>(call: () => Promise<Value>, isEnough: (value: Value) => boolean): Promise<void> => {
    for (let attempt = 1; attempt <= 200; attempt += 1) {
      const answer = await call().catch((error: unknown) => {
        if (!(error instanceof ChannelUnavailable)) throw error;
        return error.message;
      });
      told.push(answer);
      if (typeof answer !== 'string' && isEnough(answer)) return;
      channel.endRefunds();
    }
    throw new Error('no answer after 200 attempts');
  };
  await insist(
    () => channel.open(trade('pay_1')),
    () => true,
  );
  channel.pay('pay_1');
  for (const [index, amountMinor] of parts.entries()) {
    const refund = { refundId: `rfd_${index}`, paymentId: 'pay_1', amountMinor, paidMinor: 1_000, reason: 'r' };
    await insist(
      () => channel.refund(refund),
      ({ outcome }) => outcome === 'confirmed' || outcome === 'refused',
    );
  }
  return { told, refundedMinor: channel.refundedMinor('pay_1'), letters: channel.takeNotifications() };
};

const parts = fc.array(fc.integer({ min: 1, max: 600 }), { maxLength: 5 });

test('the same numbers give the same faults', async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer(), parts, async (seed, each) => {
      expect(await live(seed, each)).toEqual(await live(seed, each));
    }),
    { numRuns: 50 },
  );
});

test('whoever insists has each refund made once, never more than was paid, and is told of each', async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer(), parts, async (seed, each) => {
      const { refundedMinor, letters } = await live(seed, each);
      let left = 1_000;
      for (const amountMinor of each) if (amountMinor <= left) left -= amountMinor;
      expect(refundedMinor).toBe(1_000 - left);
      const refunds = letters.filter(({ kind }) => kind === 'refund');
      expect(new Set(refunds.map((letter) => letter.kind === 'refund' && letter.refundId)).size).toBe(refunds.length);
      expect(letters.filter(({ kind }) => kind === 'receipt')).toHaveLength(1);
    }),
    { numRuns: 100 },
  );
});
