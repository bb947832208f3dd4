import { afterAll, beforeAll, expect, test } from 'vitest';
import { addSeconds } from '../../core/shared/instant.ts';
import { type Account, type Answer, filesUnder, startMarket } from './local-market.ts';

let market: Awaited<ReturnType<typeof startMarket>>;
let buyer: Account;
let merchant: Account;
let productId: string;
beforeAll(async () => {
  market = await startMarket();
  buyer = await market.open('buyer', 'Li');
  const amount = { amountMinor: 100_000, currency: 'CNY' };
  await market.call('POST', `/v1/wallets/${buyer.accountId}/test-top-ups`, { as: market.operator, body: amount });
});
afterAll(() => market?.stop());

const application = {
  name: '飞鱼点卡',
  legalName: '飞鱼贸易有限公司',
  legalRepresentative: '张三丰',
  contactEmail: 'zhang.sanfeng@example.com',
  contactPhone: '+86 138 0013 8000',
  label: 'gold',
  categories: ['game-point-card'],
  statement: 'We buy from the publishers.',
};
const draft = {
  title: '点卡 100 元',
  category: 'game-point-card',
  kind: 'card_key',
  priceMinor: 9_900,
  currency: 'CNY',
  afterSalesTerms: '7 days',
};
const pathOf = (more = ''): string => `/v1/merchants/${merchant.accountId}${more}`;
const decide = (verdict: string, idempotencyKey?: string): Promise<Answer> =>
  market.call('POST', pathOf('/decisions'), {
    as: market.operator,
    body: { verdict, reason: `Because: ${verdict}.` },
    ...(idempotencyKey !== undefined && { idempotencyKey }),
  });
const order = (body: object = {}) => market.call('POST', '/v1/orders', { as: buyer, body: { productId, ...body } });
const standing = async () => (await market.call('GET', '/v1/me', { as: merchant })).body['standing'];

/** Sends a file by the form that announcing it answered. */
const upload = async (brought: Answer, content: string): Promise<number> => {
  const { url, fields } = brought.body['upload'] as { url: string; fields: Record<string, string> };
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.set(name, value);
  form.set('file', new Blob([content]));
  return (await fetch(url, { method: 'POST', body: form })).status;
};

const bring = (kind: string, more: object = {}) =>
  market.call('POST', pathOf('/documents'), {
    as: merchant,
    body: { kind, fileName: '执照.pdf', sizeBytes: 1_000, contentType: 'application/pdf', ...more },
  });

test('anybody applies and is shown his API key once; nothing can be sold with it', async () => {
  const request = { body: application, idempotencyKey: 'apply' };
  const applied = await market.call('POST', '/v1/merchant-applications', request);
  expect(applied).toMatchObject({ status: 201, body: { standing: 'applied', label: 'gold' } });
  merchant = { accountId: String(applied.body['accountId']), token: String(applied.body['token']) };
  const again = await market.call('POST', '/v1/merchant-applications', request);
  expect(again.body).toMatchObject({ accountId: merchant.accountId, note: expect.any(String) });
  expect(again.body).not.toHaveProperty('token');
  const other = { body: { ...application, statement: 'Another.' }, idempotencyKey: 'apply' };
  expect((await market.call('POST', '/v1/merchant-applications', other)).body['code']).toBe('idempotency-key-reused');

  expect(await standing()).toBe('applied');
  const product = await market.call('POST', '/v1/products', { as: merchant, body: draft });
  expect(product).toMatchObject({ status: 409, body: { code: 'merchant-not-admitted' } });
  const file = await market.call('GET', pathOf(), { as: merchant });
  expect(file.body).toMatchObject({
    missingDocuments: ['business_licence', 'authorisation'],
    application: { contactEmail: application.contactEmail },
  });
  const worklist = await market.call('GET', '/v1/merchants?standing=applied', { as: market.operator });
  expect(worklist.body['items']).toMatchObject([{ accountId: merchant.accountId }]);
  expect(worklist.text).not.toContain(application.contactEmail);
});

