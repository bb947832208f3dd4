import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { limits, noBody } from '../../contract/api/common.ts';
import { type Role, type Route, roles } from '../../contract/api/route.ts';
import { routes } from '../../contract/api/routes.ts';
import { refusalCodes } from '../../core/shared/refusal-codes.ts';
import { type Account, type Answer, filesUnder, type Request, startMarket, stateOf } from './local-market.ts';

type Market = Awaited<ReturnType<typeof startMarket>>;
let market: Market;
let as: Record<Role, Account>;
let rivals: { readonly merchant: Account; readonly buyer: Account };
let revoked: Account;
/** What the merchant, the buyer and their rivals own, by the name of the path's parameter. */
let owned: Record<string, string>;
let rivalCursors: { readonly orders: string; readonly statement: string; readonly batches: string };
let before: Record<string, unknown>;

const secrets = ['E2E-HOSTILE-ONE', 'E2E-HOSTILE-TWO\u0007', 'E2E-HOSTILE-THREE'];
const version = {
  title: 'T',
  category: 'game-point-card',
  kind: 'card_key',
  priceMinor: 100,
  currency: 'CNY',
  afterSalesTerms: '7 days',
};

beforeAll(async () => {
  market = await startMarket();
  const { call } = market;
  const opened = await Promise.all(
    roles
      .filter((role) => role !== 'operator')
      .map(async (role) => [role, await market.open(role, `The ${role}`)] as const),
  );
  as = { ...Object.fromEntries(opened), operator: market.operator } as Record<Role, Account>;
  rivals = { merchant: await market.open('merchant', 'Rival'), buyer: await market.open('buyer', 'Rival') };
  revoked = await market.open('buyer', 'Gone');
  const keys = await call('GET', `/v1/accounts/${revoked.accountId}/api-keys`, { as: market.operator });
  const [gone] = keys.body['items'] as { apiKeyId: string }[];
  await call('DELETE', `/v1/api-keys/${gone?.apiKeyId}`, { as: market.operator });

  const product = await call('POST', '/v1/products', { as: as.merchant, body: version });
  const productId = String(product.body['productId']);
  await call('POST', `/v1/products/${productId}/put-on-sale`, { as: as.merchant, body: { version: 1 } });
  const importOne = (secret: string) =>
    call('POST', `/v1/products/${productId}/batches`, {
      as: as.merchant,
      body: { source: { kind: 'supplier', name: 'S' }, keys: [{ secret }] },
    });
  const batches = await Promise.all(secrets.map(importOne));
  for (const buyer of [as.buyer, rivals.buyer])
    for (let grant = 0; grant < 2; grant += 1)
      await call('POST', `/v1/wallets/${buyer.accountId}/test-top-ups`, {
        as: market.operator,
        body: { amountMinor: 500, currency: 'CNY' },
      });
  const orders: string[] = [];
  for (const buyer of [as.buyer, rivals.buyer, rivals.buyer]) {
    const order = await call('POST', '/v1/orders', { as: buyer, body: { productId } });
    orders.push(String(order.body['orderId']));
  }
  await call('POST', `/v1/orders/${orders[0]}/pay`, { as: as.buyer, body: { method: 'wallet' } });
  const orderToken = await call('POST', `/v1/orders/${orders[0]}/tokens`, { as: as.buyer, body: { scopes: ['read'] } });
  const ownKeys = await call('GET', `/v1/accounts/${as.merchant.accountId}/api-keys`, { as: as.merchant });
  owned = {
    productId,
    version: '1',
    batchId: String(batches[0]?.body['batchId']),
    orderId: String(orders[0]),
    accountId: as.merchant.accountId,
    orderTokenId: String(orderToken.body['orderTokenId']),
    apiKeyId: String((ownKeys.body['items'] as { apiKeyId: string }[])[0]?.apiKeyId),
  };
  const cursorOf = async (path: string, of: Account) =>
    String((await call('GET', path, { as: of })).body['nextCursor']);
  rivalCursors = {
    orders: await cursorOf('/v1/orders?limit=1', rivals.buyer),
    statement: await cursorOf('/v1/wallet/statement?limit=1', rivals.buyer),
    batches: await cursorOf(`/v1/products/${productId}/batches?limit=1`, as.merchant),
  };
  before = await stateOf(market.tables);
});

