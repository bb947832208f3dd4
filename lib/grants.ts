/**
 * What functions may do to the tables, in the words of the trade: read this file to know who may do what. Each grant
 * gives the permissions and the variables that go with them, down to the action and the index.
 */
import { environmentVariables } from '../contract/environment.ts';
import type { RoomFunction } from './constructs/room-function.ts';
import type { Tables } from './tables.ts';

type Grant = (tables: Tables, fn: RoomFunction) => void;

/** Counts requests by whoever sends them. */
export const countRequests: Grant = ({ limits }, fn) => limits.grant(fn, 'update');

/** Looks up who is calling, whose wallet is meant, or whose label a product carries. */
export const identify: Grant = ({ identity }, fn) => identity.grant(fn, 'get');

/** Opens accounts; issues, lists, rotates and revokes API keys. */
export const manageAccounts: Grant = ({ identity }, fn) => {
  identity.grant(fn, 'get', 'put', 'update');
  identity.grantIndexQuery(fn, 'by-account');
};

/** Issues, lists and revokes the tokens of orders, of which it reads whose each is. */
export const manageOrderTokens: Grant = ({ identity, orders }, fn) => {
  identity.grant(fn, 'get', 'put', 'update');
  identity.grantIndexQuery(fn, 'order-tokens');
  orders.grant(fn, 'get');
};

/** Gathers what is stored about one account, and changes nothing. */
export const exportPersonalData: Grant = ({ identity, orders, payments, ledger, webhooks }, fn) => {
  identity.grant(fn, 'get');
  identity.grantIndexQuery(fn, 'by-account', 'order-tokens', 'by-list');
  orders.grant(fn, 'query', 'batchGet');
  orders.grantIndexQuery(fn, 'by-buyer', 'by-merchant');
  payments.grant(fn, 'query');
  payments.grantIndexQuery(fn, 'by-subject');
  ledger.grant(fn, 'get');
  ledger.grantIndexQuery(fn, 'statement');
  webhooks.grant(fn, 'query');
};

/** Blanks accounts and ends their keys, tokens and webhooks, where neither sales, orders nor money speak against it. */
export const eraseAccounts: Grant = ({ identity, catalog, orders, payments, ledger, webhooks }, fn) => {
  identity.grant(fn, 'get', 'update');
  identity.grantIndexQuery(fn, 'by-account', 'order-tokens', 'by-list');
  catalog.grantIndexQuery(fn, 'on-sale-by-merchant');
  orders.grant(fn, 'batchGet');
  orders.grantIndexQuery(fn, 'by-buyer', 'by-merchant');
  payments.grantIndexQuery(fn, 'by-subject');
  ledger.grant(fn, 'get', 'check');
  webhooks.grant(fn, 'query', 'update', 'delete');
};

/** Takes applications and documents, decides about merchants, and shows their files, histories and notices. */
export const admitMerchants: Grant = ({ identity }, fn) => {
  identity.grant(fn, 'get', 'put', 'update');
  identity.grantIndexQuery(fn, 'by-list');
};

/** Finds what is due for merchants and their documents, and does it. */
export const watchMerchants: Grant = ({ identity }, fn) => {
  identity.grant(fn, 'get', 'put', 'update');
  identity.grantIndexQuery(fn, 'due');
};

/** Tells a merchant's products how he stands. */
export const tellProducts: Grant = ({ catalog }, fn) => {
  catalog.grant(fn, 'get', 'update');
  catalog.grantIndexQuery(fn, 'by-merchant');
};

/** Reads a product or one of its versions. */
export const readProducts: Grant = ({ catalog }, fn) => catalog.grant(fn, 'get');

/** Searches the index, and reads the products that it names. */
export const searchProducts: Grant = ({ catalog, search }, fn) => {
  search.grant(fn, 'query');
  search.grantIndexQuery(fn, 'by-relevance');
  catalog.grant(fn, 'batchGet');
};

