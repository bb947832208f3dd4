import { beforeEach, describe, expect, it } from 'vitest';
import { catalogHouse } from './catalog-house.ts';

let house: Awaited<ReturnType<typeof catalogHouse>>;
beforeEach(async () => {
  house = await catalogHouse();
});

const prices = (items: unknown) => (items as { priceMinor: number }[]).map(({ priceMinor }) => priceMinor);
const browse = async (query: Record<string, string> = {}) => house.call('browseCatalog', { query });

const browseAll = async (query: Record<string, string>) => {
  const items: { productId: string; priceMinor: number }[] = [];
  for (let cursor: unknown, pages = 0; pages < 100; pages += 1) {
    const { status, body } = await browse({ ...query, ...(typeof cursor === 'string' && { cursor }) });
    expect(status).toBe(200);
    items.push(...(body['items'] as typeof items));
    cursor = body['nextCursor'];
    if (cursor === undefined) return items;
  }
  throw new Error('The catalog does not end');
};

describe('the catalog', () => {
  it('shows what is on sale by price, without drafts', async () => {
    for (const priceMinor of [900, 20_000, 5]) await house.sell({ priceMinor });
    await house.create({ priceMinor: 1 });
    expect(prices((await browse()).body['items'])).toEqual([5, 900, 20_000]);
    expect(prices((await browse({ sort: '-price' })).body['items'])).toEqual([20_000, 900, 5]);
  });

  it('is filtered by category, merchant and price, bounds included', async () => {
    await house.sell({ priceMinor: 100, category: 'gift-card' });
    await house.sell({ priceMinor: 200, category: 'gift-card' }, house.rival);
    await house.sell({ priceMinor: 300, category: 'phone-top-up' });
    await house.sell({ priceMinor: 400, category: 'gift-card' });
    const merchantId = house.merchant.accountId;
    expect(prices((await browse({ category: 'gift-card' })).body['items'])).toEqual([100, 200, 400]);
    expect(prices((await browse({ merchantId })).body['items'])).toEqual([100, 300, 400]);
    expect(prices((await browse({ merchantId, category: 'gift-card' })).body['items'])).toEqual([100, 400]);
    expect(prices((await browse({ minPriceMinor: '200', maxPriceMinor: '300' })).body['items'])).toEqual([200, 300]);
    expect(prices((await browse({ category: 'software-license' })).body['items'])).toEqual([]);
  });

  it('refuses a text that becomes more words than one search can ask for', async () => {
    // Each of these characters abbreviates a whole word, which is written out before it is looked for.
    const abbreviated = String.fromCodePoint(...Array.from({ length: 64 }, (_, index) => 0x3300 + index));
    expect(await browse({ text: abbreviated })).toMatchObject({
      status: 400,
      body: { code: 'invalid-request', field: 'query.text' },
    });
    const plain = String.fromCodePoint(...Array.from({ length: 64 }, (_, index) => 0x4e00 + index));
    expect(await browse({ text: plain })).toMatchObject({ status: 200, body: { items: [] } });
  });

  it.each(['price', '-price'])('shows each product once by %s, whatever the size of the page', async (sort) => {
    const categories = ['gift-card', 'phone-top-up', 'other'];
    const made = new Map<string, number>();
    for (let index = 0; index < 23; index += 1) {
      const priceMinor = 1 + (index % 5);
      made.set(await house.sell({ priceMinor, category: categories[index % 3] }), priceMinor);
    }
    const direction = sort === 'price' ? 1 : -1;
    const expected = [...made]
      .sort(([idA, a], [idB, b]) => direction * (a - b || (idA < idB ? -1 : 1)))
      .map(([productId]) => productId);
    const merchantId = house.merchant.accountId;
    for (const limit of ['1', '2', '7', '23', '200'])
      for (const filter of [{}, { merchantId }, { minPriceMinor: '1', maxPriceMinor: '5' }]) {
        const found = await browseAll({ sort, limit, ...filter });
        expect(found.map(({ productId }) => productId)).toEqual(expected);
      }
    const gifts = await browseAll({ sort, limit: '2', merchantId, category: 'gift-card' });
    expect(gifts).toHaveLength(8);
  });

  it('goes on after a product that left the sale between two pages', async () => {
    const ids = [];
    for (const priceMinor of [1, 2, 3]) ids.push(await house.sell({ priceMinor }));
    const first = await browse({ limit: '2' });
    await house.call('takeOffSale', { as: house.merchant, params: { productId: ids[1] ?? '' } });
    const second = await browse({ limit: '2', cursor: String(first.body['nextCursor']) });
    expect(prices(second.body['items'])).toEqual([3]);
  });

  it.each<[string, Record<string, string>, string, string]>([
    ['garbage as cursor', { cursor: 'garbage' }, 'cursor-invalid', 'query.cursor'],
    ['a price range turned over', { minPriceMinor: '2', maxPriceMinor: '1' }, 'invalid-request', 'query.maxPriceMinor'],
    ['a negative price', { minPriceMinor: '-1' }, 'invalid-request', 'query.minPriceMinor'],
    ['a fractional price', { minPriceMinor: '1.5' }, 'invalid-request', 'query.minPriceMinor'],
    ['a huge page', { limit: '201' }, 'invalid-request', 'query.limit'],
    ['another order', { sort: 'title' }, 'invalid-request', 'query.sort'],
    ['an unknown filter', { titel: 'x' }, 'invalid-request', 'query'],
    ['a merchant that is no id', { merchantId: 'me' }, 'invalid-request', 'query.merchantId'],
  ])('refuses %s', async (_, query, code, field) => {
    expect(await browse(query)).toMatchObject({ status: 400, body: { code, field } });
  });

  it('refuses the cursor of another filter, and one with a forged position', async () => {
    for (const priceMinor of [1, 2]) await house.sell({ priceMinor });
    const { body } = await browse({ limit: '1' });
    const cursor = String(body['nextCursor']);
    expect(await browse({ cursor, sort: '-price' })).toMatchObject({ body: { code: 'cursor-invalid' } });
    const inside = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    const forged = Buffer.from(JSON.stringify({ ...inside, k: { onSaleRank: 'zzz' } })).toString('base64url');
    expect(await browse({ cursor: forged })).toMatchObject({ body: { code: 'cursor-invalid' } });
  });
});
