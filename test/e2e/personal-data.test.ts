/** A whole walk of people with names through the local stack, and then: where do those names stand? */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { classOf } from '../../contract/stored-fields.ts';
import { tableNames } from '../../contract/tables.ts';
import { scanAll } from '../support/books.ts';
import { type Account, filesUnder, startMarket } from './local-market.ts';

let market: Awaited<ReturnType<typeof startMarket>>;
let merchant: Account;
let buyer: Account;
let guestToken: string;
let link: string;
let applicantToken: string;
let orderId: string;

/** Words that only a person could have brought in. */
const people = {
  merchant: '云帆点卡行 Zhang Wei-7731',
  buyer: 'Li Xiaoming-4482',
  key: 'phone of 13800138000',
  guest: 'guest wang@example.com',
  reason: 'letter of Li Xiaoming-4482, 13900139000',
  batch: 'supplier-agent-5521',
  applicant: 'Zhao Wu Cards-6150',
  legalName: 'Zhao Wu Trading-6151',
  representative: 'Zhao Wu-6152',
  email: 'zhao.wu@example.org',
  phone: '13700137000',
  statement: 'I sell what my brother prints, says Zhao Wu-6153',
  document: 'licence of Zhao Wu-6154.pdf',
  documentNumber: '91310000MA1K6155',
} as const;
const secret = 'PERSONAL-E2E-SECRET-91';

beforeAll(async () => {
  market = await startMarket();
  const { call } = market;
  merchant = await market.open('merchant', people.merchant);
  buyer = await market.open('buyer', people.buyer);
  const body = {
    title: 'T',
    category: 'game-point-card',
    kind: 'card_key',
    priceMinor: 500,
    currency: 'CNY',
    afterSalesTerms: '7 days',
  };
  const { productId } = (await call('POST', '/v1/products', { as: merchant, body })).body;
  await call('POST', `/v1/products/${productId}/put-on-sale`, { as: merchant, body: { version: 1 } });
  await call('POST', `/v1/products/${productId}/batches`, {
    as: merchant,
    body: { source: { kind: 'supplier', name: people.batch }, keys: [{ secret }] },
  });
  await call('POST', `/v1/wallets/${buyer.accountId}/test-top-ups`, {
    as: market.operator,
    body: { amountMinor: 500, currency: 'CNY' },
  });
  await call('POST', `/v1/accounts/${buyer.accountId}/api-keys`, { as: buyer, body: { name: people.key } });
  const order = await call('POST', '/v1/orders', { as: buyer, body: { productId } });
  orderId = String(order.body['orderId']);
  await call('POST', `/v1/orders/${orderId}/pay`, { as: buyer, body: { method: 'wallet' } });
  const issued = await call('POST', `/v1/orders/${orderId}/tokens`, {
    as: buyer,
    body: { scopes: ['read', 'reveal', 'confirm'], guestLabel: people.guest },
  });
  guestToken = String(issued.body['token']);
});
afterAll(() => market?.stop());

const asGuest = (): Account => ({ accountId: buyer.accountId, token: guestToken });

test('a guest reads, reveals and confirms his order by his token, and no other route lets him in', async () => {
  const { call } = market;
  const path = `/v1/orders/${orderId}`;
  expect((await call('GET', path, { as: asGuest() })).body['status']).toBe('delivered');
  expect((await call('POST', `${path}/reveal`, { as: asGuest() })).body['keys']).toMatchObject([{ secret }]);
  expect((await call('POST', `${path}/confirm`, { as: asGuest() })).body['status']).toBe('released');
  for (const closed of ['/v1/me', '/v1/orders', '/v1/wallet'])
    expect(await call('GET', closed, { as: asGuest() })).toMatchObject({
      status: 403,
      body: { code: 'role-not-allowed' },
    });
});

