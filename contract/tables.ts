/**
 * The names that the tables have on every floor: `lib/` creates them, `adapters/` reads and writes them.
 * All keys are strings. What each kind of item holds stands in `docs/architecture.md`.
 */

export type IndexDefinition = {
  readonly name: string;
  readonly partitionKey: string;
  readonly sortKey: string;
  /** Attributes projected beside the keys; empty means keys only, `'all'` the whole item. */
  readonly project: readonly string[] | 'all';
};

export type TableDefinition = {
  readonly partitionKey: 'pk';
  readonly sortKey: 'sk' | undefined;
  /** Whether a function listens to this table's changes (new and old images); `new-image`: what is new is enough. */
  readonly stream: boolean | 'new-image';
  readonly indexes: readonly IndexDefinition[];
  /** The attribute, in seconds since the epoch, after which an item leaves the table by itself; most items have none. */
  readonly timeToLive?: string;
};

export const tables = {
  /**
   * Accounts (`acc_…`) and API keys (`key_…`); of merchants also the application, documents and history; notices.
   * Order tokens (`otk_…`) and what each order (`ord_…`) has of them.
   */
  identity: {
    partitionKey: 'pk',
    sortKey: undefined,
    stream: 'new-image',
    indexes: [
      { name: 'by-account', partitionKey: 'accountId', sortKey: 'createdAt', project: 'all' },
      { name: 'order-tokens', partitionKey: 'buyerId', sortKey: 'tokenRank', project: 'all' },
      { name: 'by-list', partitionKey: 'listName', sortKey: 'listRank', project: 'all' },
      { name: 'due', partitionKey: 'dueShard', sortKey: 'dueAt', project: [] },
    ],
    timeToLive: 'removeAtSeconds',
  },
  /** Products, their immutable versions with what reviews said of them, and the history of every change. */
  catalog: {
    partitionKey: 'pk',
    sortKey: 'sk',
    stream: true,
    indexes: [
      { name: 'by-merchant', partitionKey: 'merchantId', sortKey: 'createdAt', project: 'all' },
      { name: 'on-sale-by-category', partitionKey: 'onSaleCategory', sortKey: 'onSaleRank', project: 'all' },
      { name: 'on-sale-by-merchant', partitionKey: 'onSaleMerchant', sortKey: 'onSaleRank', project: 'all' },
      { name: 'reviews', partitionKey: 'reviewState', sortKey: 'submittedAt', project: 'all' },
    ],
  },
  /** The inverted index of what is on sale: a partition for each term. Follows the catalog; can be made anew. */
  search: {
    partitionKey: 'pk',
    sortKey: 'sk',
    stream: false,
    indexes: [{ name: 'by-relevance', partitionKey: 'pk', sortKey: 'relevance', project: 'all' }],
  },
  /** Card keys, each under its fingerprint: the sealed secret and, once sold, its owner. */
  keys: {
    partitionKey: 'pk',
    sortKey: undefined,
    stream: 'new-image',
    indexes: [{ name: 'by-batch', partitionKey: 'batchShard', sortKey: 'pk', project: ['productId', 'sellUntilDay'] }],
  },
  /** Offers (what may be sold now), batches with their import reports, stock counts. */
  stock: {
    partitionKey: 'pk',
    sortKey: 'sk',
    stream: true,
    indexes: [
      { name: 'batches-by-product', partitionKey: 'batchProductId', sortKey: 'createdAt', project: 'all' },
      { name: 'samplings', partitionKey: 'samplingState', sortKey: 'createdAt', project: 'all' },
      { name: 'due', partitionKey: 'dueShard', sortKey: 'dueAt', project: [] },
    ],
  },
  /** Orders, their key lists, the orders that wait for stock, what a buyer bought of a limited product. */
  orders: {
    partitionKey: 'pk',
    sortKey: 'sk',
    stream: true,
    indexes: [
      { name: 'by-buyer', partitionKey: 'buyerId', sortKey: 'rank', project: [] },
      { name: 'by-merchant', partitionKey: 'merchantShard', sortKey: 'rank', project: [] },
      { name: 'due', partitionKey: 'dueShard', sortKey: 'dueAt', project: [] },
    ],
  },
  /** Payments through channels, and the refunds that go back through them. */
  payments: {
    partitionKey: 'pk',
    sortKey: 'sk',
    stream: true,
    indexes: [
      { name: 'by-subject', partitionKey: 'paidFor', sortKey: 'createdAt', project: 'all' },
      { name: 'due', partitionKey: 'dueShard', sortKey: 'dueAt', project: [] },
      { name: 'unconfirmed-refunds', partitionKey: 'unconfirmed', sortKey: 'committedAt', project: 'all' },
    ],
  },
  /** The journal, the balances that are guarded, and the totals folded from the journal. */
  ledger: {
    partitionKey: 'pk',
    sortKey: 'sk',
    stream: false,
    indexes: [
      { name: 'by-bucket', partitionKey: 'bucketShard', sortKey: 'pk', project: ['legs'] },
      { name: 'statement', partitionKey: 'statementAccount', sortKey: 'postedAt', project: 'all' },
    ],
  },
  /** Requests by caller and window, and the salt of each window under which addresses stand. */
  limits: {
    partitionKey: 'pk',
    sortKey: undefined,
    stream: false,
    indexes: [],
    timeToLive: 'removeAtSeconds',
  },
  /** Webhook endpoints (`acc_…`), events (`evt_…`) and the deliveries of events to endpoints (`whe_…`). */
  webhooks: {
    partitionKey: 'pk',
    sortKey: 'sk',
    stream: false,
    indexes: [
      { name: 'events-by-account', partitionKey: 'eventAccount', sortKey: 'eventRank', project: 'all' },
      { name: 'due', partitionKey: 'dueShard', sortKey: 'dueAt', project: [] },
    ],
    timeToLive: 'removeAtSeconds',
  },
} as const satisfies Record<string, TableDefinition>;

/** How the ids of notices begin: of the identity table the relay is sent these records and no others. */
export const noticePrefix = 'ntc_';

export type TableName = keyof typeof tables;
export const tableNames = Object.keys(tables) as unknown as readonly TableName[];
