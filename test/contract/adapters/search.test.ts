import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SearchTable } from '../../../adapters/tables/search.ts';
import type { Product } from '../../../core/catalog/product.ts';
import {
  isFound,
  postingsOf,
  type SearchFilter,
  type SearchSort,
  searchTermsOf,
} from '../../../core/catalog/search.ts';
import { type MerchantLabel, merchantLabels } from '../../../core/policy/policy.ts';
import { indexProduct } from '../../../functions/catalog/index-product.ts';
import { reindex } from '../../../functions/catalog/reindex.ts';
import { type Marketplace, openMarketplace } from '../../support/marketplace.ts';
import { present } from '../../support/sample-orders.ts';
import type { TestCaller } from '../../support/test-rooms.ts';
import { type AdapterBackend, backends } from './backends.ts';

const titles = ['星光点卡', '星光点卡 100 元', '点卡', 'Steam 充值卡', 'steam wallet', '卡', '充值 100', '光点卡星'];
const categories = ['game-point-card', 'gift-card'];
const letters = '0123456789abcdefghjkmnpqrstvwxyz';
const idOf = (index: number): string => `prd_${'0'.repeat(24)}${letters[index >> 5]}${letters[index & 31]}`;

type Drawn = {
  readonly title: string;
  readonly merchant: number;
  readonly category: string;
  readonly label: MerchantLabel;
  readonly priceMinor: number;
  readonly isOnSale: boolean;
};
const anyProduct: fc.Arbitrary<Drawn> = fc.record({
  title: fc.constantFrom(...titles),
  merchant: fc.integer({ min: 0, max: 2 }),
  category: fc.constantFrom(...categories),
  label: fc.constantFrom(...merchantLabels),
  priceMinor: fc.integer({ min: 1, max: 6 }),
  isOnSale: fc.boolean(),
});
const anyFilter: fc.Arbitrary<SearchFilter> = fc.record(
  {
    category: fc.constantFrom(...categories),
    label: fc.constantFrom(...merchantLabels),
    merchantId: fc.constantFrom('acc_0', 'acc_1'),
    minPriceMinor: fc.integer({ min: 1, max: 3 }),
    maxPriceMinor: fc.integer({ min: 3, max: 6 }),
  },
  { requiredKeys: [] },
);
const anySearch = fc.record({
  asked: fc.constantFrom('点卡', '卡', '星光', 'steam', '100 卡', '充值 卡', '星光点卡', 'wallet', '没有'),
  filter: anyFilter,
  sort: fc.constantFrom<SearchSort>('price', '-price', 'relevance'),
  limit: fc.integer({ min: 1, max: 4 }),
});

const productOf = (drawn: Drawn, index: number): Product => {
  const onSale = {
    version: 1,
    title: drawn.title,
    category: drawn.category,
    kind: 'card_key',
    priceMinor: drawn.priceMinor,
    currency: 'CNY',
    limits: { maxPerOrder: 1 },
    afterSalesTerms: 'T',
  } as const;
  return {
    productId: idOf(index),
    merchantId: `acc_${drawn.merchant}`,
    merchantName: `飞鱼${drawn.merchant}`,
    merchantLabel: drawn.label,
    sellerStanding: 'admitted',
    sellerSeq: 1,
    latestVersion: 1,
    createdAt: '2026-11-22T00:00:00.000Z',
    revision: 1,
    ...(drawn.isOnSale ? { status: 'on_sale', onSaleVersion: 1, onSale } : { status: 'off_sale' }),
  };
};

