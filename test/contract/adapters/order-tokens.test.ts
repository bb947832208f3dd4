import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { routes } from '../../../contract/api/routes.ts';
import { scanAll } from '../../support/books.ts';
import { type Marketplace, openMarketplace } from '../../support/marketplace.ts';
import type { TestCaller } from '../../support/test-rooms.ts';
import { type AdapterBackend, backends } from './backends.ts';

const week = 7 * 86_400;

describe.each(backends)('order tokens %s', (_, start) => {
  let backend: AdapterBackend;
  let market: Marketplace;
  let names: Awaited<ReturnType<AdapterBackend['createTables']>>;
  let shop: TestCaller;
  let orderId: string;
  let others: string;
  let runs = 0;

  beforeAll(async () => {
    backend = await start();
  });
  afterAll(() => backend.stop());
  beforeEach(async () => {
    runs += 1;
    names = await backend.createTables(`tokens-${runs}-`);
    market = await openMarketplace(backend.client, names);
    const sold = await market.sell();
    await market.stock(sold, 3);
    shop = await market.buyer(1_000);
    orderId = await market.place(shop, { productId: sold.productId });
    others = await market.place(shop, { productId: sold.productId });
    await market.pay(shop, orderId);
  });

  const issue = (body: object = { scopes: ['read'] }, of: object = {}) =>
    market.api('issueOrderToken', { as: shop, params: { orderId }, body, ...of });
  const arrive = (token: unknown) => market.identify(`Bearer ${token}`);
  const guestBy = async (token: unknown): Promise<TestCaller> => {
    const caller = await arrive(token);
    if ('refusal' in caller) throw new Error(`The token identifies nobody: ${caller.refusal}`);
    return caller;
  };
  const guest = async (...scopes: string[]) => guestBy((await issue({ scopes })).body['token']);
  const statusOf = async (operation: Parameters<Marketplace['api']>[0], as: TestCaller, of = orderId) =>
    (await market.api(operation, { as, params: { orderId: of } })).status;

  it('let a guest read, reveal and confirm the order', async () => {
    const issued = await issue({ scopes: ['read', 'reveal', 'confirm'], guestLabel: 'Room 12' });
    expect(issued).toMatchObject({ status: 201, body: { orderId, guestLabel: 'Room 12' } });
    expect(issued.body['token']).toMatch(/^ot_[0-9a-z]{26}_[0-9a-z]{51}$/);
    const as = await guestBy(issued.body['token']);
    expect(await market.api('readOrder', { as, params: { orderId } })).toMatchObject({
      status: 200,
      body: { orderId, status: 'delivered' },
    });
    expect((await market.api('revealKeys', { as, params: { orderId } })).body['keys']).toHaveLength(1);
    expect((await market.api('confirmOrder', { as, params: { orderId } })).body['status']).toBe('released');
    expect(await market.faults()).toEqual([]);
  });

  it('let a guest do what their scopes say and no more', async () => {
    const calls = { read: 'readOrder', confirm: 'confirmOrder', reveal: 'revealKeys' } as const;
    for (const scope of ['read', 'reveal', 'confirm'] as const) {
      const as = await guest(scope);
      for (const [other, operation] of Object.entries(calls))
        if (other !== scope)
          expect(await market.api(operation, { as, params: { orderId } })).toMatchObject({
            status: 403,
            body: { code: 'role-not-allowed' },
          });
      expect(await statusOf(calls[scope], as)).toBe(200);
    }
  });

  it('are not issued by an API key that has ended, while the authorizer still knows it', async () => {
    const { accountId } = shop;
    const ended = {
      accountId,
      role: 'buyer',
      name: 'stolen',
      secretHash: '',
      createdAt: market.now(),
      requestHash: '',
    };
    const Item = { ...ended, pk: 'key_stolen', revokedAt: market.now() };
    await market.gateway.put({ TableName: names.identity, Item });
    const answer = await issue({ scopes: ['reveal'] }, { as: { ...shop, apiKeyId: 'key_stolen' } });
    expect(answer).toMatchObject({ status: 401, body: { code: 'api-key-revoked' } });
  });

  it('open one order: another of the same buyer answers like one that does not exist', async () => {
    const as = await guest('read', 'reveal', 'confirm');
    const absent = `ord_${'0'.repeat(26)}`;
    for (const operation of ['readOrder', 'revealKeys', 'confirmOrder'] as const) {
      const foreign = await market.api(operation, { as, params: { orderId: others } });
      const unknown = await market.api(operation, { as, params: { orderId: absent } });
      expect(foreign).toMatchObject({ status: 404, body: { code: 'not-found' } });
      expect({ ...foreign.body, requestId: '' }).toEqual({ ...unknown.body, requestId: '' });
    }
  });

  it('open no other route to anybody', async () => {
    const as = await guest('read', 'reveal', 'confirm');
    for (const operation of ['payOrder', 'cancelOrder', 'listOrders', 'readOwnWallet', 'issueOrderToken'] as const)
      expect(await market.api(operation, { as, params: { orderId }, body: {} })).toMatchObject({
        status: 403,
        body: { code: 'role-not-allowed' },
      });
  });

  it('name themselves on every reading', async () => {
    const issued = await issue({ scopes: ['reveal'] });
    const as = await guestBy(issued.body['token']);
    await market.api('revealKeys', { as, params: { orderId } });
    await market.api('revealKeys', { as, params: { orderId } });
    expect(await market.spine.orders.get(orderId)).toMatchObject({ firstRevealedBy: issued.body['orderTokenId'] });
    const readings = (await scanAll(market.gateway, market.names.orders)).filter(({ sk }) =>
      String(sk).startsWith('READING#'),
    );
    expect(readings).toMatchObject([{ pk: orderId, apiKeyId: issued.body['orderTokenId'] }]);
  });

  it('are shown once, and stored as a hash', async () => {
    const request = { idempotencyKey: 'k' };
    const first = await issue(undefined, request);
    const second = await issue(undefined, request);
    expect(second).toMatchObject({ status: 201, body: { orderTokenId: first.body['orderTokenId'] } });
    expect(second.body).not.toHaveProperty('token');
    expect(second.body['note']).toContain('revoke');
    const secret = String(first.body['token']).split('_')[2];
    expect(JSON.stringify(await scanAll(market.gateway, market.names.identity))).not.toContain(secret);
    expect(await issue({ scopes: ['confirm'] }, request)).toMatchObject({
      status: 422,
      body: { code: 'idempotency-key-reused' },
    });
  });

  it('live a week unless told otherwise, and are remembered for a season', async () => {
    const { token, orderTokenId, createdAt, expiresAt } = (await issue()).body;
    expect(Date.parse(String(expiresAt)) - Date.parse(String(createdAt))).toBe(week * 1_000);
    const short = (await issue({ scopes: ['read'], expiresInSeconds: 60 })).body;
    market.pass(61);
    expect(await arrive(short['token'])).toEqual({ refusal: 'order-token-ended' });
    expect(await arrive(token)).toMatchObject({ role: 'guest' });
    const items = await scanAll(market.gateway, market.names.identity);
    const removeAt = Math.ceil(Date.parse(String(expiresAt)) / 1_000) + 90 * 86_400;
    expect(items.find(({ pk }) => pk === orderTokenId)?.['removeAtSeconds']).toBe(removeAt);
    expect(items.find(({ pk }) => pk === orderId)?.['removeAtSeconds']).toBe(removeAt);
  });

  it.each([59, 30 * 86_400 + 1, 1.5, '60'])('cannot be asked for with a life of %o seconds', async (seconds) => {
    expect(await issue({ scopes: ['read'], expiresInSeconds: seconds })).toMatchObject({
      status: 400,
      body: { field: 'body.expiresInSeconds' },
    });
  });

  it.each([[[]], [['read', 'read']], [['pay']], ['read']])('cannot be asked for with the scopes %o', async (scopes) => {
    expect((await issue({ scopes })).status).toBe(400);
  });

  it('die at once when revoked, and stay dead when revoked again', async () => {
    const { token, orderTokenId } = (await issue()).body;
    const revoke = (as: TestCaller) =>
      market.api('revokeOrderToken', { as, params: { orderTokenId: String(orderTokenId) } });
    const rival = await market.open('buyer');
    expect(await revoke(rival)).toMatchObject({ status: 404, body: { code: 'not-found' } });
    const first = await revoke(shop);
    expect(first).toMatchObject({ status: 200, body: { orderTokenId, revokedAt: expect.any(String) } });
    expect(await arrive(token)).toEqual({ refusal: 'order-token-ended' });
    market.pass(5);
    expect(await revoke(market.operator)).toEqual(first);
  });

  it('are twenty at most at a time, however many are asked for at once; a revoked one gives its place up', async () => {
    const answers = [];
    for (let round = 0; round < 6; round += 1)
      answers.push(...(await Promise.all(Array.from({ length: 4 }, () => issue()))));
    expect(answers.map(({ status }) => status).sort()).toEqual([...Array(20).fill(201), ...Array(4).fill(409)]);
    expect(answers.find(({ status }) => status === 409)?.body['code']).toBe('order-token-limit-reached');
    const orderTokenId = String(answers.find(({ status }) => status === 201)?.body['orderTokenId']);
    await market.api('revokeOrderToken', { as: shop, params: { orderTokenId } });
    expect((await issue()).status).toBe(201);
    expect((await issue()).status).toBe(409);
    market.pass(week + 1);
    expect((await issue()).status).toBe(201);
  });

  it('are listed for their order, newest first, page by page, to its buyer and to operators', async () => {
    const ids: unknown[] = [];
    for (let count = 0; count < 5; count += 1) {
      ids.push((await issue()).body['orderTokenId']);
      market.pass(1);
    }
    await issue({ scopes: ['read'] }, { params: { orderId: others } });
    const listed: unknown[] = [];
    let cursor: unknown;
    do {
      const query = { limit: '2', ...(typeof cursor === 'string' && { cursor }) };
      const { body } = await market.api('listOrderTokens', { as: shop, params: { orderId }, query });
      listed.push(...(body['items'] as { orderTokenId: string }[]).map(({ orderTokenId }) => orderTokenId));
      expect(JSON.stringify(body)).not.toMatch(/"token"|secret|hash/i);
      cursor = body['nextCursor'];
    } while (cursor !== undefined);
    expect(listed).toEqual(ids.reverse());
    const asOperator = await market.api('listOrderTokens', { as: market.operator, params: { orderId } });
    expect(asOperator.body['items']).toHaveLength(5);
    expect(await statusOf('listOrderTokens', await market.open('buyer'))).toBe(404);
  });

  it('are issued to nobody for a foreign order', async () => {
    expect(await issue(undefined, { as: await market.open('buyer') })).toMatchObject({
      status: 404,
      body: { code: 'not-found' },
    });
  });

  it.each([
    (token: string) => `${token.slice(0, -1)}${token.endsWith('0') ? '1' : '0'}`,
    (token: string) => token.replace('ot_', 'sty_'),
    (token: string) => `ot_${'0'.repeat(26)}_${token.split('_')[2]}`,
  ])('identify nobody once tampered with', async (tamper) => {
    expect(await arrive(tamper(String((await issue()).body['token'])))).toEqual({ refusal: 'api-key-unknown' });
  });
});

it('every route for guests names the order in its path', () => {
  const forGuests = routes.filter(({ guest }) => guest !== undefined);
  expect(forGuests.length).toBeGreaterThan(0);
  for (const { path, roles } of forGuests) {
    expect(path).toContain('{orderId}');
    expect(roles).toContain('buyer');
  }
});
