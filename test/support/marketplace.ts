import './quiet-logs.ts';
import type { PaymentChannel } from '../../adapters/channels/payment-channel.ts';
import { realSurroundings, type Surroundings } from '../../adapters/clock.ts';
import type { KeepExport } from '../../adapters/data-exports.ts';
import { deriveId, randomToken } from '../../adapters/ids.ts';
import { Opener, Sealer } from '../../adapters/key-vault.ts';
import type { ChannelMessage, DeliveryMessage } from '../../adapters/queues.ts';
import { catalogTable } from '../../adapters/tables/catalog.ts';
import { erasuresTable } from '../../adapters/tables/erasures.ts';
import { type DocumentClient, TableGateway } from '../../adapters/tables/gateway.ts';
import { identityTable } from '../../adapters/tables/identity.ts';
import { KeysTable } from '../../adapters/tables/keys.ts';
import { LedgerTable } from '../../adapters/tables/ledger.ts';
import { merchantsTable } from '../../adapters/tables/merchants.ts';
import { orderTokensTable } from '../../adapters/tables/order-tokens.ts';
import { SamplesTable } from '../../adapters/tables/samples.ts';
import { SearchTable } from '../../adapters/tables/search.ts';
import { WebhooksTable } from '../../adapters/tables/webhooks.ts';
import { catalogRoutes } from '../../contract/api/catalog.ts';
import { importRoutes } from '../../contract/api/imports.ts';
import { ledgerRoutes } from '../../contract/api/ledger.ts';
import { orderTokenRoutes } from '../../contract/api/order-tokens.ts';
import { orderRoutes } from '../../contract/api/orders.ts';
import { channelPaymentRoutes, paymentRoutes } from '../../contract/api/payments.ts';
import { personalDataRoutes } from '../../contract/api/personal-data.ts';
import { revealRoutes } from '../../contract/api/reveal.ts';
import type { Role } from '../../contract/api/route.ts';
import { stockRoutes } from '../../contract/api/stock.ts';
import { dueShards } from '../../contract/shards.ts';
import type { TableName } from '../../contract/tables.ts';
import type { Channel } from '../../core/payments/channel.ts';
import { addSeconds } from '../../core/shared/instant.ts';
import { addVersion } from '../../functions/catalog/add-version.ts';
import { approveVersion } from '../../functions/catalog/approve-version.ts';
import { browseCatalog } from '../../functions/catalog/browse-catalog.ts';
import { createProduct } from '../../functions/catalog/create-product.ts';
import { listProducts } from '../../functions/catalog/list-products.ts';
import { listReviews } from '../../functions/catalog/list-reviews.ts';
import { listVersions } from '../../functions/catalog/list-versions.ts';
import { putOnSale } from '../../functions/catalog/put-on-sale.ts';
import { readHistory } from '../../functions/catalog/read-history.ts';
import { readListing } from '../../functions/catalog/read-listing.ts';
import { readProduct } from '../../functions/catalog/read-product.ts';
import { readVersion } from '../../functions/catalog/read-version.ts';
import { rejectVersion } from '../../functions/catalog/reject-version.ts';
import { submitVersion } from '../../functions/catalog/submit-version.ts';
import { takeOffSale } from '../../functions/catalog/take-off-sale.ts';
import { settleOrder } from '../../functions/escrow/settle-order.ts';
import { sweepShards } from '../../functions/escrow/sweep-shards.ts';
import { deliverProduct } from '../../functions/fulfilment/deliver-product.ts';
import { openReserve } from '../../functions/fulfilment/open-reserve.ts';
import { revealKeys } from '../../functions/fulfilment/reveal-keys.ts';
import { revealSample } from '../../functions/fulfilment/reveal-sample.ts';
import { authorize } from '../../functions/identity/authorize.ts';
import { eraseAccount } from '../../functions/identity/erase-account.ts';
import { exportPersonalData } from '../../functions/identity/export-personal-data.ts';
import { issueOrderToken } from '../../functions/identity/issue-order-token.ts';
import { listOrderTokens } from '../../functions/identity/list-order-tokens.ts';
import { revokeOrderToken } from '../../functions/identity/revoke-order-token.ts';
import { announceFile } from '../../functions/imports/announce-file.ts';
import { type ImportDeps, importStretch } from '../../functions/imports/import-stretch.ts';
import { readRejectionsFile } from '../../functions/imports/read-rejections-file.ts';
import { startImport } from '../../functions/imports/start-import.ts';
import { foldJournal } from '../../functions/ledger/fold-journal.ts';
import { readOwnStatement, readStatement } from '../../functions/ledger/read-statement.ts';
import { readTrialBalance } from '../../functions/ledger/read-trial-balance.ts';
import { readOwnWallet, readWallet } from '../../functions/ledger/read-wallet.ts';
import { cancelOrder } from '../../functions/orders/cancel-order.ts';
import { confirmOrder } from '../../functions/orders/confirm-order.ts';
import { listOrders } from '../../functions/orders/list-orders.ts';
import { placeOrder } from '../../functions/orders/place-order.ts';
import { readOrder } from '../../functions/orders/read-order.ts';
import { grantTestTopUp } from '../../functions/payments/grant-test-top-up.ts';
import { listOrderPayments, listTopUps, listUnconfirmedRefunds } from '../../functions/payments/list-payments.ts';
import { payOrder } from '../../functions/payments/pay-order.ts';
import { readPayment } from '../../functions/payments/read-payment.ts';
import { receivePayment } from '../../functions/payments/receive-payment.ts';
import { settlePayment } from '../../functions/payments/settle-payment.ts';
import { settleRefund } from '../../functions/payments/settle-refund.ts';
import { startPayment } from '../../functions/payments/start-payment.ts';
import { startTopUp } from '../../functions/payments/start-top-up.ts';
import { RetryableError } from '../../functions/retryable-error.ts';
import { buildSpine } from '../../functions/spine.ts';
import { finishBatch } from '../../functions/stock/finish-batch.ts';
import { importKeys } from '../../functions/stock/import-keys.ts';
import { liftQuarantine } from '../../functions/stock/lift-quarantine.ts';
import { listBatches } from '../../functions/stock/list-batches.ts';
import { listSamplings } from '../../functions/stock/list-samplings.ts';
import { quarantineBatch } from '../../functions/stock/quarantine-batch.ts';
import { readBatch } from '../../functions/stock/read-batch.ts';
import { readStock } from '../../functions/stock/read-stock.ts';
import { recordSampleResult } from '../../functions/stock/record-sample-result.ts';
import { storeKeys } from '../../functions/stock/store-keys.ts';
import { policies, policyOf } from '../../policy/index.ts';
import { MemoryChannel } from '../fakes/memory-channel.ts';
import { audit, readHoldings } from './books.ts';
import { fakeKms } from './fake-kms.ts';
import { memoryImportFiles } from './memory-import-files.ts';
import { type TestCaller, testApi } from './test-rooms.ts';