/** What a search must answer, by looking at every product. */
const byBruteForce = (products: readonly Product[], asked: string, filter: SearchFilter, sort: SearchSort) => {
  const weightOf = (product: Product) => present(postingsOf(product)[0]).weight;
  const priceOf = (product: Product) => present(product.onSale).priceMinor;
  const byPrice = (a: Product, b: Product) => priceOf(a) - priceOf(b) || (a.productId < b.productId ? -1 : 1);
  const found = products.filter((product) => isFound(product, searchTermsOf(asked), filter));
  if (sort === 'relevance') return found.toSorted((a, b) => weightOf(a) - weightOf(b) || byPrice(a, b));
  return sort === 'price' ? found.toSorted(byPrice) : found.toSorted((a, b) => byPrice(b, a));
};

describe.each(backends)('searching %s', (_, start) => {
  let backend: AdapterBackend;
  let stores = 0;
  beforeAll(async () => {
    backend = await start();
  });
  afterAll(() => backend.stop());

  const openStore = async (): Promise<Marketplace> => {
    stores += 1;
    return openMarketplace(backend.client, await backend.createTables(`s${stores}-`));
  };

  const searchAll = async (
    search: SearchTable,
    asked: string,
    filter: SearchFilter,
    sort: SearchSort,
    limit: number,
  ) => {
    const ids: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await search.find({ terms: searchTermsOf(asked), filter, sort }, { limit, cursor });
      if (!page.ok) throw new Error(page.refusal.detail);
      expect(page.value.items.length).toBeLessThanOrEqual(limit);
      ids.push(...page.value.items.map(({ productId }) => productId));
      cursor = page.value.nextCursor;
    } while (cursor !== undefined);
    return ids;
  };

  test('the index finds what looking at every product finds, in the same order, whatever is asked', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(anyProduct, { minLength: 1, maxLength: 12 }),
        fc.array(anySearch, { minLength: 1, maxLength: 4 }),
        async (drawn, searches) => {
          const { gateway, names } = await openStore();
          const search = new SearchTable(gateway, names.search);
          const products = drawn.map(productOf);
          for (const product of products) await search.put(postingsOf(product));
          for (const { asked, filter, sort, limit } of searches) {
            const found = await searchAll(search, asked, filter, sort, limit);
            expect(found).toEqual(byBruteForce(products, asked, filter, sort).map(({ productId }) => productId));
          }
        },
      ),
      { numRuns: 12 },
    );
  });

  describe('a marketplace', () => {
    const follow = (market: Marketplace) => {
      const search = new SearchTable(market.gateway, market.names.search);
      const index = indexProduct({ catalog: market.catalog, search });
      const titlesFor = async (query: Record<string, string>): Promise<unknown[]> => {
        const { status, body } = await market.api('browseCatalog', { query });
        expect(status).toBe(200);
        return (body['items'] as { title: string; priceMinor: number }[]).map(({ title, priceMinor }) => [
          title,
          priceMinor,
        ]);
      };
      return { search, index, titlesFor };
    };
    const editPrice = async (market: Marketplace, merchant: TestCaller, productId: string, priceMinor: number) => {
      const params = { productId };
      const { version, ...rest } = present((await market.catalog.getProduct(productId))?.onSale);
      const added = await market.api('addVersion', { as: merchant, params, body: { ...rest, priceMinor } });
      await market.api('putOnSale', { as: merchant, params, body: { version: Number(added.body['version']) } });
      return market.catalog.getProduct(productId);
    };

    test('finds a product at its price of today, whatever became of the changes before', async () => {
      const market = await openStore();
      const { index, titlesFor } = follow(market);
      const { merchant, productId } = await market.sell({ title: '星光点卡', priceMinor: 100 });
      const first = await market.catalog.getProduct(productId);
      await index({ before: undefined, after: first });
      const second = await editPrice(market, merchant, productId, 300);
      const third = await editPrice(market, merchant, productId, 100);
      await index({ before: second, after: third });
      await index({ before: first, after: second });
      await index({ before: second, after: third });
      expect(await titlesFor({ text: '点卡' })).toEqual([['星光点卡', 100]]);
      expect(await titlesFor({ text: '点卡', minPriceMinor: '200' })).toEqual([]);

      await market.api('takeOffSale', { as: merchant, params: { productId } });
      expect(await titlesFor({ text: '点卡' })).toEqual([]);
      await index({ before: third, after: await market.catalog.getProduct(productId) });
      expect((await market.gateway.scan({ TableName: market.names.search })).items).toEqual([]);
    });

    test('shows a product once where an old posting of it was left behind', async () => {
      const market = await openStore();
      const { index, titlesFor, search } = follow(market);
      const { merchant, productId } = await market.sell({ title: '星光点卡', priceMinor: 100 });
      const first = present(await market.catalog.getProduct(productId));
      await index({ before: undefined, after: first });
      await index({ before: undefined, after: await editPrice(market, merchant, productId, 300) });
      expect(await titlesFor({ text: '点卡' })).toEqual([['星光点卡', 300]]);
      await search.put(postingsOf(first));
      expect(await titlesFor({ text: '点卡' })).toEqual([['星光点卡', 300]]);

      const { removed } = await reindex({ catalog: market.catalog, search });
      expect(removed).toBe(postingsOf(first).length);
      const { items } = await market.gateway.scan({ TableName: market.names.search });
      expect(items).toHaveLength(removed);
    });

    test('is searched again once its index was lost and made anew', async () => {
      const market = await openStore();
      const { search, titlesFor } = follow(market);
      await market.sell({ title: 'Steam 充值卡', priceMinor: 7 });
      await market.sell({ title: '点卡', priceMinor: 9 });
      expect(await titlesFor({ text: '充值' })).toEqual([]);
      expect(await reindex({ catalog: market.catalog, search })).toMatchObject({ removed: 0 });
      expect(await titlesFor({ text: '充值' })).toEqual([['Steam 充值卡', 7]]);
      expect(await titlesFor({ text: '卡', sort: 'price' })).toEqual([
        ['Steam 充值卡', 7],
        ['点卡', 9],
      ]);
      expect(await titlesFor({ text: '卡' })).toEqual([
        ['点卡', 9],
        ['Steam 充值卡', 7],
      ]);
      expect(await titlesFor({ text: '卡', label: 'gold' })).toEqual([]);
      expect(await titlesFor({ label: 'standard' })).toEqual([
        ['Steam 充值卡', 7],
        ['点卡', 9],
      ]);
      expect(await titlesFor({ label: 'gold' })).toEqual([]);
    });

    test('refuses a search for nothing, and the cursor of another search', async () => {
      const market = await openStore();
      const { search } = follow(market);
      for (let index = 0; index < 3; index += 1) await market.sell({ title: `点卡 ${index}` });
      await reindex({ catalog: market.catalog, search });
      const browse = (query: Record<string, string>) => market.api('browseCatalog', { query });
      expect(await browse({ text: '!?' })).toMatchObject({ status: 400, body: { field: 'query.text' } });
      expect(await browse({ text: 'x'.repeat(65) })).toMatchObject({ status: 400, body: { field: 'query.text' } });
      expect(await browse({ sort: 'relevance' })).toMatchObject({ status: 400, body: { field: 'query.sort' } });
      const first = await browse({ text: '点卡', limit: '1' });
      const cursor = String(first.body['nextCursor']);
      expect((await browse({ text: '点卡', limit: '2', cursor })).body['items']).toHaveLength(2);
      expect(await browse({ text: '点', cursor })).toMatchObject({ body: { code: 'cursor-invalid' } });
      const inside = JSON.parse(Buffer.from(cursor, 'base64url').toString());
      for (const key of [
        { ...inside.k, pk: '飞鱼' },
        { ...inside.k, sk: 'zzz' },
        { ...inside.k, relevance: 'zzz' },
      ]) {
        const forged = Buffer.from(JSON.stringify({ ...inside, k: key })).toString('base64url');
        expect(await browse({ text: '点卡', cursor: forged })).toMatchObject({ body: { code: 'cursor-invalid' } });
      }
    });
  });
});