// Whatever was refused above has changed nothing; it is looked at once, at the end of the file.
afterAll(() => market?.stop());

const pathOf = (route: Route, params: Record<string, string>): string =>
  route.path.replace(/\{(\w+)\}/g, (_, name: string) => params[name] ?? 'missing');
const mayCall = (route: Route): Account | undefined =>
  route.roles === 'public' ? undefined : as[route.roles[0] ?? 'buyer'];
/** Only a buyer's account has a wallet. */
const ownedFor = (route: Route): Record<string, string> => ({
  // Well-formed, and nobody's, where nothing of the kind was made above.
  ...route.example.params,
  ...owned,
  ...(route.path.startsWith('/v1/wallets/') && { accountId: as.buyer.accountId }),
});
const callRoute = (route: Route, of: Request = {}, query = '', params = ownedFor(route)): Promise<Answer> =>
  market.call(route.method, `${pathOf(route, params)}${query}`, { as: mayCall(route), ...of });

const codes: ReadonlySet<unknown> = new Set(refusalCodes);

/** A problem document with a stable code, and nothing of our inside. */
const expectProblem = (answer: Answer, status: number | undefined, code: string | undefined): void => {
  expect(answer.status, answer.text).toBeGreaterThanOrEqual(400);
  expect(answer.status, answer.text).toBeLessThan(500);
  expect(answer.type).toBe('application/problem+json');
  if (status !== undefined) expect(answer.status, answer.text).toBe(status);
  if (code !== undefined) expect(answer.body['code'], answer.text).toBe(code);
  expect(codes.has(answer.body['code']), answer.text).toBe(true);
  expect(answer.body).toMatchObject({
    type: `urn:surety:problem:${answer.body['code']}`,
    status: answer.status,
    title: expect.any(String),
    detail: expect.any(String),
    requestId: expect.any(String),
  });
  expect(answer.text).not.toMatch(/node_modules|\.ts:|\.mjs:|\bat .*:\d+:\d+|ValidationException|surety-local-/);
};

const named = routes.map((route) => [`${route.method} ${route.path}`, route] as const);
const guarded = named.filter(([, route]) => route.roles !== 'public');
const withKey = named.filter(([, route]) => route.idempotencyKey);
const withBody = named.filter(([, route]) => route.body !== noBody);

describe('who may call', () => {
  test.each(guarded)('%s refuses whoever has no valid API key', async (_, route) => {
    const missing = await callRoute(route, { as: undefined, body: {} });
    // API Gateway's own answer: without a key there is nothing to ask the authorizer about.
    expect(missing).toMatchObject({ status: 401, body: { message: 'Unauthorized' } });
    const forged = { ...as.buyer, token: `${as.operator.token.slice(0, -4)}0000` };
    expectProblem(await callRoute(route, { as: forged, body: {} }), 401, 'api-key-unknown');
    for (const authorization of [
      'Bearer',
      'Bearer x',
      `Basic ${as.buyer.token}`,
      `Bearer ${as.buyer.token} x`,
      '__proto__',
    ])
      expectProblem(
        await callRoute(route, { as: undefined, body: {}, headers: { authorization } }),
        401,
        'api-key-unknown',
      );
    expectProblem(await callRoute(route, { as: revoked, body: {} }), 401, 'api-key-revoked');
  });
});

