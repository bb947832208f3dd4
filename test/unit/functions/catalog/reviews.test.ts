import { beforeEach, describe, expect, it } from 'vitest';
import { present } from '../../../support/sample-orders.ts';
import type { TestCaller } from '../../../support/test-rooms.ts';
import { buyer, catalogHouse, draft, operator } from './catalog-house.ts';

let house: Awaited<ReturnType<typeof catalogHouse>>;
let productId: string;
beforeEach(async () => {
  house = await catalogHouse();
  productId = await house.create({}, house.rival);
});

const reason = 'The terms are clear.';
const of = (version: number) => ({ productId, version: String(version) });
const submit = (version = 1, as = house.rival) => house.call('submitVersion', { as, params: of(version) });
const approve = (version = 1, as = operator) =>
  house.call('approveVersion', { as, params: of(version), body: { reason } });
const reject = (version = 1) =>
  house.call('rejectVersion', { as: operator, params: of(version), body: { reason: 'Whose card?' } });
const sell = (version = 1) => house.call('putOnSale', { as: house.rival, params: { productId }, body: { version } });
const edit = (change: object) =>
  house.call('addVersion', { as: house.rival, params: { productId }, body: { ...draft, ...change } });
const historyOf = async (as: TestCaller = house.rival, query: Record<string, string> = {}) =>
  house.call('readHistory', { as, params: { productId }, query });
const kinds = async () => ((await historyOf()).body['items'] as { kind: string }[]).map(({ kind }) => kind);

describe('a version that needs a review', () => {
  it('cannot be put on sale before it is approved, and is told what to do', async () => {
    const refused = await sell();
    expect(refused).toMatchObject({ status: 409, body: { code: 'review-needed', field: 'body.version' } });
    expect(refused.body['detail']).toContain(`/v1/products/${productId}/versions/1/submit`);
    expect(await submit()).toMatchObject({ status: 200, body: { review: { state: 'submitted' } } });
    expect(await sell()).toMatchObject({ body: { code: 'review-needed' } });
    expect(await approve()).toMatchObject({ status: 200, body: { review: { state: 'approved', reason } } });
    expect(await sell()).toMatchObject({ status: 200, body: { status: 'on_sale', approvedVersion: 1 } });
  });

  it('is rejected for good; another version answers', async () => {
    await submit();
    expect(await reject()).toMatchObject({ body: { review: { state: 'rejected', reason: 'Whose card?' } } });
    expect(await sell()).toMatchObject({ body: { code: 'review-needed' } });
    expect(await submit()).toMatchObject({ status: 409, body: { code: 'review-state-unfit' } });
    expect(await approve()).toMatchObject({ status: 409, body: { code: 'review-state-unfit' } });
    await edit({ title: '点卡 100 元(国服)' });
    await submit(2);
    await approve(2);
    expect(await sell(2)).toMatchObject({ status: 200 });
  });

  it('stays on sale while an edit of its text waits, and a new price needs no review', async () => {
    await house.review(productId, '1', house.rival);
    await sell();
    await edit({ priceMinor: 8_800 });
    expect(await sell(2)).toMatchObject({ status: 200, body: { onSale: { version: 2, priceMinor: 8_800 } } });
    await edit({ priceMinor: 8_800, description: 'Only for new accounts.' });
    expect(await sell(3)).toMatchObject({ body: { code: 'review-needed' } });
    expect(await house.catalog.getProduct(productId)).toMatchObject({ status: 'on_sale', onSaleVersion: 2 });
  });

  it('is submitted and decided once, however often that is asked', async () => {
    await Promise.all([submit(), submit(), submit()]);
    await Promise.all([approve(), approve()]);
    expect(await kinds()).toEqual(['approved', 'submitted', 'created']);
  });

  it('is approved or rejected, never both', async () => {
    await submit();
    const answers = await Promise.all([approve(), reject(), approve(), reject()]);
    const stored = await house.catalog.getVersion(productId, 1);
    const won = answers
      .filter(({ status }) => status === 200)
      .map(({ body }) => (body['review'] as { state: string }).state);
    expect(new Set(won)).toEqual(new Set([stored?.review?.state]));
    expect((await kinds()).filter((kind) => kind === 'approved' || kind === 'rejected')).toHaveLength(1);
  });

  it('goes off sale when it is rejected after its merchant lost the label that sold it unreviewed', async () => {
    const sold = await house.sell();
    const product = present(await house.catalog.getProduct(sold));
    expect(await house.catalog.tellSeller(product, { ...product, merchantLabel: 'standard' })).toBe(true);
    const params = { productId: sold, version: '1' };
    expect(await house.call('submitVersion', { as: house.merchant, params })).toMatchObject({ status: 200 });
    const decision = { as: operator, params, body: { reason: 'Whose card?' } };
    expect(await house.call('rejectVersion', decision)).toMatchObject({ status: 200 });
    expect(await house.call('readListing', { as: buyer, params })).toMatchObject({ status: 404 });
    expect((await house.call('browseCatalog', { as: buyer })).body['items']).toEqual([]);
    expect(await house.catalog.getProduct(sold)).toMatchObject({ status: 'off_sale', latestVersion: 1 });
  });

  it('is decided by operators, never by its own merchant or another', async () => {
    await submit();
    for (const as of [house.rival, house.merchant, buyer]) expect(await approve(1, as)).toMatchObject({ status: 403 });
    expect(await submit(1, house.merchant)).toMatchObject({ status: 404, body: { code: 'not-found' } });
    expect(await submit(2)).toMatchObject({ status: 404, body: { code: 'product-version-unknown' } });
    expect(await approve(9)).toMatchObject({ status: 404, body: { code: 'product-version-unknown' } });
  });

  it('shows strangers its text and not what reviewers said of it', async () => {
    await house.review(productId, '1', house.rival);
    await sell();
    const read = async (as: TestCaller) => (await house.call('readVersion', { as, params: of(1) })).body;
    expect(await read(house.rival)).toHaveProperty('review');
    expect(await read({ accountId: 'acc_j', role: 'arbiter' })).toHaveProperty('review');
    expect(await read(buyer)).not.toHaveProperty('review');
    expect(await read(house.merchant)).not.toHaveProperty('review');
  });
});

