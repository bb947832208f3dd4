import { beforeEach, describe, expect, it } from 'vitest';
import { buyer, catalogHouse, draft } from './catalog-house.ts';

let house: Awaited<ReturnType<typeof catalogHouse>>;
beforeEach(async () => {
  house = await catalogHouse();
});

const unknownId = `prd_${'0'.repeat(26)}`;

describe('creating a product', () => {
  it('makes a draft with version 1, and names the seller', async () => {
    const answer = await house.call('createProduct', { as: house.merchant, body: draft });
    expect(answer).toMatchObject({
      status: 201,
      body: {
        status: 'draft',
        latestVersion: 1,
        seller: { merchantId: house.merchant.accountId, name: '飞鱼点卡', label: 'gold' },
      },
    });
    expect(answer.body).not.toHaveProperty('onSale');
  });

  it('twice under one Idempotency-Key makes one', async () => {
    const request = { as: house.merchant, body: draft, idempotencyKey: 'k' };
    const [first, second] = await Promise.all([
      house.call('createProduct', request),
      house.call('createProduct', request),
    ]);
    expect(second).toEqual(first);
    expect(house.itemsOf('catalog').size).toBe(4);
  });

  it('with another body under a used Idempotency-Key changes nothing', async () => {
    const request = { as: house.merchant, idempotencyKey: 'k' };
    await house.call('createProduct', { ...request, body: draft });
    const before = house.itemsOf('catalog');
    const second = await house.call('createProduct', { ...request, body: { ...draft, priceMinor: 1 } });
    expect(second).toMatchObject({ status: 422, body: { code: 'idempotency-key-reused' } });
    expect(house.itemsOf('catalog')).toEqual(before);
  });

  it.each<[object, string]>([
    [{ kind: 'coupon' }, 'body.kind: must be card_key'],
    [{ title: 5 }, 'body.title: must be string'],
    [{ title: undefined }, 'body.title: must be given, as string'],
    [{ colour: 'red', ['x'.repeat(99)]: 1 }, 'body: has fields that are not known here: colour'],
  ])('says of %o what would be accepted', async (change, detail) => {
    const { status, body } = await house.call('createProduct', { as: house.merchant, body: { ...draft, ...change } });
    expect({ status, detail: body['detail'] }).toEqual({ status: 400, detail });
  });

  it.each<[string, string, object]>([
    ['invalid-request', 'body.afterSalesTerms', { afterSalesTerms: undefined }],
    ['invalid-request', 'body.afterSalesTerms', { afterSalesTerms: '' }],
    ['invalid-request', 'body.title', { title: 'x'.repeat(201) }],
    ['invalid-request', 'body.title', { title: 'bell \u0007' }],
    ['invalid-request', 'body.priceMinor', { priceMinor: 0 }],
    ['invalid-request', 'body.priceMinor', { priceMinor: -1 }],
    ['invalid-request', 'body.priceMinor', { priceMinor: 9.9 }],
    ['invalid-request', 'body.priceMinor', { priceMinor: 1e300 }],
    ['invalid-request', 'body.priceMinor', { priceMinor: '9900' }],
    ['invalid-request', 'body.currency', { currency: 'USD' }],
    ['invalid-request', 'body.kind', { kind: 'service' }],
    ['invalid-request', 'body.limits.maxPerOrder', { limits: { maxPerOrder: 1_001 } }],
    ['invalid-request', 'body.limits.maxPerBuyer', { limits: { maxPerBuyer: 0 } }],
    ['invalid-request', 'body', { merchantId: 'acc_x' }],
    ['category-unknown', 'body.category', { category: 'lottery' }],
  ])('is refused as %s at %s', async (code, field, change) => {
    const answer = await house.call('createProduct', { as: house.merchant, body: { ...draft, ...change } });
    expect(answer).toMatchObject({ status: 400, body: { code, field } });
    expect(house.itemsOf('catalog').size).toBe(0);
  });

  it('is for merchants alone', async () => {
    expect(await house.call('createProduct', { as: buyer, body: draft })).toMatchObject({ status: 403 });
  });
});

