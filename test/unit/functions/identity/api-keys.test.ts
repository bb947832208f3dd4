import { beforeEach, describe, expect, it } from 'vitest';
import type { TestCaller } from '../../../support/test-rooms.ts';
import { identityHouse } from './identity-house.ts';

let house: Awaited<ReturnType<typeof identityHouse>>;
let buyer: TestCaller;
let stranger: TestCaller;
beforeEach(async () => {
  house = await identityHouse();
  buyer = await house.open('buyer', 'Li');
  stranger = await house.open('buyer', 'Wang');
});

const bearer = (token: unknown) => `Bearer ${token}`;
const keysOf = async (as: TestCaller, accountId: string, query: Record<string, string> = {}) =>
  house.call('listApiKeys', { as, params: { accountId }, query });

describe('an issued API key', () => {
  it('identifies its account by its token', async () => {
    const key = await house.issue(buyer);
    expect(key.status).toBe(201);
    expect(key.token).toMatch(/^sty_[0-9a-z]{26}_[0-9a-z]{51}$/);
    expect(await house.identify(bearer(key.token))).toEqual({ ...buyer, apiKeyId: key.apiKeyId });
  });

  it('never shows its token again, and stores no more than a hash', async () => {
    const request = { as: buyer, params: { accountId: buyer.accountId }, body: { name: 'shop' }, idempotencyKey: 'k' };
    const first = await house.call('issueApiKey', request);
    const second = await house.call('issueApiKey', request);
    expect(second.body).not.toHaveProperty('token');
    expect(second.body).toMatchObject({ apiKeyId: first.body['apiKeyId'], note: expect.stringContaining('revoke') });
    const secret = String(first.body['token']).split('_')[2];
    expect(JSON.stringify([...house.itemsOf('identity')])).not.toContain(secret);
    expect(JSON.stringify(await keysOf(buyer, buyer.accountId))).not.toMatch(/token|secret|hash/i);
  });

  it('is refused for another request under its Idempotency-Key', async () => {
    const request = { as: buyer, params: { accountId: buyer.accountId }, idempotencyKey: 'k' };
    await house.call('issueApiKey', { ...request, body: { name: 'shop' } });
    const before = house.itemsOf('identity');
    const second = await house.call('issueApiKey', { ...request, body: { name: 'office' } });
    expect(second).toMatchObject({ status: 422, body: { code: 'idempotency-key-reused' } });
    expect(house.itemsOf('identity')).toEqual(before);
  });

  it('is one of ten at most, however many ask at once', async () => {
    const answers = await Promise.all(Array.from({ length: 12 }, () => house.issue(buyer)));
    expect(answers.map(({ status }) => status).sort()).toEqual([...Array(10).fill(201), 409, 409]);
    expect((await keysOf(buyer, buyer.accountId)).body['items']).toHaveLength(10);
  });

  it('may be issued by an operator for another account', async () => {
    const params = { accountId: buyer.accountId };
    const answer = await house.call('issueApiKey', { as: house.operator, params, body: { name: 'first' } });
    expect(await house.identify(bearer(answer.body['token']))).toMatchObject(buyer);
  });
});

describe('an authorization', () => {
  it.each<[string, (token: string) => string | undefined]>([
    ['absent', () => undefined],
    ['empty', () => ''],
    ['without a scheme', (token) => token],
    ['of another scheme', (token) => `Basic ${token}`],
    ['with a tail', (token) => `Bearer ${token} ${token}`],
    ['with a wrong secret', (token) => `Bearer ${token.slice(0, -1)}${token.endsWith('0') ? '1' : '0'}`],
    ['of an unknown key', (token) => `Bearer sty_${'0'.repeat(26)}_${token.split('_')[2]}`],
    ['far too long', (token) => `Bearer ${token.repeat(1_000)}`],
  ])('%s identifies nobody', async (_, header) => {
    const { token } = await house.issue(buyer);
    expect(await house.identify(header(token))).toEqual({ refusal: 'api-key-unknown' });
  });
});

