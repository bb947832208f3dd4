/**
 * A marketplace whose buyers pay through Alipay and WeChat Pay: our rooms and adapters as they ship, the channels as
 * `local/channel-gateway` plays them over HTTP, and one clock for both that tests push forward.
 */

import { channelPaymentRoutes } from '../../contract/api/payments.ts';
import { dueShards } from '../../contract/shards.ts';
import { type TableName, tableNames, tables } from '../../contract/tables.ts';
import type { Channel } from '../../core/payments/channel.ts';
import type { Refund } from '../../core/payments/refund.ts';
import { auditTables } from '../../functions/ledger/audit-tables.ts';
import { listOrderPayments, listTopUps, listUnconfirmedRefunds } from '../../functions/payments/list-payments.ts';
import { readPayment } from '../../functions/payments/read-payment.ts';
import { receivePayment } from '../../functions/payments/receive-payment.ts';
import { settlePayment } from '../../functions/payments/settle-payment.ts';
import { settleRefund, takeRefundAnswer } from '../../functions/payments/settle-refund.ts';
import { startPayment } from '../../functions/payments/start-payment.ts';
import { startTopUp } from '../../functions/payments/start-top-up.ts';
import { type Taken, takeNotification } from '../../functions/payments/take-notification.ts';
import { MemoryDynamoDb } from '../fakes/memory-dynamodb/memory-dynamodb.ts';
import { openChannelMarket } from '../support/channel-gateway.ts';
import { openMarketplace } from '../support/marketplace.ts';
import { type TestCaller, testApi } from '../support/test-rooms.ts';

export const price = 990;

export const openChannelHouse = async () => {
  const memory = new MemoryDynamoDb();
  for (const name of tableNames) memory.createTable({ tableName: name, ...tables[name] });
  const names = Object.fromEntries(tableNames.map((name) => [name, name])) as Record<TableName, string>;
  const market = await openMarketplace(memory, names);
  const { spine, policy, now } = market;

  const attempts: Refund[] = [];
  const taken: Taken[] = [];
  const receive = receivePayment({ ...spine, policy });
  const noteRefund = takeRefundAnswer({ ...spine, onAttempt: (refund) => attempts.push(refund) });
  const take = takeNotification({ receive, noteRefund });
  const channelMarket = await openChannelMarket({
    now,
    take: async (reader, letter) => {
      const { taken: what, answer } = await take(reader, letter);
      taken.push(what);
      return answer;
    },
  });
  const { gateway, channels } = channelMarket;
  market.useChannels(channels);
  const channelOf = (channel: Channel) => channels[channel];
  const faults: string[] = [];
  const onFault = (paymentId: string) => faults.push(paymentId);
  const payment = settlePayment({ ...spine, channelOf, receive, onFault });
  const refund = settleRefund({ ...spine, channelOf, onAttempt: (each) => attempts.push(each) });
  const deps = { ...spine, channelOf, policy };
  const api = testApi(channelPaymentRoutes, {
    startPayment: startPayment(deps),
    startTopUp: startTopUp(deps),
    readPayment: readPayment(deps),
    listOrderPayments: listOrderPayments(deps),
    listTopUps: listTopUps(deps),
    listUnconfirmedRefunds: listUnconfirmedRefunds(deps),
  });
  const audit = auditTables(market.gateway, names, now);

  return {
    market,
    gateway,
    api,
    spine,
    /** What came of each notification, in the order of their ends. */
    taken,
    /** What came of each attempt at a refund. */
    attempts,
    /** Payments about which a channel did not answer. */
    faults,
    receive,
    channelOf,
    /** What the sweep and the worker do together: whatever is due at a channel. */
    settleDue: async (): Promise<void> => {
      for (let shard = 0; shard < dueShards; shard += 1)
        for (const due of await spine.payments.due(shard, now(), 100))
          await ('refundId' in due ? refund(due.refundId) : payment(due.paymentId));
    },
    /** A product with so many keys. */
    shop: async (keys: number, version: object = {}) => {
      const shop = await market.sell({ priceMinor: price, ...version });
      if (keys > 0) await market.stock(shop, keys);
      return shop;
    },
    buyer: () => market.open('buyer'),
    /** Begins a payment for an order and gives its id. */
    begin: async (as: TestCaller, orderId: string, channel: Channel): Promise<string> => {
      const body = { channel, scene: 'qr' };
      const { status, body: answer } = await api('startPayment', { as, params: { orderId }, body });
      if (status !== 201) throw new Error(`The payment was refused: ${JSON.stringify(answer)}`);
      return String(answer['paymentId']);
    },
    order: async (as: TestCaller, orderId: string) => (await market.api('readOrder', { as, params: { orderId } })).body,
    payment: async (as: TestCaller, paymentId: string) =>
      (await api('readPayment', { as, params: { paymentId } })).body,
    /** Waits until so many notifications have been worked off. */
    told: async (count: number): Promise<void> => {
      const deadline = Date.now() + 20_000;
      while (taken.length < count) {
        if (Date.now() > deadline) throw new Error(`Only ${taken.length} of ${count} notifications came in 20 s`);
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    },
    /** Sums of the journal by account. */
    balances: async (): Promise<Record<string, number>> => {
      const sums: Record<string, number> = {};
      for (const item of memory.items('ledger').filter(({ sk }) => sk === 'ENTRY'))
        for (const leg of item['legs'] as { account: string; amountMinor: number }[])
          sums[leg.account] = (sums[leg.account] ?? 0) + leg.amountMinor;
      return Object.fromEntries(Object.entries(sums).filter(([, sum]) => sum !== 0));
    },
    audit: async () => (await audit()).findings,
    stop: channelMarket.stop,
  };
};

export type ChannelHouse = Awaited<ReturnType<typeof openChannelHouse>>;