/** Follows the changes of products and keeps the index with them. */
export const indexProducts: Grant = ({ catalog, search }, fn) => {
  catalog.grantStream(fn);
  catalog.grant(fn, 'get');
  search.grant(fn, 'put', 'delete');
};

/** Writes products, their versions, reviews and history, and lists them. */
export const manageProducts: Grant = ({ catalog }, fn) => {
  catalog.grant(fn, 'get', 'query', 'put', 'update');
  catalog.grantIndexQuery(fn, 'by-merchant', 'on-sale-by-category', 'on-sale-by-merchant', 'reviews');
};

/** Books batches in, reports on them and puts their keys on offer. */
export const manageBatches: Grant = ({ stock }, fn) => {
  stock.grant(fn, 'get', 'put', 'check');
  stock.grantIndexQuery(fn, 'batches-by-product', 'samplings');
};

/** Books batches of files in and moves their imports on, without putting anything on offer or listing whose they are. */
export const bookBatches: Grant = ({ stock }, fn) => stock.grant(fn, 'get', 'put');

/** Puts the keys of a batch on offer while the batch may be offered. */
export const offerKeys: Grant = ({ stock }, fn) => stock.grant(fn, 'put', 'check');

/** Stores sealed keys and knows duplicates; without an update it can never give a key an owner. */
export const storeKeys: Grant = ({ keys }, fn) => keys.grant(fn, 'put', 'batchGet');

/** Carries a quarantine, or its end, through to the offers of a batch. */
export const carryBatchesThrough: Grant = ({ stock, keys }, fn) => {
  stock.grant(fn, 'get', 'put', 'check', 'delete');
  keys.grant(fn, 'check');
  keys.grantIndexQuery(fn, 'by-batch');
};

/** Counts the offers of a product. */
export const countOffers: Grant = ({ stock }, fn) => stock.grant(fn, 'query', 'get', 'put');

/**
 * Takes offers off the shelf and binds their keys to an order; a bound key's secret stays unread. An offer whose key
 * turns out to be sold is withdrawn, in a batch with others. Whoever may claim is told whether selling is open.
 */
export const claimKeys: Grant = ({ stock, keys, selling }, fn) => {
  stock.grant(fn, 'query', 'delete', 'batchWrite');
  keys.grant(fn, 'update');
  fn.tell(environmentVariables.selling, selling);
};

/** Claims keys, and puts those of an order that failed, or of a reserve, back on the shelf, never having been readable. */
export const claimAndReturnKeys: Grant = (tables, fn) => {
  claimKeys(tables, fn);
  tables.stock.grant(fn, 'get', 'put', 'check');
};

/** Reads the sealed secrets of keys. Opening them is another grant, of the vault. */
export const readKeys: Grant = ({ keys }, fn) => keys.grant(fn, 'batchGet');

/** Uses up a key of a sample, which belongs to no order from then on, and records who read it. */
export const consumeSamples: Grant = ({ stock, keys, selling }, fn) => {
  stock.grant(fn, 'get', 'put', 'check');
  keys.grant(fn, 'update');
  fn.tell(environmentVariables.selling, selling);
};

/** Keeps what testers found. */
export const recordSampleResults: Grant = ({ stock }, fn) => stock.grant(fn, 'update');

/** Sees whether orders wait for stock. */
export const seeWaitingOrders: Grant = ({ orders }, fn) => orders.grant(fn, 'query');

/** Places, reads, lists, cancels and confirms orders. */
export const keepOrders: Grant = ({ orders }, fn) => {
  orders.grant(fn, 'get', 'put', 'batchGet');
  orders.grantIndexQuery(fn, 'by-buyer', 'by-merchant');
};

/** Moves orders on at their capture, and registers those that wait. */
export const captureOrders: Grant = ({ orders }, fn) => orders.grant(fn, 'get', 'put', 'update');

/** Moves orders on to their end, and removes those that wait no longer. */
export const settleOrders: Grant = ({ orders }, fn) => orders.grant(fn, 'get', 'put', 'update', 'delete');

/** Records on the order that its buyer read the secret. */
export const recordReveals: Grant = ({ orders }, fn) => orders.grant(fn, 'get', 'update', 'put');

