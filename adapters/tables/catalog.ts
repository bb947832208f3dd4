import * as z from 'zod/mini';
import { type ProductEvent, productEventKinds, type RecordedEvent } from '../../core/catalog/history.ts';
import {
  type Product,
  type ProductVersion,
  productKinds,
  productStatuses,
  type StoredVersion,
} from '../../core/catalog/product.ts';
import { type ReviewState, reviewStates } from '../../core/catalog/review.ts';
import { merchantStandings } from '../../core/identity/merchant.ts';
import { type MerchantLabel, merchantLabels } from '../../core/policy/policy.ts';
import { currency, maxAmountMinor } from '../../core/shared/money.ts';
import { accept, type Result } from '../../core/shared/result.ts';
import { decodeCursor, encodeCursor } from '../cursor.ts';
import type { Item, TableGateway, TransactionItem } from './gateway.ts';

const versionFields = {
  version: z.int(),
  title: z.string(),
  category: z.string(),
  kind: z.enum(productKinds),
  priceMinor: z.int(),
  currency: z.literal(currency),
  limits: z.object({ maxPerOrder: z.int(), maxPerBuyer: z.exactOptional(z.int()) }),
  description: z.exactOptional(z.string()),
  afterSalesTerms: z.string(),
  usageNotes: z.exactOptional(z.string()),
};

const productItem = z.object({
  pk: z.string(),
  merchantId: z.string(),
  merchantName: z.string(),
  merchantLabel: z.enum(merchantLabels),
  sellerStanding: z._default(z.enum(merchantStandings), 'admitted'),
  sellerSeq: z._default(z.int(), 0),
  status: z.enum(productStatuses),
  latestVersion: z.int(),
  createdAt: z.string(),
  revision: z._default(z.int(), 0),
  approvedVersion: z.exactOptional(z.int()),
  onSaleVersion: z.exactOptional(z.int()),
  onSale: z.exactOptional(z.object(versionFields)),
});

/** A version has no `merchantId` attribute of its own, so that `by-merchant` lists products alone. */
const versionItem = z.object({
  ...versionFields,
  pk: z.string(),
  seller: z.object({ merchantId: z.string(), name: z.string(), label: z.enum(merchantLabels) }),
  createdAt: z.string(),
  firstOnSaleAt: z.exactOptional(z.string()),
  reviewState: z.exactOptional(z.enum(reviewStates)),
  submittedAt: z.exactOptional(z.string()),
  decidedAt: z.exactOptional(z.string()),
  reviewReason: z.exactOptional(z.string()),
});

const fieldChange = z.object({
  field: z.string(),
  before: z.exactOptional(z.union([z.string(), z.number()])),
  after: z.exactOptional(z.union([z.string(), z.number()])),
  lines: z.exactOptional(z.array(z.object({ sign: z.enum(['-', '+']), line: z.int(), text: z.string() }))),
  linesOmitted: z.exactOptional(z.int()),
});

const eventItem = z.object({
  sequence: z.int(),
  kind: z.enum(productEventKinds),
  at: z.string(),
  by: z.object({ accountId: z.string(), apiKeyId: z.string() }),
  version: z.exactOptional(z.int()),
  reason: z.exactOptional(z.string()),
  changes: z.exactOptional(z.array(fieldChange)),
});

const requestItem = z.object({ requestHash: z.string(), version: z.exactOptional(z.int()) });

/** A request that changed something, kept so that its replay changes nothing. */
export type StoredRequest = {
  readonly requestId: string;
  readonly requestHash: string;
  /** The version that the request made. */
  readonly version?: number;
};

type PageOf = { readonly limit: number; readonly cursor?: string | undefined };
type Page<T> = { items: T[]; nextCursor?: string };

export type BrowseFilter = {
  readonly category?: string | undefined;
  readonly label?: MerchantLabel | undefined;
  readonly merchantId?: string | undefined;
  readonly minPriceMinor?: number | undefined;
  readonly maxPriceMinor?: number | undefined;
  readonly descending: boolean;
};