describe('Idempotency-Key', () => {
  test.each(withKey)('%s asks for a sound one', async (_, route) => {
    expectProblem(await callRoute(route, { idempotencyKey: null, body: {} }), 400, 'idempotency-key-missing');
    for (const idempotencyKey of ['', 'x'.repeat(limits.idempotencyKeyLength + 1), 'two words', 'käse'])
      expectProblem(await callRoute(route, { idempotencyKey, body: {} }), 400, 'invalid-request');
  });

  test('the same one with another body is refused, and the first answer stands', async () => {
    const idempotencyKey = 'first-come';
    const cases: [string, Account, object, object][] = [
      ['/v1/orders', rivals.buyer, { productId: owned['productId'] }, { productId: owned['productId'], quantity: 2 }],
      ['/v1/products', rivals.merchant, version, { ...version, title: 'Other' }],
      ['/v1/accounts', as.operator, { role: 'buyer', name: 'A' }, { role: 'buyer', name: 'B' }],
      [
        `/v1/wallets/${rivals.buyer.accountId}/test-top-ups`,
        as.operator,
        { amountMinor: 1, currency: 'CNY' },
        { amountMinor: 2, currency: 'CNY' },
      ],
    ];
    for (const [path, by, body, other] of cases) {
      const first = await market.call('POST', path, { as: by, body, idempotencyKey });
      expect(first.status, first.text).toBe(201);
      expectProblem(
        await market.call('POST', path, { as: by, body: other, idempotencyKey }),
        422,
        'idempotency-key-reused',
      );
      expect((await market.call('POST', path, { as: by, body, idempotencyKey })).body).toEqual(first.body);
    }
    before = await stateOf(market.tables);
  });
});