describe('a revoked API key', () => {
  it('identifies nobody from then on, and stays revoked when revoked again', async () => {
    const { apiKeyId, token } = await house.issue(buyer);
    const first = await house.call('revokeApiKey', { as: buyer, params: { apiKeyId } });
    expect(first).toMatchObject({ status: 200, body: { apiKeyId, revokedAt: '2026-11-22T00:00:00.000Z' } });
    expect(await house.identify(bearer(token))).toEqual({ refusal: 'api-key-revoked' });
    house.passSeconds(60);
    expect(await house.call('revokeApiKey', { as: buyer, params: { apiKeyId } })).toEqual(first);
  });

  it('gives its place to another', async () => {
    const keys = [];
    for (let count = 0; count < 10; count += 1) keys.push(await house.issue(buyer));
    expect((await house.issue(buyer)).status).toBe(409);
    await house.call('revokeApiKey', { as: buyer, params: { apiKeyId: keys[3]?.apiKeyId ?? '' } });
    expect((await house.issue(buyer)).status).toBe(201);
  });

  it('that the authorizer has not forgotten yet issues nothing that outlives it, and rotates no other', async () => {
    const [stolen, kept] = [await house.issue(buyer), await house.issue(buyer)];
    await house.call('revokeApiKey', { as: buyer, params: { apiKeyId: stolen.apiKeyId } });
    const before = house.itemsOf('identity');
    const thief = { ...buyer, apiKeyId: stolen.apiKeyId };
    const answers = [
      await house.call('issueApiKey', { as: thief, params: { accountId: buyer.accountId }, body: { name: 'mine' } }),
      await house.call('rotateApiKey', { as: thief, params: { apiKeyId: kept.apiKeyId }, body: {} }),
    ];
    for (const answer of answers) expect(answer).toMatchObject({ status: 401, body: { code: 'api-key-revoked' } });
    expect(house.itemsOf('identity')).toEqual(before);
  });

  it('cannot be rotated', async () => {
    const { apiKeyId } = await house.issue(buyer);
    await house.call('revokeApiKey', { as: buyer, params: { apiKeyId } });
    const answer = await house.call('rotateApiKey', { as: buyer, params: { apiKeyId }, body: {} });
    expect(answer).toMatchObject({ status: 409, body: { code: 'api-key-state-unfit' } });
  });
});

describe('a rotation', () => {
  it('issues a successor and lets the old key die after an hour, unless told otherwise', async () => {
    const old = await house.issue(buyer);
    const request = { as: buyer, params: { apiKeyId: old.apiKeyId }, body: {} };
    const successor = await house.call('rotateApiKey', request);
    expect(successor).toMatchObject({ status: 201, body: { name: 'shop', accountId: buyer.accountId } });
    house.passSeconds(3_599);
    expect(await house.identify(bearer(old.token))).toMatchObject(buyer);
    house.passSeconds(1);
    expect(await house.identify(bearer(old.token))).toEqual({ refusal: 'api-key-revoked' });
    expect(await house.identify(bearer(successor.body['token']))).toMatchObject(buyer);
  });

  it('without overlap ends the old key at once', async () => {
    const old = await house.issue(buyer);
    await house.call('rotateApiKey', { as: buyer, params: { apiKeyId: old.apiKeyId }, body: { overlapSeconds: 0 } });
    expect(await house.identify(bearer(old.token))).toEqual({ refusal: 'api-key-revoked' });
  });

  it('repeated issues no second successor', async () => {
    const old = await house.issue(buyer);
    const request = { as: buyer, params: { apiKeyId: old.apiKeyId }, body: {}, idempotencyKey: 'k' };
    const first = await house.call('rotateApiKey', request);
    const before = house.itemsOf('identity');
    const second = await house.call('rotateApiKey', request);
    expect(second).toMatchObject({ status: 201, body: { apiKeyId: first.body['apiKeyId'] } });
    expect(second.body).not.toHaveProperty('token');
    expect(house.itemsOf('identity')).toEqual(before);
  });

  it('by two at once has one successor', async () => {
    const old = await house.issue(buyer);
    const request = { as: buyer, params: { apiKeyId: old.apiKeyId }, body: {} };
    const answers = await Promise.all([house.call('rotateApiKey', request), house.call('rotateApiKey', request)]);
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409]);
  });

  it.each([-1, 86_401, 1.5, '60'])('is refused with an overlap of %o seconds', async (overlapSeconds) => {
    const { apiKeyId } = await house.issue(buyer);
    const answer = await house.call('rotateApiKey', { as: buyer, params: { apiKeyId }, body: { overlapSeconds } });
    expect(answer).toMatchObject({ status: 400, body: { field: 'body.overlapSeconds' } });
  });
});