const productKey = (productId: string) => ({ pk: productId, sk: 'PRODUCT' });
const versionKey = (productId: string, version: number) => ({
  pk: productId,
  sk: `VERSION#${String(version).padStart(6, '0')}`,
});
const eventKey = (productId: string, sequence: number) => ({
  pk: productId,
  sk: `HISTORY#${String(sequence).padStart(9, '0')}`,
});
/** Changes that are looked through for recent edits. */
const recentEvents = 200;
const requestKey = (requestId: string) => ({ pk: requestId, sk: 'REQUEST' });

/** Products, their versions, and the requests that changed them. */
export const catalogTable = (gateway: TableGateway, tableName: string) => {
  const table = { TableName: tableName };

  /** A product with the version on sale, in one read. */
  const getProduct = async (productId: string): Promise<Product | undefined> => {
    const item = await gateway.get({ ...table, Key: productKey(productId) });
    return item && toProduct(item);
  };

  /** Whether the merchant has a product on sale. From an index: one put on sale a moment ago may not show yet. */
  const isSelling = async (merchantId: string): Promise<boolean> => {
    const { count } = await gateway.query({
      ...table,
      IndexName: 'on-sale-by-merchant',
      KeyConditionExpression: 'onSaleMerchant = :merchant',
      ExpressionAttributeValues: { ':merchant': merchantId },
      Limit: 1,
    });
    return count > 0;
  };

  /** Those of the products that exist, in no order. */
  const getProducts = async (productIds: readonly string[]): Promise<readonly Product[]> => {
    const items: Item[] = [];
    for (let from = 0; from < productIds.length; from += 100)
      items.push(...(await gateway.batchGet(tableName, productIds.slice(from, from + 100).map(productKey))));
    return items.map(toProduct);
  };

  /** A page of all products there are, drafts included. */
  const scanProducts = async (
    startKey: Item | undefined,
  ): Promise<{ products: Product[]; lastKey: Item | undefined }> => {
    const { items, lastKey } = await gateway.scan({ ...table, ...(startKey && { ExclusiveStartKey: startKey }) });
    return { products: items.filter(isProductItem).map(toProduct), lastKey };
  };

  const getVersion = async (productId: string, version: number): Promise<StoredVersion | undefined> => {
    const item = await gateway.get({ ...table, Key: versionKey(productId, version) });
    return item && toVersion(item);
  };

  const getRequest = async (requestId: string): Promise<StoredRequest | undefined> => {
    const item = await gateway.get({ ...table, Key: requestKey(requestId) });
    return item && { requestId, ...requestItem.parse(item) };
  };

  /** Stores a new product with its first version; `false` where the product or the request is there already. */
  const createProduct = async (
    product: Product,
    first: StoredVersion,
    request: StoredRequest,
    event: ProductEvent,
  ): Promise<boolean> => {
    const { productId, ...fields } = product;
    const committed = await gateway.transact([
      putNew(table, { ...requestKey(request.requestId), ...withoutId(request) }),
      putNew(table, { ...productKey(productId), ...fields }),
      putNew(table, versionToItem(first)),
      putEvent(table, product, event),
    ]);
    return committed.committed;
  };

  /** Stores the version after the product's latest; `false` where another change came first or the request is a replay. */
  const addVersion = async (
    before: Product,
    version: StoredVersion,
    request: StoredRequest,
    event: ProductEvent,
  ): Promise<boolean> => {
    const after = { ...before, latestVersion: version.version, revision: before.revision + 1 };
    const committed = await gateway.transact([
      putNew(table, { ...requestKey(request.requestId), ...withoutId(request) }),
      moveOn(table, before, after, { set: { latestVersion: after.latestVersion } }),
      putNew(table, versionToItem(version)),
      putEvent(table, after, event),
    ]);
    return committed.committed;
  };

  /** Moves a product from the sale it was read in; `false` where it changed meanwhile or the request is a replay. */
  const changeSale = async (
    before: Product,
    after: Product,
    request: StoredRequest,
    event: ProductEvent,
  ): Promise<boolean> => {
    const next = { ...after, revision: before.revision + 1 };
    const committed = await gateway.transact([
      putNew(table, { ...requestKey(request.requestId), ...withoutId(request) }),
      moveOn(table, before, next, saleChange(next)),
      putEvent(table, next, event),
      ...(next.onSale ? [markOnSale(table, before.productId, next.onSale, event.at)] : []),
    ]);
    return committed.committed;
  };

  /** Writes what a review said of a version, and what follows for the product; `false` where it changed meanwhile. */
  const changeReview = async (
    before: Product,
    after: Product,
    version: StoredVersion,
    event: ProductEvent,
  ): Promise<boolean> => {
    const next = { ...after, revision: before.revision + 1 };
    const { approvedVersion } = next;
    const { set, remove = [] }: Change = next.onSaleVersion === before.onSaleVersion ? { set: {} } : saleChange(next);
    const committed = await gateway.transact([
      moveOn(table, before, next, {
        set: { ...set, ...(approvedVersion !== undefined && { approvedVersion }) },
        remove,
      }),
      { Update: { ...table, Key: versionKey(version.productId, version.version), ...reviewChange(version) } },
      putEvent(table, next, event),
    ]);
    return committed.committed;
  };

  /** Tells a product how its merchant stands: `withSeller` says how it changes. `false` where it changed meanwhile. */
  const tellSeller = async (before: Product, after: Product): Promise<boolean> => {
    const next = { ...after, revision: before.revision + 1 };
    const committed = await gateway.transact([moveOn(table, before, next, saleChange(next))]);
    return committed.committed;
  };

  /** Every product of a merchant, from an index: one that was made a moment ago may be missing yet. */
  async function* productsOf(merchantId: string): AsyncGenerator<Product> {
    const query = {
      ...table,
      IndexName: 'by-merchant',
      KeyConditionExpression: 'merchantId = :merchant',
      ExpressionAttributeValues: { ':merchant': merchantId },
    };
    for await (const item of gateway.queryAll(query)) yield toProduct(item);
  }

  /** A merchant's products, newest first. */
  const listProducts = async (merchantId: string, page: PageOf): Promise<Result<Page<Product>>> => {
    const query = ['listProducts', merchantId];
    const start = decodeCursor(query, page.cursor, { merchantId }, ['pk', 'sk', 'merchantId', 'createdAt']);
    if (!start.ok) return start;
    const { items, lastKey } = await gateway.query({
      ...table,
      IndexName: 'by-merchant',
      KeyConditionExpression: 'merchantId = :merchant',
      ExpressionAttributeValues: { ':merchant': merchantId },
      ScanIndexForward: false,
      Limit: page.limit,
      ...start.value,
    });
    return accept({ items: items.map(toProduct), ...encodeCursor(query, lastKey) });
  };

  /** A product's versions, newest first. */
  const listVersions = async (productId: string, page: PageOf): Promise<Result<Page<StoredVersion>>> => {
    const query = ['listVersions', productId];
    const isVersion = ({ sk = '' }: Readonly<Record<string, string>>) => sk.startsWith('VERSION#');
    const start = decodeCursor(query, page.cursor, { pk: productId }, ['pk', 'sk'], isVersion);
    if (!start.ok) return start;
    const { items, lastKey } = await gateway.query({
      ...table,
      KeyConditionExpression: 'pk = :product AND begins_with(sk, :versions)',
      ExpressionAttributeValues: { ':product': productId, ':versions': 'VERSION#' },
      ConsistentRead: true,
      ScanIndexForward: false,
      Limit: page.limit,
      ...start.value,
    });
    return accept({ items: items.map(toVersion), ...encodeCursor(query, lastKey) });
  };

  /** Versions of one state of review, first submitted first. From an index: a decision of a moment ago may not show. */
  const listReviews = async (state: ReviewState, page: PageOf): Promise<Result<Page<StoredVersion>>> => {
    const query = ['listReviews', state];
    const start = decodeCursor(query, page.cursor, { reviewState: state }, ['pk', 'sk', 'reviewState', 'submittedAt']);
    if (!start.ok) return start;
    const { items, lastKey } = await gateway.query({
      ...table,
      IndexName: 'reviews',
      KeyConditionExpression: 'reviewState = :state',
      ExpressionAttributeValues: { ':state': state },
      Limit: page.limit,
      ...start.value,
    });
    return accept({ items: items.map(toVersion), ...encodeCursor(query, lastKey) });
  };

  const eventsOf = (productId: string) => ({
    ...table,
    KeyConditionExpression: 'pk = :product AND begins_with(sk, :events)',
    ExpressionAttributeValues: { ':product': productId, ':events': 'HISTORY#' },
    ConsistentRead: true,
    ScanIndexForward: false,
  });

  /** The changes of a product, newest first. */
  const listEvents = async (productId: string, page: PageOf): Promise<Result<Page<RecordedEvent>>> => {
    const query = ['listEvents', productId];
    const isEvent = ({ sk = '' }: Readonly<Record<string, string>>) => sk.startsWith('HISTORY#');
    const start = decodeCursor(query, page.cursor, { pk: productId }, ['pk', 'sk'], isEvent);
    if (!start.ok) return start;
    const { items, lastKey } = await gateway.query({ ...eventsOf(productId), Limit: page.limit, ...start.value });
    return accept({ items: items.map((item) => eventItem.parse(item)), ...encodeCursor(query, lastKey) });
  };

  /** Kind and time of the latest changes of a product, so many as tell how often it is edited. */
  const latestEvents = async (productId: string): Promise<readonly Pick<RecordedEvent, 'kind' | 'at'>[]> => {
    const { items } = await gateway.query({
      ...eventsOf(productId),
      ProjectionExpression: '#kind, #at',
      ExpressionAttributeNames: { '#kind': 'kind', '#at': 'at' },
      Limit: recentEvents,
    });
    return items.map((item) => z.pick(eventItem, { kind: true, at: true }).parse(item));
  };

  /**
   * Products on sale by price, then by id. Without category and merchant it merges what the categories hold.
   *
   * @param categories every category that a product may be on sale in
   */
  const browse = async (
    filter: BrowseFilter,
    categories: readonly string[],
    page: PageOf,
  ): Promise<Result<Page<Product>>> => {
    const query = ['browse', { ...filter }];
    const start = decodeCursor(query, page.cursor, {}, ['onSaleRank'], isRank);
    if (!start.ok) return start;
    const bounds = rankBounds(filter, start.value.ExclusiveStartKey?.['onSaleRank']);
    if (bounds.from > bounds.to) return accept({ items: [] });
    const parts = await Promise.all(
      partitionsOf(filter, categories).map(({ index, attribute, value }) =>
        gateway.query({
          ...table,
          IndexName: index,
          KeyConditionExpression: '#partition = :partition AND onSaleRank BETWEEN :from AND :to',
          ExpressionAttributeNames: { '#partition': attribute },
          ExpressionAttributeValues: { ':partition': value, ':from': bounds.from, ':to': bounds.to },
          ScanIndexForward: !filter.descending,
          Limit: page.limit + 1,
        }),
      ),
    );
    const { items, lastRank } = mergeByRank(parts, filter, page.limit);
    return accept({ items, ...encodeCursor(query, lastRank === undefined ? undefined : { onSaleRank: lastRank }) });
  };

  return {
    getProduct,
    isSelling,
    getProducts,
    scanProducts,
    getVersion,
    getRequest,
    createProduct,
    addVersion,
    changeSale,
    changeReview,
    tellSeller,
    productsOf,
    listProducts,
    listVersions,
    listReviews,
    listEvents,
    latestEvents,
    browse,
  };
};