describe('bodies', () => {
  const notJson = ['', '{', '{"a":1,}', "{'a':1}", 'null null', '\u0000', '\ufeff{}', 'NaN', '{"a":\n"b\nc"}'];
  const notObjects = ['null', '[]', '"text"', '1', 'true', '[[{}]]', `${'['.repeat(8_000)}${']'.repeat(8_000)}`];
  const polluting = [
    '{"__proto__":{"role":"operator"}}',
    '{"constructor":{"prototype":{"role":"operator"}}}',
    '{"toString":1}',
    '{"unknown":1}',
  ];

  test.each(withBody)('%s refuses what is no JSON or not its object', async (_, route) => {
    for (const body of notJson) expectProblem(await callRoute(route, { body }), 400, 'malformed-json');
    for (const body of [...notObjects, ...polluting])
      expectProblem(await callRoute(route, { body }), 400, 'invalid-request');
  });

  test.each(withBody)('%s refuses a body that is not declared as JSON', async (_, route) => {
    for (const contentType of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data', ''])
      expectProblem(
        await callRoute(route, { body: '{}', headers: { 'content-type': contentType } }),
        415,
        'unsupported-media-type',
      );
  });

  test.each(withBody)('%s refuses a body over its limit, and API Gateway one over 10 MB', async (_, route) => {
    const over = (bytes: number) => JSON.stringify({ padding: 'x'.repeat(bytes) });
    expectProblem(
      await callRoute(route, { body: over(route.maxBodyBytes ?? limits.bodyBytes) }),
      413,
      'body-too-large',
    );
  });

  test('more than 10 MB is refused by API Gateway itself', async () => {
    const answer = await market.call('POST', '/v1/orders', { as: as.buyer, body: 'x'.repeat(10 * 1024 * 1024 + 1) });
    expect(answer).toMatchObject({ status: 413, body: { message: 'Request Entity Too Large' } });
  });

  const unsound = [
    '-1',
    '0',
    '0.5',
    '1e308',
    '1e999',
    '-0.0001',
    '9007199254740993',
    '1000000001',
    '"100"',
    'null',
    '[]',
    '{}',
    'true',
  ];
  test.each(unsound)('the number %s is no amount, price, quantity or limit', async (number) => {
    const productId = owned['productId'];
    const { accountId } = as.buyer;
    const price = JSON.stringify(version).replace('"priceMinor":100', `"priceMinor":${number}`);
    const limited = (limit: string) => JSON.stringify(version).replace(/}$/, `,"limits":{"${limit}":${number}}}`);
    const cases: [string, Account, string, string][] = [
      [
        `/v1/wallets/${accountId}/test-top-ups`,
        as.operator,
        `{"amountMinor":${number},"currency":"CNY"}`,
        'body.amountMinor',
      ],
      ['/v1/orders', as.buyer, `{"productId":"${productId}","quantity":${number}}`, 'body.quantity'],
      [
        '/v1/orders',
        as.buyer,
        `{"productId":"${productId}","expectedUnitPriceMinor":${number}}`,
        'body.expectedUnitPriceMinor',
      ],
      ['/v1/products', as.merchant, price, 'body.priceMinor'],
      ['/v1/products', as.merchant, limited('maxPerOrder'), 'body.limits.maxPerOrder'],
      ['/v1/products', as.merchant, limited('maxPerBuyer'), 'body.limits.maxPerBuyer'],
      [`/v1/products/${productId}/put-on-sale`, as.merchant, `{"version":${number}}`, 'body.version'],
    ];
    for (const [path, by, body, field] of cases) {
      const answer = await market.call('POST', path, { as: by, body });
      expectProblem(answer, 400, 'invalid-request');
      expect(answer.body['field']).toBe(field);
    }
  });

  const unsoundTexts = ['', ' ', ' a', 'a\n ', 'a\u0000b', 'a\u001bb', '\u0085a', '\ud83d', 'x'.repeat(5_000)];
  test.each(unsoundTexts)('the text %j is no title, name, reason or source', async (text) => {
    const cases: [string, Account, object][] = [
      ['/v1/products', as.merchant, { ...version, title: text }],
      ['/v1/products', as.merchant, { ...version, afterSalesTerms: text }],
      ['/v1/products', as.merchant, { ...version, category: text }],
      ['/v1/accounts', as.operator, { role: 'buyer', name: text }],
      [`/v1/batches/${owned['batchId']}/quarantine`, as.merchant, { reason: text }],
      [
        `/v1/products/${owned['productId']}/batches`,
        as.merchant,
        { source: { kind: 'other', name: text }, keys: [{ secret: 'x' }] },
      ],
    ];
    for (const [path, by, body] of cases)
      expectProblem(await market.call('POST', path, { as: by, body }), 400, 'invalid-request');
  });

  test.each([
    ['no keys', []],
    ['1,001 keys', Array.from({ length: 1_001 }, () => ({ secret: 'x' }))],
    ['a key that is a text', ['x']],
    ['a secret that is a number', [{ secret: 1 }]],
    ['a secret longer than any', [{ secret: 'x'.repeat(2_049) }]],
    ['a day instead of a moment', [{ secret: 'x', expiresAt: '2030-01-01' }]],
    ['a moment that is none', [{ secret: 'x', expiresAt: '2030-02-30T00:00:00.000Z' }]],
    ['a moment with an offset', [{ secret: 'x', expiresAt: '2030-01-01T00:00:00.000+08:00' }]],
    ['an unknown field', [{ secret: 'x', owner: 'ord_a' }]],
  ])('an import of %s is refused as a whole', async (_, keys) => {
    const body = { source: { kind: 'other', name: 'S' }, keys };
    const answer = await market.call('POST', `/v1/products/${owned['productId']}/batches`, { as: as.merchant, body });
    expectProblem(answer, 400, 'invalid-request');
  });
});

