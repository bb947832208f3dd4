import type {
  ChannelMessage,
  DeliveryMessage,
  EventMessage,
  GuaranteeMessage,
  StockCountMessage,
} from '../../adapters/queues.ts';
import { isBatchItem, toBatch } from '../../adapters/tables/batches.ts';
import type { Item } from '../../adapters/tables/gateway.ts';
import { isOfferItem, productOfOffer } from '../../adapters/tables/offers.ts';
import { isOrderItem, toOrder } from '../../adapters/tables/orders.ts';
import { isRefundItem, toRefund } from '../../adapters/tables/payments.ts';
import type { Order } from '../../core/orders/order.ts';
import { type Instant, secondsBetween } from '../../core/shared/instant.ts';
import { eventsOfChange } from '../webhooks/events-of-change.ts';

/** One change of an item, as a table's stream tells it. */
export type ItemChange = { readonly before: Item | undefined; readonly after: Item | undefined; readonly at: Instant };

/** Who has to hear of a change. */
export type Announcement =
  | { readonly to: 'delivery'; readonly message: DeliveryMessage }
  | { readonly to: 'guarantee'; readonly message: GuaranteeMessage }
  | { readonly to: 'stockCount'; readonly message: StockCountMessage }
  | { readonly to: 'channel'; readonly message: ChannelMessage }
  | { readonly to: 'events'; readonly message: EventMessage };

/** What a change says about the promises, for the dashboard. */
export type Milestone = { readonly orderId: string } & (
  | { readonly kind: 'captured' | 'refunded' | 'released' }
  | { readonly kind: 'delivered'; readonly afterSeconds: number }
);

/** Reads a change of any item; one that concerns nobody yields nothing. */
export const readChange = (
  change: ItemChange,
  timers: 'per-order' | 'swept',
): { readonly announcements: readonly Announcement[]; readonly milestones: readonly Milestone[] } => {
  const events = eventsOfChange(change).map((message) => ({ to: 'events', message }) as const);
  const { announcements, milestones } = readItem(change, timers);
  return { announcements: [...announcements, ...events], milestones };
};

const readItem = (change: ItemChange, timers: 'per-order' | 'swept'): ReturnType<typeof readChange> => {
  const item = change.after ?? change.before ?? {};
  if (isOrderItem(item) && change.after) {
    const before = change.before && toOrder(change.before);
    const after = toOrder(change.after);
    return { announcements: announceOrder(before, after, timers), milestones: milestonesOf(before, after) };
  }
  if (isBatchItem(item) && change.after) return { announcements: announceBatch(change), milestones: [] };
  if (isOfferItem(item) && (change.before === undefined || change.after === undefined)) {
    const message = { productId: productOfOffer(item), changedAt: change.at };
    return { announcements: [{ to: 'stockCount', message }], milestones: [] };
  }
  if (isRefundItem(item) && change.before === undefined && change.after) {
    const message = { refundId: toRefund(change.after).refundId };
    return { announcements: [{ to: 'channel', message }], milestones: [] };
  }
  return { announcements: [], milestones: [] };
};

const announceOrder = (
  before: Order | undefined,
  after: Order,
  timers: 'per-order' | 'swept',
): readonly Announcement[] => {
  const { orderId, productId } = after;
  const watchUntil = after.status === 'captured' ? after.promiseAt : after.releaseAt;
  const isNewlyCaptured = before?.capturedAt === undefined && after.capturedAt !== undefined;
  const beginsToWait = before?.status !== 'captured' && after.status === 'captured';
  return [
    ...(beginsToWait ? [{ to: 'delivery', message: { productId } } as const] : []),
    ...(isNewlyCaptured && watchUntil !== undefined && timers === 'per-order'
      ? [{ to: 'guarantee', message: { orderId, dueAt: watchUntil } } as const]
      : []),
  ];
};

/** Keys that came in, or came back, may serve those who wait. */
const announceBatch = ({ before, after }: ItemChange): readonly Announcement[] => {
  const batch = after && toBatch(after);
  const earlier = before && toBatch(before);
  if (!batch || batch.status === earlier?.status || !['opening', 'open'].includes(batch.status)) return [];
  return [
    {
      to: 'delivery',
      message: { productId: batch.productId, ...(batch.status === 'opening' && { batchId: batch.batchId }) },
    },
  ];
};

const milestonesOf = (before: Order | undefined, after: Order): readonly Milestone[] => {
  const { orderId, capturedAt, deliveredAt } = after;
  const isNew = (moment: 'capturedAt' | 'deliveredAt' | 'refundedAt' | 'releasedAt'): boolean =>
    before?.[moment] === undefined && after[moment] !== undefined;
  return [
    ...(isNew('capturedAt') ? [{ orderId, kind: 'captured' } as const] : []),
    ...(isNew('deliveredAt') && capturedAt !== undefined && deliveredAt !== undefined
      ? [{ orderId, kind: 'delivered', afterSeconds: secondsBetween(capturedAt, deliveredAt) } as const]
      : []),
    ...(isNew('refundedAt') ? [{ orderId, kind: 'refunded' } as const] : []),
    ...(isNew('releasedAt') ? [{ orderId, kind: 'released' } as const] : []),
  ];
};
