import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { refundEscrow } from '../../../../core/escrow/refund-escrow.ts';
import { accounts } from '../../../../core/ledger/entry.ts';
import type { Order } from '../../../../core/orders/order.ts';
import { captureFromWallet } from '../../../../core/payments/capture-order.ts';
import { openPayment, type Payment } from '../../../../core/payments/payment.ts';
import { type ReceivedMoney, receivePayment } from '../../../../core/payments/receive-payment.ts';
import { addSeconds } from '../../../../core/shared/instant.ts';
import { accepted, noon, placed, policy, present, supply } from '../../../support/sample-orders.ts';

const paymentFor = (order: Order): Payment =>
  openPayment(
    {
      paymentId: 'pay_a',
      requestHash: 'hash',
      purpose: 'order',
      orderId: order.orderId,
      buyerId: order.buyerId,
      channel: 'alipay',
      scene: 'qr',
      amountMinor: order.amountMinor,
      subject: 'an order',
      expiresAt: order.expiresAt,
    },
    noon,
  );
const topUp: Payment = {
  ...paymentFor(placed()),
  purpose: 'top-up',
  orderId: undefined,
  amountMinor: 5_000,
};

const soon = addSeconds(noon, 60);
const money = (changes: Partial<ReceivedMoney> = {}): ReceivedMoney => ({
  tradeNo: '2026112222001',
  paidMinor: 9_900,
  paidAt: addSeconds(noon, 30),
  ...changes,
});

const receive = (
  order: Order | undefined,
  {
    payment = order ? paymentFor(order) : topUp,
    paid = money(),
    stock = supply(5),
    isOverLimit = false,
    now = soon,
  }: {
    payment?: Payment;
    paid?: ReceivedMoney;
    stock?: ReturnType<typeof supply>;
    isOverLimit?: boolean;
    now?: string;
  } = {},
) => receivePayment({ payment, money: paid, order, policy, supply: stock, isOverLimit, now });

const orderChange = (...of: Parameters<typeof receive>) => {
  const decision = receive(...of);
  if (decision.kind !== 'order') throw new Error(`The order did not move on: ${decision.kind}`);
  return decision.change;
};
const paymentChange = (...of: Parameters<typeof receive>) => {
  const decision = receive(...of);
  if (decision.kind !== 'payment') throw new Error(`Not the payment alone moved on: ${decision.kind}`);
  return decision.change;
};

