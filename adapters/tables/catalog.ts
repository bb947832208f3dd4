import * as z from 'zod/mini';
import {
  type Product,
  type ProductVersion,
  productKinds,
  productStatuses,
  type StoredVersion,
} from '../../core/catalog/product.ts';
import { merchantLabels } from '../../core/policy/policy.ts';
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
  afterSalesTerms: z.string(),
  usageNotes: z.exactOptional(z.string()),
};

const productItem = z.object({
  pk: z.string(),
  merchantId: z.string(),
  merchantName: z.string(),
  merchantLabel: z.enum(merchantLabels),
  status: z.enum(productStatuses),
  latestVersion: z.int(),
  createdAt: z.string(),
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
const requestKey = (requestId: string) => ({ pk: requestId, sk: 'REQUEST' });

/** Products, their versions, and the requests that changed them. */
export const catalogTable = (gateway: TableGateway, tableName: string) => {
  const table = { TableName: tableName };

  /** A product with the version on sale, in one read. */
  const getProduct = async (productId: string): Promise<Product | undefined> => {
    const item = await gateway.get({ ...table, Key: productKey(productId) });
    return item && toProduct(item);
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
  const createProduct = async (product: Product, first: StoredVersion, request: StoredRequest): Promise<boolean> => {
    const { productId, ...fields } = product;
    const committed = await gateway.transact([
      putNew(table, { ...requestKey(request.requestId), ...withoutId(request) }),
      putNew(table, { ...productKey(productId), ...fields }),
      putNew(table, versionToItem(first)),
    ]);
    return committed.committed;
  };

  /** Stores the version after the product's latest; `false` where another came first or the request is a replay. */
  const addVersion = async (version: StoredVersion, request: StoredRequest): Promise<boolean> => {
    const committed = await gateway.transact([
      putNew(table, { ...requestKey(request.requestId), ...withoutId(request) }),
      {
        Update: {
          ...table,
          Key: productKey(version.productId),
          UpdateExpression: 'SET latestVersion = :next',
          ConditionExpression: 'latestVersion = :read',
          ExpressionAttributeValues: { ':next': version.version, ':read': version.version - 1 },
        },
      },
      putNew(table, versionToItem(version)),
    ]);
    return committed.committed;
  };

  /** Moves a product from the sale it was read in; `false` where it left it meanwhile or the request is a replay. */
  const changeSale = async (before: Product, after: Product, request: StoredRequest, now: string): Promise<boolean> => {
    const committed = await gateway.transact([
      putNew(table, { ...requestKey(request.requestId), ...withoutId(request) }),
      { Update: { ...table, Key: productKey(before.productId), ...saleChange(before, after) } },
      ...(after.onSale ? [markOnSale(table, before.productId, after.onSale, now)] : []),
    ]);
    return committed.committed;
  };

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
    getVersion,
    getRequest,
    createProduct,
    addVersion,
    changeSale,
    listProducts,
    listVersions,
    browse,
  };
};

export type CatalogTable = ReturnType<typeof catalogTable>;

const putNew = (table: { TableName: string }, item: Item): TransactionItem => ({
  Put: { ...table, Item: item, ConditionExpression: 'attribute_not_exists(pk)' },
});

const withoutId = ({ requestId, ...fields }: StoredRequest): Item => fields;

const versionToItem = ({ productId, ...fields }: StoredVersion): Item => ({
  ...versionKey(productId, fields.version),
  ...fields,
});

const toProduct = (item: Item): Product => {
  const { pk, ...product } = productItem.parse(item);
  return { productId: pk, ...product };
};

const toVersion = (item: Item): StoredVersion => {
  const { pk, ...version } = versionItem.parse(item);
  return { productId: pk, ...version };
};

/** Conditioned on the sale that was read; while off sale the product has none of the attributes of the sale indexes. */
const saleChange = (before: Product, after: Product) => {
  const isSaleAsRead =
    before.onSaleVersion === undefined ? 'attribute_not_exists(onSaleVersion)' : 'onSaleVersion = :read';
  const common = {
    ConditionExpression: `#status = :from AND ${isSaleAsRead}`,
    ExpressionAttributeNames: { '#status': 'status' },
  };
  const values = {
    ':from': before.status,
    ':to': after.status,
    ...(before.onSaleVersion !== undefined && { ':read': before.onSaleVersion }),
  };
  if (after.onSale === undefined)
    return {
      ...common,
      UpdateExpression: 'SET #status = :to REMOVE onSaleVersion, onSale, onSaleCategory, onSaleMerchant, onSaleRank',
      ExpressionAttributeValues: values,
    };
  return {
    ...common,
    UpdateExpression:
      'SET #status = :to, onSaleVersion = :version, onSale = :onSale, onSaleCategory = :category, onSaleMerchant = :merchant, onSaleRank = :rank',
    ExpressionAttributeValues: {
      ...values,
      ':version': after.onSale.version,
      ':onSale': after.onSale,
      ':category': after.onSale.category,
      ':merchant': after.merchantId,
      ':rank': rankOf(after.onSale.priceMinor, after.productId),
    },
  };
};

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
  { category, descending }: BrowseFilter,
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
  const fitting = known.filter(({ product }) => category === undefined || product.onSale?.category === category);
  const taken = fitting.slice(0, limit);
  const lastRank = fitting.length > limit ? taken.at(-1)?.rank : horizon;
  return { items: taken.map(({ product }) => product), lastRank };
};