/** Begins payments through channels, reads them and lists them with their refunds. */
export const beginPayments: Grant = ({ payments }, fn) => {
  payments.grant(fn, 'get', 'query', 'put');
  payments.grantIndexQuery(fn, 'by-subject', 'unconfirmed-refunds');
};

/** Moves payments and refunds on as their channel says. */
export const settlePayments: Grant = ({ payments }, fn) => payments.grant(fn, 'get', 'put');

/** Commits refunds to the channel that an order was paid through, without reading any. */
export const commitRefunds: Grant = ({ payments }, fn) => payments.grant(fn, 'put');

/** Sees an order, to decide whether it may be paid. */
export const seeOrders: Grant = ({ orders }, fn) => orders.grant(fn, 'get');

/** Sees what of a product is on offer, if anything is. */
export const seeOffers: Grant = ({ stock, selling }, fn) => {
  stock.grant(fn, 'query');
  fn.tell(environmentVariables.selling, selling);
};

/** Adds entries to the journal without touching a guarded balance or reading anybody's. */
export const addJournalEntries: Grant = ({ ledger }, fn) => ledger.grant(fn, 'put');

/** Adds entries to the journal and moves the guarded balances with them, reading neither. */
export const postEntries: Grant = ({ ledger }, fn) => ledger.grant(fn, 'put', 'update');

/** Reads balances, statements and totals. */
export const readBooks: Grant = ({ ledger }, fn) => {
  ledger.grant(fn, 'get', 'query');
  ledger.grantIndexQuery(fn, 'statement');
};

/** Folds the journal into totals. The first fold looks for the oldest entry there is. */
export const foldJournal: Grant = ({ ledger }, fn) => {
  ledger.grant(fn, 'get', 'query', 'scan', 'put', 'update');
  ledger.grantIndexQuery(fn, 'by-bucket');
};

/** Finds what is past due: orders, batches, payments and refunds. */
export const findOverdue: Grant = ({ orders, stock, payments }, fn) => {
  orders.grantIndexQuery(fn, 'due');
  stock.grantIndexQuery(fn, 'due');
  payments.grantIndexQuery(fn, 'due');
};

/** Reads every table that a promise is about, and changes nothing. Sealed secrets stay sealed. */
export const inspectEverything: Grant = ({ stock, keys, orders, ledger, payments }, fn) => {
  for (const table of [stock, keys, orders, ledger, payments]) table.grant(fn, 'scan', 'get', 'batchGet');
  keys.grantIndexQuery(fn, 'by-batch');
  ledger.grant(fn, 'query');
  ledger.grantIndexQuery(fn, 'statement');
};

/** Follows the claims of keys. Their sealed secrets pass by, and opening one is a grant of the vault. */
export const followClaims: Grant = ({ keys }, fn) => keys.grantStream(fn);

/** Follows the changes of orders, of stock and of payments, and what accounts are told. */
export const followChanges: Grant = ({ identity, orders, stock, payments }, fn) => {
  identity.grantStream(fn);
  orders.grantStream(fn);
  stock.grantStream(fn);
  payments.grantStream(fn);
};

/** Keeps the endpoints of accounts, shows their deliveries and their log, and has webhooks sent on request. */
export const manageWebhooks: Grant = ({ webhooks }, fn) => {
  webhooks.grant(fn, 'get', 'query', 'put', 'update', 'delete');
  webhooks.grantIndexQuery(fn, 'events-by-account');
};

/** Sees who listens, and writes what happened into their logs. */
export const recordEvents: Grant = ({ webhooks }, fn) => webhooks.grant(fn, 'query', 'put');

/** Reads what is to be sent and where, and notes how it went. */
export const deliverWebhooks: Grant = ({ webhooks }, fn) => webhooks.grant(fn, 'get', 'query', 'put');

/** Finds the webhooks that are due. */
export const findDueWebhooks: Grant = ({ webhooks }, fn) => webhooks.grantIndexQuery(fn, 'due');