export type CatalogTable = ReturnType<typeof catalogTable>;

const putNew = (table: { TableName: string }, item: Item): TransactionItem => ({
  Put: { ...table, Item: item, ConditionExpression: 'attribute_not_exists(pk)' },
});

const withoutId = ({ requestId, ...fields }: StoredRequest): Item => fields;

const versionToItem = ({ productId, review, ...fields }: StoredVersion): Item => ({
  ...versionKey(productId, fields.version),
  ...fields,
  ...reviewToItem(review),
});

const reviewToItem = (review: StoredVersion['review']): Item =>
  review === undefined
    ? {}
    : {
        reviewState: review.state,
        submittedAt: review.submittedAt,
        ...(review.decidedAt !== undefined && { decidedAt: review.decidedAt }),
        ...(review.reason !== undefined && { reviewReason: review.reason }),
      };

export const isProductItem = (item: Item): boolean => item['sk'] === 'PRODUCT';

export const toProduct = (item: Item): Product => {
  const { pk, ...product } = productItem.parse(item);
  return { productId: pk, ...product };
};

const toVersion = (item: Item): StoredVersion => {
  const { pk, reviewState, submittedAt, decidedAt, reviewReason, ...version } = versionItem.parse(item);
  if (reviewState === undefined || submittedAt === undefined) return { productId: pk, ...version };
  const decision = { ...(decidedAt && { decidedAt }), ...(reviewReason && { reason: reviewReason }) };
  return { productId: pk, ...version, review: { state: reviewState, submittedAt, ...decision } };
};

