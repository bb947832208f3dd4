/** What every payment channel does, whoever plays it. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  ChannelUnavailable,
  type PaymentChannel,
  type RefundToSend,
  type TradeToOpen,
} from '../../../adapters/channels/payment-channel.ts';
import type { PaymentScene } from '../../../core/payments/channel.ts';

/** One channel with those on its other side: the buyer, and whoever makes it fail. */
export type ChannelUnderTest = {
  readonly channel: PaymentChannel;
  readonly pay: (paymentId: string, options?: { deltaMinor?: number; evenIfClosed?: boolean }) => void;
  /** The buyer looks at the trade without paying. */
  readonly see: (paymentId: string) => void;
  /** The next refund meets this, once. */
  readonly nextRefund: (fault: 'processing' | 'balance-short' | 'refused') => void;
  /** From now on every call fails, before or after it did what was asked; or none does. */
  readonly fail: (how: 'unavailable' | 'answer-lost' | 'no more') => void;
  /** Refunds that are under way come to their end. */
  readonly endRefunds: () => Promise<void>;
  readonly stop: () => Promise<void>;
};

const soon = (seconds: number): string => new Date(Date.now() + seconds * 1_000).toISOString();

export const describePaymentChannel = (
  name: string,
  scene: PaymentScene,
  start: () => Promise<ChannelUnderTest>,
): void => {
  describe(`a payment channel: ${name}`, () => {
    let under: ChannelUnderTest;
    let channel: PaymentChannel;
    let paymentId: string;
    const trade = (changed: Partial<TradeToOpen> = {}): TradeToOpen => ({
      paymentId,
      amountMinor: 1_990,
      subject: 'Starlight 100 点 🎮',
      expiresAt: soon(900),
      scene,
      ...changed,
    });
    const refund = (changed: Partial<RefundToSend> = {}): RefundToSend => ({
      refundId: `${paymentId}_1`,
      paymentId,
      amountMinor: 990,
      paidMinor: 1_990,
      reason: '未到账，自动退款',
      ...changed,
    });
    const openAndPay = async (options?: { deltaMinor?: number }): Promise<void> => {
      await channel.open(trade());
      under.pay(paymentId, options);
    };

    beforeAll(async () => {
      under = await start();
      channel = under.channel;
    });
    afterAll(() => under.stop());
    beforeEach(() => {
      under.fail('no more');
      paymentId = `pay_${randomUUID().replaceAll('-', '').slice(0, 26)}`;
    });

    it('opens a trade, and opening it again is the same trade', async () => {
      const expiresAt = soon(900);
      const first = await channel.open(trade({ expiresAt }));
      expect(first.kind).toBe('qr');
      expect(await channel.open(trade({ expiresAt }))).toEqual(first);
      under.see(paymentId);
      expect(await channel.query(paymentId)).toEqual({ state: 'open' });
    });

    it('opens no other trade under a number that was used', async () => {
      await channel.open(trade());
      await expect(channel.open(trade({ amountMinor: 1 }))).rejects.toMatchObject({ reason: 'refused' });
    });

    it('opens no trade that is paid or closed', async () => {
      await openAndPay();
      await expect(channel.open(trade())).rejects.toMatchObject({ name: 'TradeNotOpenable', reason: 'paid' });
      paymentId += '2';
      await channel.open(trade());
      under.see(paymentId);
      await channel.close(paymentId);
      await expect(channel.open(trade())).rejects.toMatchObject({ name: 'TradeNotOpenable', reason: 'closed' });
    });

    it('knows nothing of a trade that nobody opened', async () => {
      expect(await channel.query(paymentId)).toEqual({ state: 'unknown' });
      expect(await channel.close(paymentId)).toBe('closed');
      expect(await channel.queryRefund(refund())).toEqual({ outcome: 'unknown' });
    });

    it.each([0, -1, 1])('says what was paid, %i fen beside what was asked', async (deltaMinor) => {
      await openAndPay({ deltaMinor });
      const found = await channel.query(paymentId);
      expect(found).toMatchObject({ state: 'paid', paymentId, paidMinor: 1_990 + deltaMinor });
      if (found.state !== 'paid') throw new Error('not paid');
      expect(found.tradeNo).not.toBe('');
      expect(Math.abs(Date.parse(found.paidAt) - Date.now())).toBeLessThan(60_000);
    });

    it('closes an unpaid trade for ever, and says when the buyer was faster', async () => {
      await channel.open(trade());
      under.see(paymentId);
      expect(await channel.close(paymentId)).toBe('closed');
      expect(await channel.close(paymentId)).toBe('closed');
      under.pay(paymentId);
      expect(await channel.query(paymentId)).toEqual({ state: 'closed' });
      paymentId += '2';
      await openAndPay();
      expect(await channel.close(paymentId)).toBe('paid');
    });

    it('takes no money after the trade ran out, but may have taken it in a race', async () => {
      await channel.open(trade({ expiresAt: soon(1) }));
      under.see(paymentId);
      await new Promise((resolve) => setTimeout(resolve, 1_050));
      under.pay(paymentId);
      expect(await channel.query(paymentId)).toEqual({ state: 'closed' });
      under.pay(paymentId, { evenIfClosed: true });
      expect(await channel.query(paymentId)).toMatchObject({ state: 'paid' });
    });

    it('refunds in parts, each number once, and never more than was paid', async () => {
      await openAndPay();
      await channel.refund(refund());
      await channel.refund(refund());
      await under.endRefunds();
      expect(await channel.queryRefund(refund())).toMatchObject({ outcome: 'confirmed' });
      const rest = refund({ refundId: `${paymentId}_2`, amountMinor: 1_001 });
      expect(await channel.refund(rest)).toMatchObject({ outcome: 'refused' });
      await channel.refund({ ...rest, amountMinor: 1_000 });
      await under.endRefunds();
      expect(await channel.queryRefund(rest)).toMatchObject({ outcome: 'confirmed' });
    });

    it('says that a refund was confirmed however often it is sent', async () => {
      await openAndPay();
      await channel.refund(refund());
      await under.endRefunds();
      const again = await channel.refund(refund());
      expect(again).toMatchObject({ outcome: 'confirmed' });
      if (again.outcome === 'confirmed')
        expect(Math.abs(Date.parse(again.confirmedAt) - Date.now())).toBeLessThan(60_000);
    });

    it('makes no refund of another amount under a number that was used', async () => {
      await openAndPay();
      await channel.refund(refund());
      expect(await channel.refund(refund({ amountMinor: 1 }))).toMatchObject({ outcome: 'refused' });
    });

    it('refunds nothing of what was not paid', async () => {
      expect(await channel.refund(refund())).toMatchObject({ outcome: 'refused' });
      await channel.open(trade());
      under.see(paymentId);
      expect(await channel.refund(refund())).toMatchObject({ outcome: 'refused' });
      expect(await channel.queryRefund(refund())).toEqual({ outcome: 'unknown' });
    });

    it('confirms later what it accepted', async () => {
      await openAndPay();
      under.nextRefund('processing');
      expect(await channel.refund(refund())).toEqual({ outcome: 'processing' });
      await under.endRefunds();
      expect(await channel.queryRefund(refund())).toMatchObject({ outcome: 'confirmed' });
    });

    it('makes a refund that its balance did not cover when it is sent again', async () => {
      await openAndPay();
      under.nextRefund('balance-short');
      expect(await channel.refund(refund())).toMatchObject({ outcome: 'balance-short' });
      expect(await channel.queryRefund(refund())).toEqual({ outcome: 'unknown' });
      await channel.refund(refund());
      await under.endRefunds();
      expect(await channel.queryRefund(refund())).toMatchObject({ outcome: 'confirmed' });
    });

    it('says why it will never make a refund', async () => {
      await openAndPay();
      under.nextRefund('refused');
      expect(await channel.refund(refund())).toMatchObject({ outcome: 'refused', detail: expect.stringMatching(/\w/) });
    });

    it('throws ChannelUnavailable while it is down, and nothing was done', async () => {
      await openAndPay();
      under.fail('unavailable');
      await expect(channel.query(paymentId)).rejects.toThrow(ChannelUnavailable);
      await expect(channel.close(paymentId)).rejects.toThrow(ChannelUnavailable);
      await expect(channel.refund(refund())).rejects.toThrow(ChannelUnavailable);
      await expect(channel.queryRefund(refund())).rejects.toThrow(ChannelUnavailable);
      await expect(channel.open(trade({ paymentId: `${paymentId}2` }))).rejects.toThrow(ChannelUnavailable);
      under.fail('no more');
      expect(await channel.queryRefund(refund())).toEqual({ outcome: 'unknown' });
    });

    it('did what it could not say: asked again it says so', async () => {
      await openAndPay();
      under.fail('answer-lost');
      await expect(channel.refund(refund())).rejects.toThrow(ChannelUnavailable);
      under.fail('no more');
      await under.endRefunds();
      expect(await channel.refund(refund())).toMatchObject({ outcome: 'confirmed' });
      expect(await channel.refund(refund({ refundId: `${paymentId}_2`, amountMinor: 1_001 }))).toMatchObject({
        outcome: 'refused',
      });
    });
  });
};