describe('the worklist of reviews', () => {
  it('shows who waits longest first, page by page, and drops what is decided', async () => {
    const waiting = [productId];
    await submit();
    for (let index = 0; index < 4; index += 1) {
      house.passSeconds(60);
      const next = await house.create({}, house.rival);
      waiting.push(next);
      await house.call('submitVersion', { as: house.rival, params: { productId: next, version: '1' } });
    }
    await approve();
    const list = (query: Record<string, string>) => house.call('listReviews', { as: operator, query });
    const first = await list({ limit: '3' });
    const second = await list({ limit: '3', cursor: String(first.body['nextCursor']) });
    const ids = [first, second].flatMap(({ body }) =>
      (body['items'] as { productId: string }[]).map((item) => item.productId),
    );
    expect(ids).toEqual(waiting.slice(1));
    expect((await list({ state: 'approved' })).body['items']).toMatchObject([{ productId }]);
    expect(await list({ state: 'rejected', cursor: String(first.body['nextCursor']) })).toMatchObject({
      body: { code: 'cursor-invalid' },
    });
    expect(await house.call('listReviews', { as: house.rival })).toMatchObject({ status: 403 });
  });
});

describe('the history of a product', () => {
  it('names every change with its author, time and difference, newest first', async () => {
    house.passSeconds(1);
    await edit({ priceMinor: 9_000, description: 'Line 1\nLine 2' });
    await house.review(productId, '1', house.rival);
    await sell();
    await house.call('takeOffSale', { as: house.rival, params: { productId } });
    const { status, body } = await historyOf();
    expect(status).toBe(200);
    const items = body['items'] as Record<string, unknown>[];
    expect(items.map(({ sequence, kind, version }) => [sequence, kind, version])).toEqual([
      [6, 'taken-off-sale', undefined],
      [5, 'put-on-sale', 1],
      [4, 'approved', 1],
      [3, 'submitted', 1],
      [2, 'version-added', 2],
      [1, 'created', 1],
    ]);
    expect(items[2]).toMatchObject({ by: { accountId: operator.accountId, apiKeyId: 'key_test' }, reason: 'Fine.' });
    expect(items[4]).toMatchObject({
      at: '2026-11-22T00:00:01.000Z',
      by: { accountId: house.rival.accountId },
      changes: [
        { field: 'priceMinor', before: 9_900, after: 9_000 },
        {
          field: 'description',
          lines: [
            { sign: '+', line: 1, text: 'Line 1' },
            { sign: '+', line: 2, text: 'Line 2' },
          ],
        },
      ],
    });
  });

  it('gains nothing by a replay or a refusal', async () => {
    const request = { as: house.rival, params: { productId }, body: draft, idempotencyKey: 'k' };
    await house.call('addVersion', request);
    await house.call('addVersion', request);
    await sell();
    expect(await kinds()).toEqual(['version-added', 'created']);
  });

  it('numbers changes that come at once without a gap', async () => {
    await Promise.all(Array.from({ length: 5 }, () => edit({})));
    const { body } = await historyOf();
    expect((body['items'] as { sequence: number }[]).map(({ sequence }) => sequence)).toEqual([6, 5, 4, 3, 2, 1]);
  });

  it('counts the edits of the last 30 days', async () => {
    await edit({ priceMinor: 1 });
    house.passSeconds(20 * 86_400);
    await edit({ priceMinor: 2 });
    expect((await historyOf()).body['editsIn30Days']).toBe(2);
    house.passSeconds(11 * 86_400);
    expect((await historyOf()).body['editsIn30Days']).toBe(1);
  });

  it('is paged', async () => {
    await edit({});
    await edit({});
    const first = await historyOf(house.rival, { limit: '2' });
    const second = await historyOf(house.rival, { limit: '2', cursor: String(first.body['nextCursor']) });
    expect([first, second].map(({ body }) => (body['items'] as object[]).length)).toEqual([2, 1]);
  });

  it('is for the owner and those who watch over the marketplace', async () => {
    for (const role of ['operator', 'arbiter', 'auditor'] as const)
      expect((await historyOf({ accountId: 'acc_x', role })).status).toBe(200);
    expect(await historyOf(house.merchant)).toMatchObject({ status: 404, body: { code: 'not-found' } });
    expect(await historyOf(buyer)).toMatchObject({ status: 403 });
  });

  it('begins with the next change where a product was made before there was one', async () => {
    const { revision, ...old } =
      (await house.gateway.get({ TableName: 'catalog', Key: { pk: productId, sk: 'PRODUCT' } })) ?? {};
    await house.gateway.put({ TableName: 'catalog', Item: old });
    await house.gateway.delete({ TableName: 'catalog', Key: { pk: productId, sk: 'HISTORY#000000001' } });
    expect(revision).toBe(1);
    await edit({ priceMinor: 7 });
    await edit({ priceMinor: 8 });
    expect((await historyOf()).body['items']).toMatchObject([{ sequence: 2 }, { sequence: 1, kind: 'version-added' }]);
  });
});