type Change = { readonly set: Item; readonly remove?: readonly string[] };

/** Writes a change of a product over the revision it was decided on. Products of old have none until their first change. */
const moveOn = (table: { TableName: string }, before: Product, after: Product, { set, remove = [] }: Change) => {
  const fields = Object.entries({ ...set, revision: after.revision });
  return {
    Update: {
      ...table,
      Key: productKey(before.productId),
      UpdateExpression: [
        `SET ${fields.map(([name]) => `#${name} = :${name}`).join(', ')}`,
        ...(remove.length > 0 ? [`REMOVE ${remove.join(', ')}`] : []),
      ].join(' '),
      ConditionExpression:
        before.revision === 0 ? 'attribute_exists(pk) AND attribute_not_exists(#revision)' : '#revision = :read',
      ExpressionAttributeNames: Object.fromEntries(fields.map(([name]) => [`#${name}`, name])),
      ExpressionAttributeValues: {
        ...Object.fromEntries(fields.map(([name, value]) => [`:${name}`, value])),
        ...(before.revision > 0 && { ':read': before.revision }),
      },
    },
  };
};

/**
 * What is on sale, by whom, and where it is listed: while nothing is, or its merchant may not sell, the product has none
 * of the attributes of the sale indexes.
 */
const saleChange = (product: Product): Change => {
  const { productId, merchantId, merchantName, merchantLabel, sellerStanding, sellerSeq, status, onSale } = product;
  const isListed = onSale !== undefined && sellerStanding === 'admitted';
  return {
    set: {
      merchantName,
      merchantLabel,
      sellerStanding,
      sellerSeq,
      status,
      ...(onSale && { onSaleVersion: onSale.version, onSale }),
      ...(isListed && {
        onSaleCategory: onSale.category,
        onSaleMerchant: merchantId,
        onSaleRank: rankOf(onSale.priceMinor, productId),
      }),
    },
    remove: [
      ...(onSale ? [] : ['onSaleVersion', 'onSale']),
      ...(isListed ? [] : ['onSaleCategory', 'onSaleMerchant', 'onSaleRank']),
    ],
  };
};

