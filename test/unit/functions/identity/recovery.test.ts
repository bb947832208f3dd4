import { beforeEach, describe, expect, it } from 'vitest';
import { merchantsTable } from '../../../../adapters/tables/merchants.ts';
import type { TestCaller } from '../../../support/test-rooms.ts';
import { identityHouse } from './identity-house.ts';

let house: Awaited<ReturnType<typeof identityHouse>>;
let buyer: TestCaller;
let second: TestCaller;
beforeEach(async () => {
  house = await identityHouse();
  buyer = await house.open('buyer');
  second = await house.open('operator', 'Day shift');
});

const request = (as: TestCaller, accountId = buyer.accountId, idempotencyKey = 'lost') =>
  house.call('requestRecovery', { as, params: { accountId }, body: { reason: 'All keys lost.' }, idempotencyKey });
const approve = (as: TestCaller, recoveryId: unknown, accountId = buyer.accountId) =>
  house.call('approveRecovery', { as, params: { accountId, recoveryId: String(recoveryId) } });
const identify = (token: unknown) => house.identify(`Bearer ${token}`);

describe('the recovery of an account', () => {
  it('takes two operators: the second one is shown the new key, and every other key ends', async () => {
    const old = [await house.issue(buyer), await house.issue(buyer)];
    const asked = await request(house.operator);
    expect(asked).toMatchObject({ status: 201, body: { requestedBy: house.operator.accountId } });
    for (const { token } of old) expect(await identify(token)).toMatchObject({ accountId: buyer.accountId });

    const approved = await approve(second, asked.body['recoveryId']);
    expect(approved).toMatchObject({ status: 200, body: { issuedBy: second.accountId, accountId: buyer.accountId } });
    expect(await identify(approved.body['token'])).toMatchObject({ accountId: buyer.accountId, role: 'buyer' });
    for (const { token } of old) expect(await identify(token)).toEqual({ refusal: 'api-key-revoked' });

    const recovery = await house.call('readRecovery', {
      as: house.operator,
      params: { accountId: buyer.accountId, recoveryId: String(asked.body['recoveryId']) },
    });
    expect(recovery.body).toMatchObject({ approvedBy: second.accountId, apiKeyId: approved.body['apiKeyId'] });
    const notices = await merchantsTable(house.gateway, 'identity').listNotices(buyer.accountId, { limit: 10 });
    expect(notices).toMatchObject({ ok: true, value: { items: [{ kind: 'account.recovered' }] } });
  });

  it('is not undone by a key that it ended, while the authorizer still knows that', async () => {
    const stolen = await house.issue(buyer);
    const asked = await request(house.operator);
    await approve(second, asked.body['recoveryId']);
    const thief = { ...buyer, apiKeyId: stolen.apiKeyId };
    const answer = await house.call('issueApiKey', {
      as: thief,
      params: { accountId: buyer.accountId },
      body: { name: 'mine' },
    });
    expect(answer).toMatchObject({ status: 401, body: { code: 'api-key-revoked' } });
  });

  it('is not approved by an operator whose key was revoked a moment ago', async () => {
    const { apiKeyId } = await house.issue(second);
    const asked = await request(house.operator);
    await house.call('revokeApiKey', { as: house.operator, params: { apiKeyId } });
    const answer = await approve({ ...second, apiKeyId }, asked.body['recoveryId']);
    expect(answer).toMatchObject({ status: 401, body: { code: 'api-key-revoked' } });
  });

  it('is not approved by the operator who asked, nor for himself', async () => {
    const asked = await request(house.operator);
    const before = house.itemsOf('identity');
    expect((await approve(house.operator, asked.body['recoveryId'])).body['code']).toBe('second-operator-needed');
    expect((await request(house.operator, house.operator.accountId, 'me')).body['code']).toBe('second-operator-needed');
    expect(house.itemsOf('identity')).toEqual(before);
    const mine = await request(house.operator, second.accountId, 'for-the-second');
    expect((await approve(second, mine.body['recoveryId'], second.accountId)).body['code']).toBe(
      'second-operator-needed',
    );
  });

  it('approved twice issues one key, and shows it once', async () => {
    const asked = await request(house.operator);
    const first = await approve(second, asked.body['recoveryId']);
    const again = await approve(second, asked.body['recoveryId']);
    expect(again.body).toMatchObject({ apiKeyId: first.body['apiKeyId'], note: expect.any(String) });
    expect(again.body).not.toHaveProperty('token');
    const third = await house.open('operator', 'Third');
    expect((await approve(third, asked.body['recoveryId'])).body['code']).toBe('recovery-state-unfit');
  });

  it('of two approvals at once issues one key', async () => {
    const asked = await request(house.operator);
    const third = await house.open('operator', 'Third');
    const both = await Promise.all([second, third].map((as) => approve(as, asked.body['recoveryId'])));
    expect(both.map(({ status }) => status).toSorted()).toEqual([200, 409]);
    const keys = await house.call('listApiKeys', { as: buyer, params: { accountId: buyer.accountId } });
    expect(keys.body['items']).toHaveLength(1);
  });

  it('waits a day for the second operator, and no longer', async () => {
    const asked = await request(house.operator);
    house.passSeconds(86_400);
    expect((await approve(second, asked.body['recoveryId'])).body['code']).toBe('recovery-state-unfit');
  });

  it('asked for again under one Idempotency-Key is one', async () => {
    const asked = await request(house.operator);
    house.passSeconds(60);
    expect(await request(house.operator)).toEqual(asked);
    expect((await request(house.operator, second.accountId)).body['code']).toBe('idempotency-key-reused');
  });

  it('of another account, or of nobody, is not there', async () => {
    const asked = await request(house.operator);
    expect((await approve(second, asked.body['recoveryId'], second.accountId)).status).toBe(404);
    expect((await request(house.operator, `acc_${'0'.repeat(26)}`, 'nobody')).status).toBe(404);
    for (const as of [buyer, await house.open('auditor')]) expect((await request(as)).status).toBe(403);
  });
});
