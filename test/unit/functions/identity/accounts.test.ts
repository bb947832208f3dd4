import { beforeEach, describe, expect, it } from 'vitest';
import { identityHouse } from './identity-house.ts';

let house: Awaited<ReturnType<typeof identityHouse>>;
beforeEach(async () => {
  house = await identityHouse();
});

describe('opening an account', () => {
  it('gives a merchant a label, and others none', async () => {
    const merchant = await house.call('openAccount', {
      as: house.operator,
      body: { role: 'merchant', name: '飞鱼点卡', label: 'gold' },
    });
    expect(merchant).toMatchObject({ status: 201, body: { role: 'merchant', name: '飞鱼点卡', label: 'gold' } });
    const buyer = await house.call('openAccount', { as: house.operator, body: { role: 'buyer', name: 'Li' } });
    expect(buyer.body).not.toHaveProperty('label');
    expect(buyer.body).not.toHaveProperty('keyRing');
    expect(buyer.body).not.toHaveProperty('requestHash');
  });

  it('twice under one Idempotency-Key opens one', async () => {
    const request = { as: house.operator, idempotencyKey: 'k', body: { role: 'buyer', name: 'Li' } };
    const first = await house.call('openAccount', request);
    house.passSeconds(5);
    expect(await house.call('openAccount', request)).toEqual(first);
  });

  it('with another body under a used Idempotency-Key changes nothing', async () => {
    await house.call('openAccount', { as: house.operator, idempotencyKey: 'k', body: { role: 'buyer', name: 'Li' } });
    const before = house.itemsOf('identity');
    const second = await house.call('openAccount', {
      as: house.operator,
      idempotencyKey: 'k',
      body: { role: 'auditor', name: 'Li' },
    });
    expect(second).toMatchObject({ status: 422, body: { code: 'idempotency-key-reused' } });
    expect(house.itemsOf('identity')).toEqual(before);
  });

  it.each<[string, object]>([
    ['body.label', { role: 'merchant', name: 'No label' }],
    ['body.label', { role: 'buyer', name: 'Labelled', label: 'gold' }],
    ['body.label', { role: 'merchant', name: 'Odd', label: 'platinum' }],
    ['body.role', { role: 'admin', name: 'Root' }],
    ['body.role', { role: 'operator', name: 'My second self' }],
    ['body.name', { role: 'buyer', name: '' }],
    ['body.name', { role: 'buyer', name: ' Li' }],
    ['body', { role: 'buyer', name: 'Li', admin: true }],
  ])('is refused at %s', async (field, body) => {
    const answer = await house.call('openAccount', { as: house.operator, body });
    expect(answer).toMatchObject({ status: 400, body: { code: 'invalid-request', field } });
  });

  it('is for operators alone', async () => {
    for (const role of ['merchant', 'buyer', 'arbiter', 'finance', 'auditor'] as const) {
      const as = await house.open(role);
      const answer = await house.call('openAccount', { as, body: { role: 'auditor', name: 'Me' } });
      expect(answer).toMatchObject({ status: 403, body: { code: 'role-not-allowed' } });
    }
  });
});

describe('reading an account', () => {
  it('is for the account itself, operators and auditors', async () => {
    const merchant = await house.open('merchant');
    const params = { accountId: merchant.accountId };
    for (const as of [merchant, house.operator, await house.open('auditor')])
      expect(await house.call('readAccount', { as, params })).toMatchObject({ status: 200, body: params });
  });

  it('of a stranger answers like one that does not exist', async () => {
    const merchant = await house.open('merchant');
    const as = await house.open('buyer');
    const foreign = await house.call('readAccount', { as, params: { accountId: merchant.accountId } });
    const unknown = await house.call('readAccount', { as, params: { accountId: `acc_${'0'.repeat(26)}` } });
    expect(foreign).toMatchObject({ status: 404, body: { code: 'not-found' } });
    expect({ ...foreign.body, requestId: '' }).toEqual({ ...unknown.body, requestId: '' });
  });

  it('of one’s own names the API key in use', async () => {
    expect(await house.call('readOwnAccount', { as: house.operator })).toMatchObject({
      status: 200,
      body: { accountId: house.operator.accountId, role: 'operator', apiKeyId: house.operator.apiKeyId },
    });
  });

  it('needs a known API key', async () => {
    expect(await house.call('readOwnAccount')).toMatchObject({ status: 401, body: { code: 'api-key-unknown' } });
  });
});
