import { describe, expect, test } from 'vitest';
import { cancelOrder } from '../../../../core/orders/cancel-order.ts';
import { advance, hasExpired, isChunked, type OrderStatus, transitions } from '../../../../core/orders/order.ts';
import { addSeconds } from '../../../../core/shared/instant.ts';
import { accepted, noon, placed, present } from '../../../support/sample-orders.ts';

const statuses = Object.keys(transitions) as OrderStatus[];
const pairs = statuses.flatMap((from) => statuses.map((to) => [from, to] as const));

describe('the life of an order', () => {
  test.each(pairs.filter(([from, to]) => transitions[from].includes(to)))('%s leads to %s', (from, to) => {
    expect(advance({ ...placed(), status: from, seq: 7 }, { status: to })).toMatchObject({ status: to, seq: 8 });
  });

  test.each(pairs.filter(([from, to]) => !transitions[from].includes(to)))('%s never leads to %s', (from, to) => {
    expect(() => advance({ ...placed(), status: from }, { status: to })).toThrow(`from ${from} to ${to}`);
  });

  test('what was cancelled or released stays so, and nothing comes back to placed', () => {
    expect(transitions.cancelled).toEqual([]);
    expect(transitions.released).toEqual([]);
    expect(statuses.filter((from) => transitions[from].includes('placed'))).toEqual([]);
  });

  test('only an unpaid order expires, at its moment and not before', () => {
    const order = placed();
    expect(hasExpired(order, addSeconds(order.expiresAt, -0.001))).toBe(false);
    expect(hasExpired(order, order.expiresAt)).toBe(true);
    expect(hasExpired({ ...order, status: 'captured' }, order.expiresAt)).toBe(false);
  });

  test('what fits into one transaction is not chunked', () => {
    expect(isChunked(placed({ quantity: 32 }))).toBe(false);
    expect(isChunked(placed({ quantity: 33 }))).toBe(true);
  });
});

describe('cancelling', () => {
  test('an unpaid order is cancelled and moves no money', () => {
    const change = present(accepted(cancelOrder(placed(), noon)));
    expect(change.to).toMatchObject({ status: 'cancelled', cancelledAt: noon });
    expect(change).toMatchObject({ entries: [], take: [] });
    expect(change.wallet).toBeUndefined();
  });

  test('cancelling again changes nothing', () => {
    expect(accepted(cancelOrder({ ...placed(), status: 'cancelled' }, noon))).toBeUndefined();
  });

  test.each(['captured', 'delivered', 'released', 'refunded'] as const)('an order that is %s is refused', (status) => {
    expect(cancelOrder({ ...placed(), status }, noon)).toMatchObject({ refusal: { code: 'order-state-unfit' } });
  });

  test('an expired order is refused as expired', () => {
    expect(cancelOrder(placed(), placed().expiresAt)).toMatchObject({ refusal: { code: 'order-expired' } });
  });
});