test('his documents are uploaded by a form, read by a link, and accepted as they were read', async () => {
  expect((await decide('admit')).body['code']).toBe('merchant-standing-unfit');
  expect((await decide('begin_review')).body['standing']).toBe('in_review');
  expect((await decide('admit')).body['code']).toBe('documents-missing');
  for (const kind of ['business_licence', 'authorisation']) {
    const brought = await bring(kind, { expiresAt: addSeconds(new Date().toISOString(), 40 * 86_400) });
    expect(brought.status).toBe(201);
    const path = pathOf(`/documents/${brought.body['documentId']}`);
    const review = (body: object) => market.call('POST', `${path}/review`, { as: market.operator, body });
    const early = await review({ verdict: 'accept', reason: 'Unseen.', etag: 'none' });
    expect(early.body['code']).toBe('document-not-uploaded');
    expect(await upload(brought, `%PDF first ${kind}`)).toBe(204);
    const first = (await market.call('GET', path, { as: market.operator })).body['file'] as { etag: string };
    expect(await upload(brought, `%PDF second ${kind}`)).toBe(204);
    const changed = await review({ verdict: 'accept', reason: 'Read.', etag: first.etag });
    expect(changed.body['code']).toBe('document-changed');
    const { url, etag } = (await market.call('GET', path, { as: market.operator })).body['file'] as {
      url: string;
      etag: string;
    };
    expect(await (await fetch(url)).text()).toBe(`%PDF second ${kind}`);
    expect((await review({ verdict: 'accept', reason: 'Read.', etag })).body['status']).toBe('accepted');
    // What the form's holder uploads now is not what was accepted.
    await upload(brought, '%PDF third');
    const kept = (await market.call('GET', path, { as: merchant })).body['file'] as { url: string };
    expect(await (await fetch(kept.url)).text()).toBe(`%PDF second ${kind}`);
  }
  const tooLarge = await bring('other', { sizeBytes: 4 });
  expect(await upload(tooLarge, 'far more than four bytes')).toBe(400);
  const path = pathOf(`/documents/${tooLarge.body['documentId']}`);
  const refused = await market.call('POST', `${path}/review`, {
    as: market.operator,
    body: { verdict: 'accept', reason: 'Read.', etag: 'none' },
  });
  expect(refused.body['code']).toBe('document-not-uploaded');
});

test('admitted, he sells', async () => {
  const admitted = await decide('admit', 'admit');
  expect(admitted.body).toMatchObject({ standing: 'admitted', missingDocuments: [] });
  expect((await decide('admit', 'admit')).body).toMatchObject({ standing: 'admitted' });
  const created = await market.call('POST', '/v1/products', { as: merchant, body: draft });
  productId = String(created.body['productId']);
  await market.call('POST', `/v1/products/${productId}/put-on-sale`, { as: merchant, body: { version: 1 } });
  const keys = Array.from({ length: 4 }, (_, index) => ({ secret: `ADMISSION-${index}` }));
  const body = { source: { kind: 'own_stock', name: 'Own' }, keys };
  await market.call('POST', `/v1/products/${productId}/batches`, { as: merchant, body });
  const placed = await order();
  const paid = await market.call('POST', `/v1/orders/${placed.body['orderId']}/pay`, {
    as: buyer,
    body: { method: 'wallet' },
  });
  expect(paid.body['status']).toBe('delivered');
});

test('suspended, he takes no order and is listed nowhere; what was paid is still delivered', async () => {
  const waiting = await order({ quantity: 4, whenOutOfStock: 'wait' });
  const path = `/v1/orders/${waiting.body['orderId']}`;
  const captured = await market.call('POST', `${path}/pay`, { as: buyer, body: { method: 'wallet' } });
  expect(captured.body['status']).toBe('captured');

  expect((await decide('suspend')).body['standing']).toBe('suspended');
  expect(await order()).toMatchObject({ status: 409, body: { code: 'merchant-not-admitted' } });
  expect((await market.call('GET', `/v1/catalog/${productId}`)).status).toBe(404);
  expect((await market.call('GET', `/v1/catalog?merchantId=${merchant.accountId}`)).body['items']).toEqual([]);
  const sale = { as: merchant, body: { version: 1 } };
  const again = await market.call('POST', `/v1/products/${productId}/put-on-sale`, sale);
  expect(again.body['code']).toBe('merchant-not-admitted');

  const body = { source: { kind: 'own_stock', name: 'Own' }, keys: [{ secret: 'ADMISSION-LATE' }] };
  await market.call('POST', `/v1/products/${productId}/batches`, { as: merchant, body });
  await expect
    .poll(async () => (await market.call('GET', path, { as: buyer })).body['status'], { timeout: 20_000 })
    .toBe('delivered');
});

test('reinstated and relabelled, he sells again, and only later orders know the label', async () => {
  expect((await decide('reinstate')).body['standing']).toBe('admitted');
  const listing = await market.call('GET', `/v1/catalog/${productId}`);
  expect(listing.body['seller']).toEqual({ merchantId: merchant.accountId, name: application.name, label: 'gold' });
  const before = await order();
  const label = { as: market.operator, body: { label: 'standard', reason: 'The deposit was withdrawn.' } };
  expect((await market.call('POST', pathOf('/label'), label)).body['label']).toBe('standard');
  const after = await order();
  const labelOf = async ({ body }: Answer) =>
    (
      await market.tables.gateway.get({
        TableName: market.tables.names.orders,
        Key: { pk: body['orderId'], sk: 'ORDER' },
      })
    )?.['merchantLabel'];
  expect([await labelOf(before), await labelOf(after)]).toEqual(['gold', 'standard']);
});

