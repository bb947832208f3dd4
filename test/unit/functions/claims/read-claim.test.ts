import { expect, test } from 'vitest';
import { bindKey, unbindKey } from '../../../../adapters/tables/keys.ts';
import { readClaim } from '../../../../functions/claims/read-claim.ts';
import { testRooms } from '../../../support/test-rooms.ts';

/** A key as an import stores it, and what the table's stream says of it. */
const storedKey = async () => {
  const rooms = testRooms();
  const sealed = new Uint8Array([1, 2, 3]);
  const key = { batchId: 'bat_1', productId: 'prd_1', merchantId: 'acc_1', sellUntilDay: '2027-01-01' };
  await rooms.gateway.put({
    TableName: 'keys',
    Item: { pk: 'key', ...key, importedAt: 'now', sealed, dataKey: sealed },
  });
  const lastChange = () => {
    const record = rooms.memory.readStream('keys', 0, 100).at(-1);
    const at = Math.floor((record?.dynamodb?.ApproximateCreationDateTime?.getTime() ?? 0) / 1000);
    return { ...record, dynamodb: { ...record?.dynamodb, ApproximateCreationDateTime: at } } as Parameters<
      typeof readClaim
    >[0];
  };
  return { rooms, lastChange };
};

test('a claim names key, owner and what an offer of the key is found by, and nothing of the secret', async () => {
  const { rooms, lastChange } = await storedKey();
  await rooms.gateway.transact([bindKey('keys', 'key', 'ord_1', '2026-11-22T00:00:00.000Z')]);
  expect(readClaim(lastChange())).toEqual({
    keyId: 'key',
    owner: 'ord_1',
    at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.000Z$/),
    position: expect.stringMatching(/^\d+$/),
    batchId: 'bat_1',
    productId: 'prd_1',
    sellUntilDay: '2027-01-01',
  });
});

test('a key that went back has no owner', async () => {
  const { rooms, lastChange } = await storedKey();
  await rooms.gateway.transact([bindKey('keys', 'key', 'ord_1', '2026-11-22T00:00:00.000Z')]);
  await rooms.gateway.transact([unbindKey('keys', 'key', 'ord_1')]);
  expect(readClaim(lastChange())).not.toHaveProperty('owner');
});

test('a change without an image of a key is refused rather than archived as nothing', async () => {
  const { lastChange } = await storedKey();
  const record = lastChange();
  expect(() => readClaim({ ...record, dynamodb: { ...record.dynamodb, NewImage: { pk: { S: 'key' } } } })).toThrow();
  expect(() => readClaim({ eventName: 'MODIFY' })).toThrow();
});
