import { expect, test } from 'vitest';
import { type DataKey, Opener, Sealer } from '../../../adapters/key-vault.ts';
import { fakeKms } from '../../support/fake-kms.ts';

const kms = fakeKms();
const sealer = new Sealer(kms, 'secrets', 'pepper');
const content = { secret: '卡密-🎮-AbC', number: '00-1' };

const sealedKey = async (batchId = 'bat_a', keyId = 'key1') => {
  const dataKey: DataKey = await sealer.dataKeyFor(batchId);
  return { keyId, batchId, sealed: sealer.seal(dataKey, keyId, content), dataKey: dataKey.wrapped };
};
const open = (key: Awaited<ReturnType<typeof sealedKey>>) => new Opener(kms, Date.now).open(key);

test('what was sealed opens again, and reads as something else until then', async () => {
  const key = await sealedKey();
  expect(await open(key)).toEqual(content);
  expect(Buffer.from(key.sealed).includes('AbC')).toBe(false);
});

test('the same content is never sealed alike', async () => {
  const dataKey = await sealer.dataKeyFor('bat_a');
  const [one, two] = [sealer.seal(dataKey, 'key1', content), sealer.seal(dataKey, 'key1', content)];
  expect(Buffer.from(one).equals(Buffer.from(two))).toBe(false);
});

test('a key does not open under another id, in another batch, with another data key or with one bit changed', async () => {
  const key = await sealedKey();
  const flipped = Uint8Array.from(key.sealed, (byte, index) => (index === 20 ? byte ^ 1 : byte));
  await expect(open({ ...key, keyId: 'key2' })).rejects.toThrow();
  await expect(open({ ...key, batchId: 'bat_b' })).rejects.toThrow();
  await expect(open({ ...key, dataKey: (await sealedKey()).dataKey })).rejects.toThrow();
  await expect(open({ ...key, sealed: flipped })).rejects.toThrow();
});

test('a data key that could not be opened is asked for again', async () => {
  const key = await sealedKey();
  const opener = new Opener(kms, Date.now);
  await expect(opener.open({ ...key, batchId: 'bat_b' })).rejects.toThrow();
  expect(await opener.open(key)).toEqual(content);
});

test('one key has one fingerprint: case, number and their border count, another pepper does not match', async () => {
  const prints = await Promise.all([
    sealer.fingerprint({ secret: 'AbC' }),
    sealer.fingerprint({ secret: 'abc' }),
    sealer.fingerprint({ secret: 'bC', number: 'A' }),
    sealer.fingerprint({ secret: 'C', number: 'Ab' }),
    new Sealer(fakeKms(), 'secrets', 'pepper').fingerprint({ secret: 'AbC' }),
  ]);
  expect(new Set(prints).size).toBe(prints.length);
  expect(await new Sealer(kms, 'secrets', 'pepper').fingerprint({ secret: 'AbC' })).toBe(prints[0]);
  for (const print of prints) expect(print).toMatch(/^[0-9a-hjkmnp-tv-z]{32}$/);
});