test('a licence that ends suspends him, and he was told', async () => {
  const documents = (await market.call('GET', pathOf('/documents'), { as: merchant })).body['items'] as {
    documentId: string;
    kind: string;
  }[];
  const licence = documents.find(({ kind }) => kind === 'business_licence')?.documentId ?? '';
  const past = addSeconds(new Date().toISOString(), -60);
  const at = (expiresAt: string) =>
    market.tables.gateway.update({
      TableName: market.tables.names.identity,
      Key: { pk: licence },
      UpdateExpression: 'SET dueAt = :past, expiresAt = :end',
      ExpressionAttributeValues: { ':past': past, ':end': expiresAt },
    });
  await at(addSeconds(past, 86_400));
  await market.stack.invoke('watchAdmission', {});
  await at(past);
  await market.stack.invoke('watchAdmission', {});
  await market.stack.invoke('watchAdmission', {});
  expect(await standing()).toBe('suspended');
  expect((await order()).body['code']).toBe('merchant-not-admitted');
  expect((await decide('reinstate')).body['code']).toBe('documents-missing');
  const notices = (await market.call('GET', '/v1/me/notices', { as: merchant })).body['items'] as { kind: string }[];
  const kinds = notices.map(({ kind }) => kind);
  expect(kinds.filter((kind) => kind === 'document.expiring')).toHaveLength(1);
  expect(kinds.filter((kind) => kind === 'document.expired')).toHaveLength(1);
});

test('banned he stays, and his history says what came to pass and why', async () => {
  expect((await decide('ban')).body['standing']).toBe('banned');
  for (const verdict of ['begin_review', 'admit', 'reject', 'warn', 'suspend', 'reinstate', 'ban'])
    expect((await decide(verdict)).body['code']).toBe('merchant-standing-unfit');
  expect((await bring('other')).body['code']).toBe('merchant-standing-unfit');
  const history = (await market.call('GET', pathOf('/history'), { as: merchant })).body['items'] as {
    action: string;
    reason: string;
    by: string;
  }[];
  expect(history.map(({ action }) => action).reverse()).toEqual([
    'apply',
    'begin_review',
    'accept_document',
    'accept_document',
    'admit',
    'suspend',
    'reinstate',
    'relabel',
    'expire',
    'ban',
  ]);
  expect(history[0]).toMatchObject({ reason: 'Because: ban.', by: market.operator.accountId });
});

test('nobody else reads any of it, and merchants decide nothing', async () => {
  const stranger = await market.open('merchant', 'Stranger');
  const documents = (await market.call('GET', pathOf('/documents'), { as: merchant })).body['items'] as {
    documentId: string;
  }[];
  for (const path of ['', '/history', '/documents', `/documents/${documents[0]?.documentId}`])
    expect((await market.call('GET', pathOf(path), { as: stranger })).status).toBe(404);
  const foreign = `/v1/merchants/${stranger.accountId}/documents/${documents[0]?.documentId}`;
  expect((await market.call('GET', foreign, { as: stranger })).status).toBe(404);
  expect((await market.call('GET', foreign, { as: market.operator })).status).toBe(404);
  for (const as of [merchant, buyer]) {
    const verdict = { as, body: { verdict: 'admit', reason: 'I am good.' } };
    expect((await market.call('POST', pathOf('/decisions'), verdict)).body['code']).toBe('role-not-allowed');
  }
});

test.each<[string, object]>([
  ['body.contactEmail', { contactEmail: 'not an address' }],
  ['body.contactPhone', { contactPhone: 'call me' }],
  ['body.label', { label: 'platform_direct' }],
  ['body.categories', { categories: [] }],
  ['body.categories.0', { categories: ['weapons'] }],
  ['body.name', { name: 'x\u0000y' }],
  ['body.legalName', { legalName: 'x'.repeat(500) }],
  ['body', { standing: 'admitted' }],
])('an application is refused at %s', async (field, change) => {
  const answer = await market.call('POST', '/v1/merchant-applications', { body: { ...application, ...change } });
  expect(answer).toMatchObject({ status: 400, body: { field } });
});

test('an application that is too large is refused before it is read', async () => {
  const body = { ...application, statement: 'x'.repeat(20_000) };
  expect((await market.call('POST', '/v1/merchant-applications', { body })).status).toBe(413);
});

test('no log says who he is', () => {
  const logs = filesUnder(market.dataDir).filter(({ path }) => path.includes('logs'));
  expect(logs.length).toBeGreaterThan(3);
  for (const personal of [
    application.contactEmail,
    application.contactPhone,
    application.legalName,
    application.legalRepresentative,
    merchant.token,
  ])
    expect(logs.filter(({ content }) => content.includes(personal)).map(({ path }) => path)).toEqual([]);
});
