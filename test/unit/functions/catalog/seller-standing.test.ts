import { beforeEach, expect, test } from 'vitest';
import { merchantsTable } from '../../../../adapters/tables/merchants.ts';
import type { MerchantStanding } from '../../../../core/identity/merchant.ts';
import { carryThrough } from '../../../../functions/identity/carry-through.ts';
import { buyer, catalogHouse, draft } from './catalog-house.ts';

let house: Awaited<ReturnType<typeof catalogHouse>>;
beforeEach(async () => {
  house = await catalogHouse();
});

/** The merchant's account changes; his products hear of it when `carry` says so. */
const stand = async (standing: MerchantStanding): Promise<void> => {
  const merchants = merchantsTable(house.gateway, 'identity');
  const from = await merchants.get(house.merchant.accountId);
  if (!from) throw new Error('The merchant is gone');
  const now = house.surroundings.now();
  const to = { ...from, standing, merchantSeq: from.merchantSeq + 1, changedAt: now, dueAt: now };
  if (!(await merchants.write(from, to, {}))) throw new Error('Somebody else changed the merchant');
};
const carry = () =>
  carryThrough({
    merchants: merchantsTable(house.gateway, 'identity'),
    catalog: house.catalog,
    surroundings: house.surroundings,
  })(house.merchant.accountId, 1_000);
const putOnSale = (productId: string) =>
  house.call('putOnSale', { as: house.merchant, params: { productId }, body: { version: 1 } });
const isListed = async (productId: string): Promise<boolean> => {
  const { body } = await house.call('browseCatalog', { query: { merchantId: house.merchant.accountId } });
  const listed = (body['items'] as { productId: string }[]).some((each) => each.productId === productId);
  const read = await house.call('readListing', { as: buyer, params: { productId } });
  expect(read.status).toBe(listed ? 200 : 404);
  return listed;
};

test.each(['applied', 'in_review', 'rejected', 'suspended', 'banned'] as const)(
  'a merchant who is %s creates no product and puts none on sale, before his products have heard of it',
  async (standing) => {
    const productId = await house.create();
    await stand(standing);
    expect(await house.catalog.getProduct(productId)).toMatchObject({ sellerStanding: 'admitted' });
    expect((await putOnSale(productId)).body['code']).toBe('merchant-not-admitted');
    const created = await house.call('createProduct', { as: house.merchant, body: draft });
    expect(created.body['code']).toBe('merchant-not-admitted');
  },
);

test('what is on sale is listed nowhere while he is suspended, and again as it was when he is not', async () => {
  const [productId, other] = [await house.sell(), await house.create()];
  const before = await house.catalog.getProduct(productId);
  await stand('suspended');
  await carry();
  expect(await isListed(productId)).toBe(false);
  expect(await house.catalog.getProduct(productId)).toMatchObject({ status: 'on_sale', onSale: before?.onSale });
  await stand('admitted');
  await carry();
  expect(await isListed(productId)).toBe(true);
  expect(await isListed(other)).toBe(false);
});

test('put on sale after his return, a product knows of it before the others do', async () => {
  const productId = await house.create();
  await stand('suspended');
  await carry();
  await stand('admitted');
  expect((await putOnSale(productId)).status).toBe(200);
  expect(await isListed(productId)).toBe(true);
});

test('old news changes nothing, and a suspended product can still be taken off sale', async () => {
  const productId = await house.sell();
  await stand('suspended');
  await carry();
  const told = await house.catalog.getProduct(productId);
  await carry();
  expect(await house.catalog.getProduct(productId)).toEqual(told);
  expect((await house.call('takeOffSale', { as: house.merchant, params: { productId } })).status).toBe(200);
  await stand('admitted');
  await carry();
  expect(await isListed(productId)).toBe(false);
});