/** Deliveries of one message before a test counts it as lost. */
const maxReceives = 10;

/**
 * The rooms of the spine on given tables, wired as the deployed functions are, with a clock that tests push forward.
 * Streams, queues and workflows are left to the tests, which say when a message arrives.
 */
export const openMarketplace = async (client: DocumentClient, names: Record<TableName, string>) => {
  let aheadSeconds = 0;
  const surroundings: Surroundings = {
    ...realSurroundings,
    now: () => addSeconds(realSurroundings.now(), aheadSeconds),
  };
  const { now } = surroundings;
  const gateway = new TableGateway(client, surroundings);
  const policy = policyOf('2026-11-01');
  const spine = buildSpine(gateway, names, policyOf, surroundings);
  const identity = identityTable(gateway, names.identity);
  const catalog = catalogTable(gateway, names.catalog);
  const search = new SearchTable(gateway, names.search);
  const keys = new KeysTable(gateway, names.keys);
  const ledger = new LedgerTable(gateway, names.ledger);
  const kms = fakeKms();
  const sealer = new Sealer(kms, 'secrets', 'pepper');
  const webhooks = new WebhooksTable(gateway, names.webhooks);
  const samples = new SamplesTable(gateway, names);
  const opener = new Opener(kms, Date.now);
  const finish = finishBatch({ gateway, tables: names, spine, keys });
  const rooms = { catalog, identity, policy, surroundings };
  const { orders, batches } = spine;
  const orderTokens = orderTokensTable(gateway, names.identity);
  const erasures = erasuresTable(gateway, names);
  const exported = new Map<string, unknown>();
  const keepExport: KeepExport = async ({ accountId, exportId }, json, seconds) => {
    const url = `https://exports.test/${accountId}/${exportId}?seconds=${seconds}`;
    exported.set(url, JSON.parse(json));
    return url;
  };
  const tokenRooms = { identity, orders, orderTokens, surroundings, newSecret: randomToken };

  const { random } = surroundings;
  const memoryChannels = {
    alipay: new MemoryChannel({ channel: 'alipay', now, random }),
    wechat_pay: new MemoryChannel({ channel: 'wechat_pay', now, random }),
  };
  let channels: Readonly<Record<Channel, PaymentChannel>> = memoryChannels;
  const channelOf = (channel: Channel) => channels[channel];
  const askAbout = settlePayment({
    ...spine,
    channelOf,
    receive: receivePayment({ ...spine, policy }),
    onFault: () => undefined,
  });
  const giveBack = settleRefund({ ...spine, channelOf, onAttempt: () => undefined });
  const settleChannel = (message: ChannelMessage): Promise<void> =>
    'refundId' in message ? giveBack(message.refundId) : askAbout(message.paymentId);
  const payable = { ...spine, channelOf, policy };

  const store = storeKeys({ gateway, tables: names, keys, sealer, now });
  const importFiles = memoryImportFiles();
  const startedImports: string[] = [];
  const start = async (_: string, executionName: string): Promise<void> => {
    startedImports.push(executionName);
  };

  const api = testApi(
    [
      ...catalogRoutes,
      ...stockRoutes,
      ...importRoutes,
      ...orderRoutes,
      ...orderTokenRoutes,
      ...personalDataRoutes,
      ...paymentRoutes,
      ...channelPaymentRoutes,
      ...revealRoutes,
      ...ledgerRoutes,
    ],
    {
      createProduct: createProduct(rooms),
      addVersion: addVersion(rooms),
      putOnSale: putOnSale(rooms),
      submitVersion: submitVersion(rooms),
      approveVersion: approveVersion(rooms),
      rejectVersion: rejectVersion(rooms),
      listReviews: listReviews(rooms),
      readHistory: readHistory(rooms),
      takeOffSale: takeOffSale(rooms),
      readProduct: readProduct(rooms),
      readVersion: readVersion(rooms),
      listVersions: listVersions(rooms),
      listProducts: listProducts(rooms),
      browseCatalog: browseCatalog({ catalog, search, policies }),
      readListing: readListing(rooms),
      importKeys: importKeys({
        catalog,
        policy,
        batches,
        stockTable: names.stock,
        sealer,
        now,
        orders,
        store,
      }),
      announceFile: announceFile({
        catalog,
        policy,
        batches,
        now,
        makeForm: async (batchId) => ({ url: `https://files.test/${batchId}`, fields: {}, expiresAt: now() }),
      }),
      startImport: startImport({ batches, files: importFiles.files, start, now }),
      readRejectionsFile: readRejectionsFile({
        batches,
        makeLink: async (batchId) => ({ url: `https://files.test/${batchId}`, expiresAt: now() }),
      }),
      listBatches: listBatches({ catalog, batches }),
      readBatch: readBatch({ batches }),
      quarantineBatch: quarantineBatch({ spine, finish }),
      liftQuarantine: liftQuarantine({ spine, finish }),
      listSamplings: listSamplings({ batches }),
      recordSampleResult: recordSampleResult({ spine, samples, finish }),
      readStock: readStock({ catalog, batches, now }),
      placeOrder: placeOrder({ ...spine, catalog, policy }),
      listOrders: listOrders(spine),
      readOrder: readOrder(spine),
      cancelOrder: cancelOrder(spine),
      confirmOrder: confirmOrder(spine),
      payOrder: payOrder({ ...spine, policy }),
      grantTestTopUp: grantTestTopUp({ identity, ledger, now }),
      startPayment: startPayment(payable),
      startTopUp: startTopUp(payable),
      readPayment: readPayment(spine),
      listOrderPayments: listOrderPayments(spine),
      listTopUps: listTopUps(spine),
      listUnconfirmedRefunds: listUnconfirmedRefunds(spine),
      revealKeys: revealKeys({ orders, keys, opener, now }),
      revealSample: revealSample({ batches, samples, keys, opener, now, selling: 'open' }),
      issueOrderToken: issueOrderToken(tokenRooms),
      listOrderTokens: listOrderTokens(tokenRooms),
      revokeOrderToken: revokeOrderToken(tokenRooms),
      exportPersonalData: exportPersonalData({
        identity,
        orderTokens,
        orders,
        ledger,
        now,
        merchants: merchantsTable(gateway, names.identity),
        payments: spine.payments,
        webhooks,
        keep: keepExport,
      }),
      eraseAccount: eraseAccount({
        identity,
        erasures,
        orders,
        payments: spine.payments,
        ledger,
        catalog,
        webhooks,
        surroundings,
      }),
      readOwnWallet: readOwnWallet(ledger),
      readWallet: readWallet({ ledger, identity }),
      readOwnStatement: readOwnStatement(ledger),
      readStatement: readStatement({ ledger, identity }),
      readTrialBalance: readTrialBalance(ledger),
    },
  );

  let people = 0;
  const open = async (role: Role): Promise<TestCaller> => {
    people += 1;
    const accountId = deriveId('acc', names.identity, String(people));
    const label = role === 'merchant' ? { label: 'standard' as const } : {};
    const made = { createdAt: now(), keyRing: {}, keyRingRevision: 0, requestHash: '' };
    await identity.openAccount({ accountId, role, name: `${role} ${people}`, ...label, ...made });
    return { accountId, role };
  };
  const operator = await open('operator');

  const pending: DeliveryMessage[] = [];
  const announceDelivery = async (message: DeliveryMessage): Promise<void> => {
    pending.push(message);
  };
  const deliver = deliverProduct(spine, openReserve(gateway, names.stock, spine), announceDelivery);
  const settle = settleOrder(spine, announceDelivery);
  const sweep = sweepShards({
    spine,
    settle,
    finishBatch: finish,
    announceDelivery,
    announceChannel: async (messages) => {
      for (const message of messages) await settleChannel(message);
    },
    startImport: start,
  });

  /** A message that fails for now comes again, as from a queue. */
  const receive = async (message: DeliveryMessage): Promise<void> => {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await deliver(message);
      } catch (error) {
        if (!(error instanceof RetryableError) || attempt === maxReceives) throw error;
      }
    }
  };

  return {
    api,
    gateway,
    names,
    spine,
    identity,
    orderTokens,
    erasures,
    /** What waits under the links of exports. */
    exported,
    /** Who the sender of an `Authorization` header is. */
    identify: authorize({ identity, orderTokens, now }),
    catalog,
    keys,
    ledger,
    webhooks,
    operator,
    open,
    settle,
    deliver: receive,
    fold: foldJournal(ledger, now, 0),
    announceDelivery,
    now,
    policy,
    pass: (seconds: number): void => {
      aheadSeconds += seconds;
    },

    /** A product of a new merchant, reviewed and on sale. */
    sell: async (version: object = {}): Promise<{ merchant: TestCaller; productId: string }> => {
      const merchant = await open('merchant');
      const body = {
        title: '点卡 100 元',
        category: 'game-point-card',
        kind: 'card_key',
        priceMinor: 100,
        currency: 'CNY',
        afterSalesTerms: 'Exchange within 7 days while the key is not revealed.',
        ...version,
      };
      const productId = String((await api('createProduct', { as: merchant, body })).body['productId']);
      const params = { productId, version: '1' };
      await api('submitVersion', { as: merchant, params });
      await api('approveVersion', { as: operator, params, body: { reason: 'Nothing to object to.' } });
      await api('putOnSale', { as: merchant, params: { productId }, body: { version: 1 } });
      return { merchant, productId };
    },

    importFiles,
    /** The workflows of imports that were started, by name; none of them runs by itself. */
    startedImports,
    /** Announces and uploads a file of these lines and asks for its import. */
    uploadFile: async (of: { merchant: TestCaller; productId: string }, lines: readonly string[]): Promise<string> => {
      const file = Buffer.from(lines.map((line) => `${line}\n`).join(''));
      const body = { source: { kind: 'supplier', name: 'S' }, fileName: 'keys.txt', sizeBytes: file.length };
      const params = { productId: of.productId };
      const announced = await api('announceFile', { as: of.merchant, params, body });
      const batchId = String(announced.body['batchId']);
      importFiles.upload(batchId, file);
      const started = await api('startImport', { as: of.merchant, params: { batchId } });
      if (started.status !== 200) throw new Error(`The import was refused: ${JSON.stringify(started.body)}`);
      return batchId;
    },
    /** What a task of an import's workflow does, in stretches of so many lines. */
    importTask: (linesPerStretch: number, instead: Partial<ImportDeps> = {}) =>
      importStretch({
        batches,
        orders,
        files: importFiles.files,
        store,
        announceDelivery,
        stockTable: names.stock,
        now,
        linesPerStretch,
        ...instead,
      }),

    /** Imports as many keys as asked, at most 1,000 a batch, and gives the ids of the batches. */
    stock: async (
      of: { merchant: TestCaller; productId: string },
      count: number,
      line: object = {},
    ): Promise<string[]> => {
      const batchIds: string[] = [];
      for (let from = 0; from < count; from += 1_000) {
        people += 1;
        const secrets = Array.from(
          { length: Math.min(1_000, count - from) },
          (_, index) => `${names.keys}-${people}-${index}`,
        );
        const { status, body } = await api('importKeys', {
          as: of.merchant,
          params: { productId: of.productId },
          body: { source: { kind: 'supplier', name: 'S' }, keys: secrets.map((secret) => ({ secret, ...line })) },
        });
        if (status !== 201) throw new Error(`The import was refused: ${JSON.stringify(body)}`);
        batchIds.push(String(body['batchId']));
      }
      return batchIds;
    },

    /** A buyer with money. */
    buyer: async (amountMinor: number): Promise<TestCaller> => {
      const as = await open('buyer');
      const params = { accountId: as.accountId };
      const { status } = await api('grantTestTopUp', { as: operator, params, body: { amountMinor, currency: 'CNY' } });
      if (status !== 201) throw new Error(`The top-up was refused with ${status}`);
      return as;
    },

    place: async (as: TestCaller, order: object): Promise<string> => {
      const { status, body } = await api('placeOrder', { as, body: order });
      if (status !== 201) throw new Error(`The order was refused: ${JSON.stringify(body)}`);
      return String(body['orderId']);
    },
    pay: (as: TestCaller, orderId: string) => api('payOrder', { as, params: { orderId }, body: { method: 'wallet' } }),

    /** Lets all messages that wait be received, several at a time, and those that come of them. */
    drain: async (workers = 5): Promise<void> => {
      while (pending.length > 0) await Promise.all(pending.splice(0, workers).map(receive));
    },
    /** What buyers pay through, unless a test brings channels of its own. */
    channels: memoryChannels,
    useChannels: (own: Readonly<Record<Channel, PaymentChannel>>): void => {
      channels = own;
    },
    /** What the sweep of this minute does, and what the channel's worker does at its word. */
    sweep: async (): Promise<void> => {
      const { failed } = await sweep(
        Array.from({ length: dueShards }, (_, shard) => shard),
        now(),
      );
      const [first] = failed;
      if (first) throw new Error(`The sweep failed on ${first.id}`, { cause: first.error });
    },
    holdings: () => readHoldings(gateway, names),
    /** What breaks a promise, as the tables stand. */
    faults: async (): Promise<string[]> => audit(await readHoldings(gateway, names)),
  };
};

export type Marketplace = Awaited<ReturnType<typeof openMarketplace>>;