test('a long export waits under a link, as JSON, for whoever has it', async () => {
  const { call } = market;
  const { items } = (await call('GET', '/v1/catalog')).body as { items: { productId: string }[] };
  for (let count = 0; count < 40; count += 1) {
    const order = await call('POST', '/v1/orders', { as: buyer, body: { productId: items[0]?.productId } });
    await call('POST', `/v1/orders/${order.body['orderId']}/cancel`, { as: buyer });
  }
  const { body } = await call('POST', '/v1/me/data-export', { as: buyer });
  link = (body['download'] as { url: string }).url;
  const fetched = await fetch(link);
  expect(fetched.headers.get('content-type')).toBe('application/json');
  expect(await fetched.json()).toMatchObject({
    account: [{ name: people.buyer }],
    orders: expect.arrayContaining([expect.objectContaining({ orderId, readings: [expect.anything()] })]),
  });
});

test('an account erased by an operator is nobody’s any more, at every door', async () => {
  const { call } = market;
  const path = `/v1/accounts/${buyer.accountId}`;
  const erased = await call('POST', `${path}/erase`, { as: market.operator, body: { reason: people.reason } });
  expect(erased).toMatchObject({ status: 200, body: { name: '—' } });
  expect((await call('GET', path, { as: market.operator })).body).toMatchObject({
    name: '—',
    erasedAt: expect.any(String),
  });
  const { gateway, names } = market.tables;
  const stored = JSON.stringify(await scanAll(gateway, names.identity));
  for (const words of [people.key, people.guest]) expect(stored).not.toContain(words);
  expect((await call('GET', `/v1/orders/${orderId}`, { as: market.operator })).body['status']).toBe('released');
});

test('a merchant who applied and leaves takes with him what he said of himself', async () => {
  const { call } = market;
  const applied = await call('POST', '/v1/merchant-applications', {
    body: {
      name: people.applicant,
      legalName: people.legalName,
      legalRepresentative: people.representative,
      contactEmail: people.email,
      contactPhone: people.phone,
      categories: ['game-point-card'],
      statement: people.statement,
    },
  });
  expect(applied.status).toBe(201);
  const as: Account = { accountId: String(applied.body['accountId']), token: String(applied.body['token']) };
  applicantToken = as.token;
  const brought = await call('POST', `/v1/merchants/${as.accountId}/documents`, {
    as,
    body: {
      kind: 'business_licence',
      number: people.documentNumber,
      fileName: people.document,
      sizeBytes: 1_000,
      contentType: 'application/pdf',
    },
  });
  expect(brought.status).toBe(201);
  const { document } = (await call('POST', '/v1/me/data-export', { as })).body as { document: Record<string, unknown> };
  expect(document).toMatchObject({
    account: [{ name: people.applicant }],
    application: [{ legalName: people.legalName, contactEmail: people.email }],
    documents: [{ number: people.documentNumber, fileName: people.document }],
  });
  const erased = await call('POST', `/v1/accounts/${as.accountId}/erase`, { as, body: {} });
  expect(erased).toMatchObject({ status: 200, body: { name: '—' } });
  const { gateway, names } = market.tables;
  const stored = JSON.stringify(await scanAll(gateway, names.identity));
  for (const said of ['Zhao Wu', people.email, people.phone, people.documentNumber]) expect(stored).not.toContain(said);
});

test('no log of any function knows a name, an address, a number, a secret, a token or a link', () => {
  const logs = filesUnder(market.dataDir).filter(({ path }) => path.endsWith('.log'));
  expect(logs.length).toBeGreaterThan(3);
  const tokens = [merchant, buyer, market.operator, asGuest()].map(({ token }) => token);
  const words = [...Object.values(people), '13800138000', 'wang@example.com', secret, ...tokens, applicantToken, link];
  for (const word of words)
    expect(logs.filter(({ content }) => content.includes(word)).map(({ path }) => path)).toEqual([]);
  const text = logs.map(({ content }) => content.toString('utf8')).join('\n');
  expect(text).toContain(orderId);
  expect(text).not.toMatch(/X-Amz-Signature|Bearer |\b1[3-9]\d{9}\b|[\w.]+@[\w-]+\.[a-z]{2,}/);
});

describe('what a whole run has left in the table', () => {
  test.each(tableNames)('%s has a class in contract/stored-fields.ts', async (table) => {
    const { gateway, names } = market.tables;
    const attributes = new Set((await scanAll(gateway, names[table])).flatMap((item) => Object.keys(item)));
    expect([...attributes].filter((attribute) => classOf(table, attribute) === undefined)).toEqual([]);
  });
});