const reviewChange = ({ review }: StoredVersion) => {
  const fields = Object.entries(reviewToItem(review));
  return {
    UpdateExpression: `SET ${fields.map(([name]) => `${name} = :${name}`).join(', ')}`,
    ConditionExpression: 'attribute_exists(pk)',
    ExpressionAttributeValues: Object.fromEntries(fields.map(([name, value]) => [`:${name}`, value])),
  };
};

/** The event of a product's latest change, numbered like it. */
const putEvent = (table: { TableName: string }, { productId, revision }: Product, event: ProductEvent) =>
  putNew(table, { ...eventKey(productId, revision), ...event, sequence: revision });

/** From now on anybody may read the version. */
const markOnSale = (
  table: { TableName: string },
  productId: string,
  { version }: ProductVersion,
  now: string,
): TransactionItem => ({
  Update: {
    ...table,
    Key: versionKey(productId, version),
    UpdateExpression: 'SET firstOnSaleAt = if_not_exists(firstOnSaleAt, :now)',
    ConditionExpression: 'attribute_exists(pk)',
    ExpressionAttributeValues: { ':now': now },
  },
});

const priceDigits = String(maxAmountMinor).length;
const paddedPrice = (priceMinor: number): string => String(priceMinor).padStart(priceDigits, '0');

