import { deriveId } from '../../adapters/ids.ts';
import type { channelPaymentRoutes } from '../../contract/api/payments.ts';
import { hasExpired, type Order } from '../../core/orders/order.ts';
import type { Instant } from '../../core/shared/instant.ts';
import { accept, type Result, refuse } from '../../core/shared/result.ts';
import type { Handlers } from '../http/api.ts';
import { sellingClosed } from '../http/selling-closed.ts';
import { visibleTo } from '../orders/order-view.ts';
import type { Spine } from '../spine.ts';
import { beginTrade, checkChoice, hasTime, type OpenTradeDeps, replayTrade } from './open-trade.ts';

/** Payments that may be begun for one order: enough to change the channel a few times. */
const maxPaymentsPerOrder = 10;

type Deps = OpenTradeDeps & Pick<Spine, 'orders' | 'offers' | 'selling'>;

/** Opens a trade for an order at a channel. Nothing is charged here, and no stock is held. */
export const startPayment =
  (deps: Deps): Handlers<typeof channelPaymentRoutes>['startPayment'] =>
  async ({ caller, idempotencyKey, params, body }) => {
    if (deps.selling === 'closed') return sellingClosed();
    const choice = checkChoice(body);
    if (!choice.ok) return choice;
    const found = visibleTo(await deps.orders.get(params.orderId), caller);
    if (!found.ok) return found;
    const order = found.value;
    const paymentId = deriveId('pay', caller.accountId, 'startPayment', idempotencyKey);
    const request = [params, body];
    const standing = await deps.payments.get(paymentId);
    if (standing) return replayTrade(deps, request, body, standing);
    const payable = await checkPayable(deps, order, deps.now());
    if (!payable.ok) return payable;
    const draft = {
      paymentId,
      purpose: 'order',
      orderId: order.orderId,
      buyerId: order.buyerId,
      amountMinor: order.amountMinor,
      subject: `订单 ${order.orderId}`,
      expiresAt: order.expiresAt,
    } as const;
    return beginTrade(deps, draft, request, body);
  };

/** Refuses in this order: `order-state-unfit`, `order-expired`, `out-of-stock`, `payment-limit-reached`. */
const checkPayable = async (deps: Deps, order: Order, now: Instant): Promise<Result<undefined>> => {
  if (order.status !== 'placed')
    return refuse('order-state-unfit', `Only an unpaid order can be paid; this one is ${order.status}.`);
  if (hasExpired(order, now) || !hasTime(order.expiresAt, now))
    return refuse('order-expired', `This order runs out at ${order.expiresAt}, too soon to pay it; place it again.`);
  const wanted = order.allowPartial ? 1 : order.quantity;
  if (
    order.whenOutOfStock === 'refuse' &&
    (await deps.offers.countUpTo(order.productId, wanted, 'public', now)) < wanted
  )
    return refuse('out-of-stock', `Fewer than ${order.quantity} are in stock. Nothing was charged.`, 'quantity');
  const { payments } = await deps.payments.paidFor(order.orderId, maxPaymentsPerOrder, undefined);
  return payments.length < maxPaymentsPerOrder
    ? accept(undefined)
    : refuse('payment-limit-reached', `${maxPaymentsPerOrder} payments were begun for this order; pay one of them.`);
};
