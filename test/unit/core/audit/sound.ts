import type {
  BatchView,
  EntryRecord,
  KeyRecord,
  KeyView,
  OfferView,
  OrderView,
} from '../../../../core/audit/records.ts';
import { refundEscrow } from '../../../../core/escrow/refund-escrow.ts';
import { releaseEscrow } from '../../../../core/escrow/release-escrow.ts';
import { deliverPart } from '../../../../core/fulfilment/deliver-order.ts';
import type { Order } from '../../../../core/orders/order.ts';
import type { OrderChange } from '../../../../core/orders/order-change.ts';
import { captureFromWallet } from '../../../../core/payments/capture-order.ts';
import { addSeconds } from '../../../../core/shared/instant.ts';
import type { Batch } from '../../../../core/stock/batch.ts';
import { neverDay } from '../../../../core/stock/offer.ts';
import { accepted, noon, offers, placed, policy, present, supply } from '../../../support/sample-orders.ts';

export const soon = addSeconds(noon, 60);
/** Every promise of an order that was captured at `noon` is over. */
export const muchLater = addSeconds(noon, 86_400 * 60);

const viewAfter = (changes: readonly OrderChange[], waits = false): OrderView => {
  const order = present(changes.at(-1)).to;
  const entries = changes
    .flatMap((change) => change.entries)
    .map((entry): [string, EntryRecord] => [entry.kind, entry]);
  return {
    order,
    listed: (order.keyIds ?? []).map((keyId) => ({ keyId, returned: false, key: keyOf(keyId, order) })),
    entries: Object.fromEntries(entries),
    waits,
    dueIndexed: true,
  };
};

export const keyOf = (keyId: string, order?: Pick<Order, 'orderId' | 'productId'>): KeyRecord => ({
  keyId,
  batchId: 'bat_a',
  productId: order?.productId ?? 'prd_a',
  sellUntilDay: neverDay,
  owner: order?.orderId,
});

const captured = captureFromWallet(placed({ quantity: 2, whenOutOfStock: 'wait' }), policy, supply(0), noon);
const waiting = present(accepted(captured));
const delivered = present(accepted(captureFromWallet(placed({ quantity: 2 }), policy, supply(2), noon)));
const order = placed({ quantity: 3, allowPartial: true, whenOutOfStock: 'wait' });
const partly = present(accepted(captureFromWallet(order, policy, supply(0), noon)));

/** An order in each of its states, with everything that belongs to it, as our own rules make them. */
export const soundOrders: Record<string, OrderView> = {
  placed: { order: placed(), listed: [], entries: {}, waits: false, dueIndexed: true },
  waiting: viewAfter([waiting], true),
  delivered: viewAfter([delivered]),
  'partly delivered': viewAfter([partly, deliverPart(partly.to, policy, offers(1), soon)]),
  released: viewAfter([delivered, releaseEscrow(delivered.to, policy, soon)]),
  refunded: viewAfter([waiting, refundEscrow(waiting.to, soon)]),
};

export const soundBatch: Batch = {
  batchId: 'bat_a',
  seq: 2,
  status: 'open',
  merchantId: 'acc_merchant',
  productId: 'prd_a',
  source: { kind: 'own_stock', name: 'us' },
  requestHash: 'hash',
  createdAt: noon,
  lane: 'public',
  lines: 3,
  stored: 2,
  rejected: 1,
  completedAt: noon,
};
export const soundBatchView: BatchView = {
  batch: soundBatch,
  rejections: [{ line: 2, code: 'secret-empty' }],
  keys: 2,
  dueIndexed: true,
};

export const unsoldKey: KeyView = { key: keyOf('key1'), batch: soundBatch, owner: undefined, offeredIn: ['0'] };
export const soldKey: KeyView = {
  key: keyOf('key1', delivered.to),
  batch: soundBatch,
  owner: { order: delivered.to, lists: true },
  offeredIn: [],
};
export const soundOffer: OfferView = {
  offer: { keyId: 'key1', productId: 'prd_a', batchId: 'bat_a', lane: '0', sellUntilDay: neverDay },
  publicLane: '0',
  key: keyOf('key1'),
  batch: soundBatch,
};