/** Sorts by price, then by id; no two products share one. */
const rankOf = (priceMinor: number, productId: string): string => `${paddedPrice(priceMinor)}#${productId}`;

const rankForm = new RegExp(`^\\d{${priceDigits}}#prd_[0-9a-z]{26}$`);
const isRank = ({ onSaleRank = '' }: Readonly<Record<string, string>>): boolean => rankForm.test(onSaleRank);

/** Sorts after every rank that begins like this. */
const endOf = (prefix: string): string => `${prefix}~`;

/** The first and last rank that may come next, both included; ranks are of one length, so that neither repeats `after`. */
const rankBounds = (
  { minPriceMinor = 0, maxPriceMinor = maxAmountMinor, descending }: BrowseFilter,
  after: string | undefined,
): { from: string; to: string } => {
  const from = paddedPrice(minPriceMinor);
  const to = endOf(paddedPrice(maxPriceMinor));
  if (after === undefined) return { from, to };
  if (!descending) return { from: after > from ? endOf(after) : from, to };
  if (after > to) return { from, to };
  const beforeLast = String.fromCharCode(after.charCodeAt(after.length - 1) - 1);
  return { from, to: endOf(after.slice(0, -1) + beforeLast) };
};

const partitionsOf = ({ category, merchantId }: BrowseFilter, categories: readonly string[]) =>
  merchantId === undefined
    ? (category === undefined ? categories : [category]).map((value) => ({
        index: 'on-sale-by-category',
        attribute: 'onSaleCategory',
        value,
      }))
    : [{ index: 'on-sale-by-merchant', attribute: 'onSaleMerchant', value: merchantId }];

const rankItem = z.object({ onSaleRank: z.string() });

/**
 * The next page of several sorted lists. A list that was cut (by its limit or by the size of a page) is only known up
 * to its last item, so nothing beyond the first such point can be said to come next.
 */
const mergeByRank = (
  parts: readonly { items: Item[]; lastKey: Item | undefined }[],
  { category, label, descending }: BrowseFilter,
  limit: number,
): { items: Product[]; lastRank: string | undefined } => {
  const direction = descending ? -1 : 1;
  const compare = (a: string, b: string): number => (a < b ? -direction : a > b ? direction : 0);
  const ranked = parts.map(({ items, lastKey }) => ({
    entries: items.map((item) => ({ rank: rankItem.parse(item).onSaleRank, product: toProduct(item) })),
    isCut: lastKey !== undefined,
  }));
  const [horizon] = ranked.flatMap(({ entries, isCut }) => (isCut ? (entries.at(-1)?.rank ?? []) : [])).sort(compare);
  const known = ranked
    .flatMap(({ entries }) => entries)
    .filter(({ rank }) => horizon === undefined || compare(rank, horizon) <= 0)
    .sort((a, b) => compare(a.rank, b.rank));
  const fitting = known.filter(
    ({ product }) =>
      (category === undefined || product.onSale?.category === category) &&
      (label === undefined || product.merchantLabel === label),
  );
  const taken = fitting.slice(0, limit);
  const lastRank = fitting.length > limit ? taken.at(-1)?.rank : horizon;
  return { items: taken.map(({ product }) => product), lastRank };
};