describe('paths and queries', () => {
  const noIds = [
    '..',
    '%2e%2e',
    '..%2f..%2fproducts',
    '%00',
    'ord_%00',
    '__proto__',
    'constructor',
    '%F0%9F%8E%AE',
    'null',
    '0',
    'x'.repeat(2_000),
    "ord_'%20OR%201=1",
  ];

  const addressed = named.filter(([, route]) => route.path.includes('{'));
  test.each(addressed)('%s refuses what is no id', async (_, route) => {
    const name = /\{(\w+)\}/.exec(route.path)?.[1] ?? '';
    const upper = (owned[name] ?? '').toUpperCase();
    for (const id of [...noIds, upper, `${owned[name]}x`, `${owned[name]}%20`]) {
      const answer = await callRoute(route, { body: {} }, '', { ...owned, [name]: id });
      // A path that no route knows is API Gateway's to answer.
      if (answer.type === 'application/json')
        expect(answer).toMatchObject({ status: 404, body: { message: 'Not Found' } });
      else expectProblem(answer, undefined, undefined);
    }
  });

  test('a path that cannot be decoded harms nothing', async () => {
    for (const path of [
      '/v1/orders/%',
      '/v1/orders/%zz',
      '/v1/orders/%ff',
      '/v1//orders',
      '/V1/orders',
      '/v1/orders/',
      '//',
      '/%2e%2e/',
    ]) {
      const answer = await market.call('GET', path, { as: as.buyer });
      expect(answer.status, path).toBeGreaterThanOrEqual(400);
      expect(answer.status, path).toBeLessThan(500);
    }
  });

  test.each(named)('%s refuses a query parameter that it does not know', async (_, route) => {
    for (const query of ['?surprise=1', '?constructor=1', '?limit[]=1']) {
      const answer = await callRoute(route, { body: {} }, query);
      expectProblem(answer, 400, 'invalid-request');
      expect(answer.body['field']).toMatch(/^query/);
    }
  });

  const listed = named.filter(([, route]) => route.response !== undefined && 'limit' in shapeOf(route.query));
  test.each(listed)('%s refuses unsound pages', async (_, route) => {
    for (const limit of ['0', '-1', '1.5', '1e2', '201', '99999', 'abc', '', '0x10', '%00', '１'])
      expectProblem(await callRoute(route, {}, `?limit=${encodeURI(limit)}`), 400, 'invalid-request');
    // The log goes on behind an event rather than at a cursor.
    if (!('cursor' in shapeOf(route.query))) return;
    const forged = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const cursors = [
      'x',
      'AAAA',
      '%00',
      '%F0%9F%8E%AE',
      forged(null),
      forged([]),
      forged({ q: 1, k: {} }),
      forged({ q: '', k: { pk: 1 } }),
    ];
    for (const cursor of cursors) expectProblem(await callRoute(route, {}, `?cursor=${cursor}`), 400, 'cursor-invalid');
    for (const cursor of ['', 'x'.repeat(1_025)])
      expectProblem(await callRoute(route, {}, `?cursor=${cursor}`), 400, 'invalid-request');
    for (const cursor of Object.values(rivalCursors).filter(
      (each) => each !== rivalCursors.batches || !route.path.endsWith('batches'),
    ))
      expectProblem(await callRoute(route, {}, `?cursor=${cursor}`), 400, 'cursor-invalid');
  });
});

describe('what is not yours', () => {
  test('the private lists of one account hold nothing of another', async () => {
    const orders = await market.call('GET', '/v1/orders', { as: rivals.buyer });
    for (const order of orders.body['items'] as { buyerId: string }[])
      expect(order.buyerId).toBe(rivals.buyer.accountId);
    expect((await market.call('GET', '/v1/orders', { as: rivals.merchant })).body['items']).toEqual([]);
    const products = (await market.call('GET', '/v1/products', { as: rivals.merchant })).body['items'];
    for (const product of products as { seller: { merchantId: string } }[])
      expect(product.seller.merchantId).toBe(rivals.merchant.accountId);
  });
});

test('none of this has changed anything', async () => {
  expect(await stateOf(market.tables)).toEqual(before);
});

test('no answer, log or file holds a secret or a token', () => {
  const leaks = ['E2E-HOSTILE', ...Object.values(as), ...Object.values(rivals)].map((leak) =>
    typeof leak === 'string' ? leak : leak.token,
  );
  const files = filesUnder(market.dataDir);
  for (const leak of leaks) {
    expect(market.answers.filter(({ text }) => text.includes(leak))).toEqual([]);
    expect(files.filter(({ content }) => content.includes(leak)).map(({ path }) => path)).toEqual([]);
  }
});

test('no request was a fault of ours', () => {
  const logs = filesUnder(market.dataDir).filter(({ path }) => path.endsWith('.log'));
  const faults = logs.flatMap(({ content }) =>
    content
      .toString('utf8')
      .split('\n')
      .filter((line) => line.includes('request failed')),
  );
  expect(faults).toEqual([]);
});

/** The fields of an object schema, as zod keeps them. */
function shapeOf(schema: Route['query']): object {
  const { def } = schema._zod as unknown as { def: { shape?: object } };
  return def.shape ?? {};
}