describe('the list of API keys', () => {
  it('comes newest first, page by page, each key once', async () => {
    const issuedIds = [];
    for (let count = 0; count < 5; count += 1) {
      issuedIds.push((await house.issue(buyer)).apiKeyId);
      house.passSeconds(1);
    }
    const listed: unknown[] = [];
    let cursor: unknown;
    do {
      const query = { limit: '2', ...(typeof cursor === 'string' && { cursor }) };
      const { body } = await keysOf(buyer, buyer.accountId, query);
      listed.push(...(body['items'] as { apiKeyId: string }[]).map(({ apiKeyId }) => apiKeyId));
      cursor = body['nextCursor'];
    } while (cursor !== undefined);
    expect(listed).toEqual(issuedIds.reverse());
  });

  it('refuses the cursor of another account', async () => {
    for (const as of [buyer, stranger]) for (let count = 0; count < 2; count += 1) await house.issue(as);
    const { body } = await keysOf(buyer, buyer.accountId, { limit: '1' });
    const answer = await keysOf(stranger, stranger.accountId, { cursor: String(body['nextCursor']) });
    expect(answer).toMatchObject({ status: 400, body: { code: 'cursor-invalid' } });
  });
});

describe('an operator', () => {
  it('issues the first key of an account, with his name on it, and sees no later token of it', async () => {
    const operator = await house.open('operator');
    const params = { accountId: buyer.accountId };
    const issue = (as: typeof operator) => house.call('issueApiKey', { as, params, body: { name: 'a key' } });
    const first = await issue(operator);
    expect(first).toMatchObject({ status: 201, body: { issuedBy: operator.accountId } });
    expect(await issue(operator)).toMatchObject({ status: 409, body: { code: 'account-has-keys' } });

    const own = await issue(buyer);
    expect(own).toMatchObject({ status: 201, body: { issuedBy: buyer.accountId } });
    const apiKeyId = String(own.body['apiKeyId']);
    expect(await house.call('rotateApiKey', { as: operator, params: { apiKeyId }, body: {} })).toMatchObject({
      status: 404,
      body: { code: 'not-found' },
    });
    for (const revoked of [apiKeyId, String(first.body['apiKeyId'])])
      await house.call('revokeApiKey', { as: operator, params: { apiKeyId: revoked } });
    expect(await issue(operator)).toMatchObject({ status: 409, body: { code: 'account-has-keys' } });
  });
});

describe('a stranger', () => {
  it('finds no API key that is not his, and changes none', async () => {
    const { apiKeyId } = await house.issue(buyer);
    const before = house.itemsOf('identity');
    const params = { accountId: buyer.accountId };
    for (const as of [stranger, await house.open('merchant'), await house.open('auditor')]) {
      const answers = [
        await house.call('issueApiKey', { as, params, body: { name: 'mine' } }),
        await house.call('listApiKeys', { as, params }),
        await house.call('rotateApiKey', { as, params: { apiKeyId }, body: {} }),
        await house.call('revokeApiKey', { as, params: { apiKeyId } }),
      ];
      expect(answers.map(({ status }) => status)).toEqual([404, 404, 404, 404]);
    }
    for (const [place, item] of before) expect(house.itemsOf('identity').get(place)).toEqual(item);
  });
});