describe('a version', () => {
  it('added to a product on sale changes nothing of what is sold', async () => {
    const productId = await house.sell();
    const before = await house.catalog.getProduct(productId);
    const added = await house.call('addVersion', {
      as: house.merchant,
      params: { productId },
      body: { ...draft, priceMinor: 1 },
    });
    expect(added).toMatchObject({ status: 201, body: { version: 2, priceMinor: 1, limits: { maxPerOrder: 1_000 } } });
    expect(await house.catalog.getProduct(productId)).toEqual({ ...before, latestVersion: 2, revision: 3 });
  });

  it('added twice under one Idempotency-Key is one', async () => {
    const request = {
      as: house.merchant,
      params: { productId: await house.create() },
      body: draft,
      idempotencyKey: 'k',
    };
    const first = await house.call('addVersion', request);
    await house.call('addVersion', { ...request, idempotencyKey: 'other' });
    expect(await house.call('addVersion', request)).toEqual(first);
    const changed = await house.call('addVersion', { ...request, body: { ...draft, title: 'Other' } });
    expect(changed).toMatchObject({ status: 422, body: { code: 'idempotency-key-reused' } });
  });

  it('has a number of its own, however many are added at once', async () => {
    const request = { as: house.merchant, params: { productId: await house.create() }, body: draft };
    const answers = await Promise.all(Array.from({ length: 6 }, () => house.call('addVersion', request)));
    expect(answers.map(({ body }) => body['version']).sort()).toEqual([2, 3, 4, 5, 6, 7]);
  });

  it('that was ever on sale stays readable to every role; a draft is its owner’s', async () => {
    const productId = await house.sell();
    await house.call('addVersion', { as: house.merchant, params: { productId }, body: draft });
    await house.call('takeOffSale', { as: house.merchant, params: { productId } });
    const read = async (as: typeof buyer, version: string) =>
      (await house.call('readVersion', { as, params: { productId, version } })).status;
    expect(await read(buyer, '1')).toBe(200);
    expect(await read(buyer, '2')).toBe(404);
    expect(await read(house.rival, '2')).toBe(404);
    expect(await read(house.merchant, '2')).toBe(200);
    expect(await read(house.merchant, '3')).toBe(404);
  });

  it('is listed newest first, page by page, for those who may see drafts', async () => {
    const productId = await house.create();
    for (let count = 0; count < 2; count += 1)
      await house.call('addVersion', { as: house.merchant, params: { productId }, body: draft });
    const params = { productId };
    const first = await house.call('listVersions', { as: house.merchant, params, query: { limit: '2' } });
    expect(first.body).toMatchObject({ items: [{ version: 3 }, { version: 2 }] });
    const cursor = String(first.body['nextCursor']);
    const second = await house.call('listVersions', { as: house.merchant, params, query: { cursor } });
    expect(second.body).toMatchObject({ items: [{ version: 1 }] });
    expect(second.body).not.toHaveProperty('nextCursor');
    expect((await house.call('listVersions', { as: house.rival, params })).status).toBe(404);
  });
});