describe('money from a channel', () => {
  test('captures its order and claims the keys with it', () => {
    const change = orderChange(placed({ quantity: 1 }));
    expect(change.to).toMatchObject({
      status: 'delivered',
      seq: 2,
      capturedAt: soon,
      paidAt: addSeconds(noon, 30),
      payment: { paymentId: 'pay_a', channel: 'alipay', paidMinor: 9_900 },
      promiseAt: addSeconds(noon, 30 + 1_800),
    });
    expect(change.payment?.to).toMatchObject({ status: 'received', outcome: 'captured', dueAt: undefined });
    expect(change.wallet).toBeUndefined();
    expect(change.entries.map(({ legs }) => legs)).toEqual([
      [
        { account: 'channel:alipay', amountMinor: -9_900 },
        { account: 'escrow:ord_a', amountMinor: 9_900 },
      ],
    ]);
  });

  test('captures an order whose stock is gone: it waits, and its shortage is settled as it asked', () => {
    const change = orderChange(placed(), { stock: supply(0) });
    expect(change).toMatchObject({ waiting: 'join', take: [], to: { status: 'captured' } });
  });

  test('captures a large order, which takes its keys in chunks', () => {
    const order = placed({ quantity: 40 });
    const change = orderChange(order, { paid: money({ paidMinor: 40 * 9_900 }), stock: { offers: [], count: 40 } });
    expect(change).toMatchObject({ waiting: 'join', to: { status: 'captured', boundQuantity: 0 } });
  });

  test('a repeated notification changes nothing', () => {
    const received = present(orderChange(placed()).payment).to;
    expect(receive(placed(), { payment: received })).toEqual({ kind: 'known' });
  });

  test('paid in time and told after the order ran out, it captures all the same', () => {
    const order = placed();
    const paidAt = addSeconds(order.expiresAt, -1);
    const change = orderChange(order, { paid: money({ paidAt }), now: addSeconds(order.expiresAt, 600) });
    expect(change.to).toMatchObject({ status: 'delivered', paidAt });
  });

  test.each([
    ['paid after the order ran out', { paidAt: addSeconds(noon, 901) }, addSeconds(noon, 902)],
    ['told after the promise, counted from the payment, ran out', {}, addSeconds(noon, 30 + 1_800)],
  ])('%s, it goes back unless the order asked to be delivered late', (_, paid, now) => {
    const late = paymentChange(placed(), { paid: money(paid), now });
    expect(late.to.outcome).toBe('late');
    expect(late.refunds).toMatchObject([{ reason: 'late', amountMinor: 9_900, status: 'committed', dueAt: now }]);

    const wanted = placed({ whenPaidLate: 'deliver' });
    const change = orderChange(wanted, { paid: money(paid), now });
    expect(change.to).toMatchObject({ status: 'delivered', promiseAt: addSeconds(now, 1_800) });
    expect(paymentChange(wanted, { paid: money(paid), now, stock: supply(0) }).to.outcome).toBe('late');
  });

  test('for a cancelled order it goes back', () => {
    const cancelled = { ...placed({ whenPaidLate: 'deliver' }), status: 'cancelled' as const };
    expect(paymentChange(cancelled).to.outcome).toBe('late');
  });

  test('for an order that was paid before, in whatever way, the second payment goes back', () => {
    const byWallet = present(accepted(captureFromWallet(placed(), policy, supply(1), noon))).to;
    const change = paymentChange(byWallet);
    expect(change.to.outcome).toBe('duplicate');
    expect(change.refunds).toMatchObject([{ refundId: 'rfd_a_0', reason: 'duplicate', amountMinor: 9_900 }]);
  });

  test('too little goes through suspense and back', () => {
    const change = paymentChange(placed(), { paid: money({ paidMinor: 9_899 }) });
    expect(change.to).toMatchObject({ outcome: 'short', paidMinor: 9_899 });
    expect(change.entries).toMatchObject([
      { entryId: 'payment/pay_a/receipt', legs: [{ account: 'channel:alipay' }, { account: 'suspense:pay_a' }] },
      { entryId: 'payment/pay_a/return', legs: [{ account: 'suspense:pay_a' }, { account: 'refunds:pay_a' }] },
    ]);
  });

  test('of too much, what was asked captures the order and the excess goes back', () => {
    const change = orderChange(placed(), { paid: money({ paidMinor: 10_000 }) });
    expect(change.to).toMatchObject({ status: 'delivered', payment: { paidMinor: 10_000 } });
    expect(change.payment?.to.outcome).toBe('over');
    expect(change.refunds).toMatchObject([{ reason: 'over', amountMinor: 100, paidMinor: 10_000 }]);
  });

  test('that would lift the buyer over a limit goes back', () => {
    expect(paymentChange(placed(), { isOverLimit: true }).to.outcome).toBe('limit-reached');
    expect(paymentChange(undefined, { paid: money({ paidMinor: 5_000 }), isOverLimit: true })).toMatchObject({
      to: { outcome: 'limit-reached' },
      refunds: [{ amountMinor: 5_000 }],
    });
  });

  test('of a top-up raises the wallet', () => {
    const change = paymentChange(undefined, { paid: money({ paidMinor: 5_000 }) });
    expect(change).toMatchObject({
      to: { outcome: 'credited' },
      wallet: { deltaMinor: 5_000, atMostMinor: 1_000_000_000 },
      entries: [{ entryId: 'top-up/pay_a', kind: 'top-up', statementAccount: 'wallet:acc_buyer' }],
      refunds: [],
    });
  });

  test('refunded by its order goes back through the channel, not to the wallet', () => {
    const captured = orderChange(placed(), { stock: supply(0) }).to;
    const change = refundEscrow(captured, soon);
    expect(change.wallet).toBeUndefined();
    expect(change.refunds).toMatchObject([
      { refundId: 'rfd_a_1', reason: 'order', channel: 'alipay', amountMinor: 9_900, paidMinor: 9_900 },
    ]);
    expect(change.entries[0]?.legs.map(({ account }) => account)).toEqual(['escrow:ord_a', 'refunds:pay_a']);
  });

  test('whatever arrives whenever, every fen is assigned or on its way back, once', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 30_000 }),
        fc.integer({ min: -3_600, max: 7_200 }),
        fc.integer({ min: 0, max: 7_200 }),
        fc.constantFrom('placed', 'cancelled', 'paid', 'top-up'),
        fc.boolean(),
        fc.constantFrom('refund', 'deliver'),
        fc.boolean(),
        (paidMinor, paidAfter, after, kind, inStock, whenPaidLate, isOverLimit) => {
          const order = placed({ whenPaidLate });
          const byKind: Record<string, Order | undefined> = {
            placed: order,
            cancelled: { ...order, status: 'cancelled' },
            paid: present(accepted(captureFromWallet(order, policy, supply(1), noon))).to,
          };
          const decision = receive(byKind[kind], {
            paid: money({ paidMinor, paidAt: addSeconds(noon, paidAfter) }),
            stock: supply(inStock ? 1 : 0),
            isOverLimit,
            now: addSeconds(noon, after),
          });
          if (decision.kind === 'known') throw new Error('It was not received before');
          const { entries, refunds = [] } = decision.change;
          const on = (account: string) =>
            entries
              .flatMap(({ legs }) => legs)
              .reduce((sum, leg) => sum + (leg.account === account ? leg.amountMinor : 0), 0);
          expect(on(accounts.channel('alipay'))).toBe(-paidMinor);
          expect(on(accounts.suspense('pay_a'))).toBe(0);
          const back = refunds.reduce((sum, { amountMinor }) => sum + amountMinor, 0);
          expect(on(accounts.refunds('pay_a'))).toBe(back);
          expect(on('escrow:ord_a') + on('wallet:acc_buyer') + back).toBe(paidMinor);
        },
      ),
      { numRuns: 500 },
    );
  });
});
