import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Fields, Operations } from '../../../local/aws-json.ts';
import { createKeyOperations, type KeyDefinition } from '../../../local/key-service.ts';

const sealing: KeyDefinition = {
  keyId: '00000000-0000-0000-0000-000000000001',
  arn: 'arn:aws:kms:us-east-1:000000000000:key/00000000-0000-0000-0000-000000000001',
  usage: 'ENCRYPT_DECRYPT',
};
const pepper: KeyDefinition = {
  keyId: '00000000-0000-0000-0000-000000000002',
  arn: 'arn:aws:kms:us-east-1:000000000000:key/00000000-0000-0000-0000-000000000002',
  usage: 'GENERATE_VERIFY_MAC',
};

let folder: string;
const open = (): Operations =>
  createKeyOperations([sealing, pepper], new Map([['alias/pepper', pepper.keyId]]), join(folder, 'keys.json'));
const call = async (operations: Operations, name: string, input: Fields): Promise<Fields> =>
  (await operations[name]?.(input)) ?? {};

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'keys-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const context = { importRun: 'imp_1', tenant: 'mer_1' };
const dataKey = (operations: Operations): Promise<Fields> =>
  call(operations, 'GenerateDataKey', { KeyId: sealing.arn, KeySpec: 'AES_256', EncryptionContext: context });

test('a data key opens again after a restart, whatever the order of its context', async () => {
  const made = await dataKey(open());
  const CiphertextBlob = made['CiphertextBlob'];
  const EncryptionContext = { tenant: 'mer_1', importRun: 'imp_1' };
  const opened = await call(open(), 'Decrypt', { CiphertextBlob, EncryptionContext });
  expect(opened['Plaintext']).toBe(made['Plaintext']);
  expect(opened['KeyId']).toBe(sealing.arn);
  expect(Buffer.from(String(made['Plaintext']), 'base64')).toHaveLength(32);
});

test('another context, no context or a changed blob opens nothing', async () => {
  const operations = open();
  const blob = Buffer.from(String((await dataKey(operations))['CiphertextBlob']), 'base64');
  const decrypt = (bytes: Buffer, EncryptionContext?: Fields) =>
    call(operations, 'Decrypt', { CiphertextBlob: bytes.toString('base64'), EncryptionContext });
  await expect(decrypt(blob, { ...context, tenant: 'mer_2' })).rejects.toThrow(
    expect.objectContaining({ name: 'InvalidCiphertextException' }),
  );
  await expect(decrypt(blob)).rejects.toThrow(expect.objectContaining({ name: 'InvalidCiphertextException' }));
  await expect(decrypt(Buffer.from('short'), context)).rejects.toThrow(
    expect.objectContaining({ name: 'InvalidCiphertextException' }),
  );
  for (const position of [0, 1, 40, 60, blob.length - 1]) {
    const changed = Buffer.from(blob);
    changed[position] = (changed[position] ?? 0) ^ 1;
    await expect(decrypt(changed, context)).rejects.toThrow(
      expect.objectContaining({ name: 'InvalidCiphertextException' }),
    );
  }
});

test('a keyed hash is the same each time and for its alias, and is verified', async () => {
  const Message = Buffer.from('1234-5678').toString('base64');
  const MacAlgorithm = 'HMAC_SHA_256';
  const { Mac } = await call(open(), 'GenerateMac', { KeyId: pepper.arn, Message, MacAlgorithm });
  const operations = open();
  expect((await call(operations, 'GenerateMac', { KeyId: 'alias/pepper', Message, MacAlgorithm }))['Mac']).toBe(Mac);
  expect((await call(operations, 'VerifyMac', { KeyId: pepper.keyId, Message, MacAlgorithm, Mac }))['MacValid']).toBe(
    true,
  );
  const wrong = { KeyId: pepper.keyId, Message: Buffer.from('else').toString('base64'), MacAlgorithm, Mac };
  await expect(call(operations, 'VerifyMac', wrong)).rejects.toThrow(
    expect.objectContaining({ name: 'KMSInvalidMacException' }),
  );
});

test('a key does only what it is for, and an unknown key nothing', async () => {
  const operations = open();
  await expect(call(operations, 'Encrypt', { KeyId: pepper.arn, Plaintext: 'AAAA' })).rejects.toThrow(
    expect.objectContaining({ name: 'InvalidKeyUsageException' }),
  );
  await expect(call(operations, 'GenerateDataKey', { KeyId: 'nobody', KeySpec: 'AES_256' })).rejects.toThrow(
    expect.objectContaining({ name: 'NotFoundException' }),
  );
});

test('only its owner may read the key material', () => {
  open();
  expect(statSync(join(folder, 'keys.json')).mode & 0o777).toBe(0o600);
});