describe('putting on sale', () => {
  it('shows the version to everybody, with the liable seller', async () => {
    const productId = await house.sell({ limits: { maxPerOrder: 5, maxPerBuyer: 20 }, usageNotes: 'Redeem in game.' });
    const { status, body } = await house.call('readListing', { params: { productId } });
    expect(status).toBe(200);
    expect(body).toEqual({
      ...draft,
      limits: { maxPerOrder: 5, maxPerBuyer: 20 },
      usageNotes: 'Redeem in game.',
      version: 1,
      productId,
      seller: { merchantId: house.merchant.accountId, name: '飞鱼点卡', label: 'gold' },
    });
  });

  it('puts another version in place of the one on sale', async () => {
    const productId = await house.sell();
    const params = { productId };
    await house.call('addVersion', { as: house.merchant, params, body: { ...draft, priceMinor: 5_000 } });
    const answer = await house.call('putOnSale', { as: house.merchant, params, body: { version: 2 } });
    expect(answer).toMatchObject({ status: 200, body: { onSaleVersion: 2, onSale: { priceMinor: 5_000 } } });
  });

  it('repeated late brings no old price back', async () => {
    const productId = await house.create();
    const request = { as: house.merchant, params: { productId } };
    await house.call('putOnSale', { ...request, body: { version: 1 }, idempotencyKey: 'first' });
    await house.call('addVersion', { ...request, body: { ...draft, priceMinor: 5_000 } });
    await house.call('putOnSale', { ...request, body: { version: 2 } });
    const replay = await house.call('putOnSale', { ...request, body: { version: 1 }, idempotencyKey: 'first' });
    expect(replay).toMatchObject({ status: 200, body: { onSaleVersion: 2 } });
    expect(await house.catalog.getProduct(productId)).toMatchObject({ onSaleVersion: 2 });
  });

  it('of an unknown version is refused, and says which there are', async () => {
    const params = { productId: await house.create() };
    const answer = await house.call('putOnSale', { as: house.merchant, params, body: { version: 2 } });
    expect(answer).toMatchObject({
      status: 404,
      body: { code: 'product-version-unknown', field: 'body.version', detail: 'This product has the versions 1 to 1.' },
    });
  });

  it('and taking off at once ends in one of both, never in a mixture', async () => {
    const productId = await house.sell();
    const request = { as: house.merchant, params: { productId } };
    await Promise.all([
      house.call('takeOffSale', request),
      house.call('putOnSale', { ...request, body: { version: 1 } }),
      house.call('takeOffSale', request),
    ]);
    const product = await house.catalog.getProduct(productId);
    const isOnSale = product?.status === 'on_sale';
    expect(product?.onSale !== undefined).toBe(isOnSale);
    expect((await house.call('readListing', { params: { productId } })).status).toBe(isOnSale ? 200 : 404);
  });
});

describe('taking off sale', () => {
  it('hides the product and leaves none of its sale behind', async () => {
    const productId = await house.sell();
    const answer = await house.call('takeOffSale', { as: house.merchant, params: { productId } });
    expect(answer).toMatchObject({ status: 200, body: { status: 'off_sale' } });
    expect((await house.call('readListing', { params: { productId } })).status).toBe(404);
    expect((await house.call('browseCatalog')).body).toEqual({ items: [] });
  });

  it('of a draft is refused', async () => {
    const params = { productId: await house.create() };
    const answer = await house.call('takeOffSale', { as: house.merchant, params });
    expect(answer).toMatchObject({ status: 409, body: { code: 'product-not-on-sale' } });
  });
});

describe('another merchant', () => {
  it('reads and changes nothing of a product that is not his', async () => {
    const productId = await house.sell();
    const before = house.itemsOf('catalog');
    const request = (id: string) => ({ as: house.rival, params: { productId: id } });
    for (const id of [productId, unknownId]) {
      const answers = [
        await house.call('readProduct', request(id)),
        await house.call('addVersion', { ...request(id), body: draft }),
        await house.call('putOnSale', { ...request(id), body: { version: 1 } }),
        await house.call('takeOffSale', request(id)),
      ];
      expect(answers.map(({ body }) => body['code'])).toEqual(Array(4).fill('not-found'));
    }
    expect(house.itemsOf('catalog')).toEqual(before);
  });

  it('lists his own products only', async () => {
    await house.create();
    const own = await house.create({}, house.rival);
    const { body } = await house.call('listProducts', { as: house.rival });
    expect(body).toMatchObject({ items: [{ productId: own }] });
  });
});
