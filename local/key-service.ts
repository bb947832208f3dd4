import { createCipheriv, createDecipheriv, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import * as z from 'zod/mini';
import { AwsError, type Endpoint, type Fields, isFields, type Operations, serveAwsJson } from './aws-json.ts';
import { writePrivateFile } from './private-file.ts';
import { Refusal } from './refusal.ts';

export type KeyDefinition = {
  readonly keyId: string;
  readonly arn: string;
  readonly usage: 'ENCRYPT_DECRYPT' | 'GENERATE_VERIFY_MAC';
};

const keyFileSchema = z.record(z.string(), z.string());
const blobVersion = 1;
const keyIdLength = 36;
const nonceLength = 12;
const tagLength = 16;

/**
 * A stand-in for KMS. The real service never lets key material out; here it lies in one file that only its owner reads.
 * @param aliases alias name (`alias/…`) to key id
 */
export const createKeyOperations = (
  keys: readonly KeyDefinition[],
  aliases: ReadonlyMap<string, string>,
  materialFile: string,
): Operations => {
  const material = loadMaterial(keys, materialFile);

  const find = (value: unknown): KeyDefinition => {
    const asked = String(value ?? '');
    const tail = asked.includes(':alias/') ? asked.slice(asked.indexOf(':alias/') + 1) : asked;
    const id = aliases.get(tail) ?? tail;
    const key = keys.find(({ keyId, arn }) => id === keyId || id === arn);
    if (key === undefined) throw new AwsError('NotFoundException', `Key '${asked}' does not exist`);
    return key;
  };

  const materialOf = (key: KeyDefinition, usage: KeyDefinition['usage']): Buffer => {
    if (key.usage !== usage) {
      throw new AwsError(
        'InvalidKeyUsageException',
        `${key.arn} key usage is ${key.usage} which is not valid for this operation.`,
      );
    }
    const bytes = material.get(key.keyId);
    if (bytes === undefined) throw new AwsError('KMSInvalidStateException', `${key.arn} has no material.`);
    return bytes;
  };

  const seal = (key: KeyDefinition, plaintext: Buffer, context: unknown): string => {
    const nonce = randomBytes(nonceLength);
    const cipher = createCipheriv('aes-256-gcm', materialOf(key, 'ENCRYPT_DECRYPT'), nonce);
    const header = Buffer.concat([Buffer.from([blobVersion]), Buffer.from(key.keyId, 'ascii'), nonce]);
    cipher.setAAD(Buffer.concat([header, contextBytes(context)]));
    return Buffer.concat([header, cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]).toString('base64');
  };

  const open = (blob: Buffer, context: unknown): { key: KeyDefinition; plaintext: Buffer } => {
    const headerLength = 1 + keyIdLength + nonceLength;
    const keyId = blob.subarray(1, 1 + keyIdLength).toString('ascii');
    const key = keys.find((candidate) => candidate.keyId === keyId);
    if (blob[0] !== blobVersion || blob.length < headerLength + tagLength || key === undefined)
      throw invalidCiphertext();
    const header = blob.subarray(0, headerLength);
    const decipher = createDecipheriv(
      'aes-256-gcm',
      materialOf(key, 'ENCRYPT_DECRYPT'),
      blob.subarray(1 + keyIdLength, headerLength),
    );
    decipher.setAAD(Buffer.concat([header, contextBytes(context)]));
    decipher.setAuthTag(blob.subarray(blob.length - tagLength));
    const start = decipher.update(blob.subarray(headerLength, blob.length - tagLength));
    try {
      return { key, plaintext: Buffer.concat([start, decipher.final()]) };
    } catch {
      // The cipher's own error is about its tag; callers wait for KMS's name for a wrong context or a changed blob.
      throw invalidCiphertext();
    }
  };

  const mac = (input: Fields): { key: KeyDefinition; bytes: Buffer } => {
    const key = find(input['KeyId']);
    if (input['MacAlgorithm'] !== 'HMAC_SHA_256') {
      throw new AwsError(
        'InvalidKeyUsageException',
        `MacAlgorithm ${String(input['MacAlgorithm'])} does not fit an HMAC_256 key.`,
      );
    }
    const message = bytesOf(input, 'Message');
    if (message.length < 1 || message.length > 4096)
      throw new AwsError('ValidationException', 'Message must be 1 to 4096 bytes.');
    return { key, bytes: createHmac('sha256', materialOf(key, 'GENERATE_VERIFY_MAC')).update(message).digest() };
  };

  return {
    GenerateDataKey: (input) => {
      const key = find(input['KeyId']);
      const length =
        input['KeySpec'] === 'AES_256' ? 32 : input['KeySpec'] === 'AES_128' ? 16 : Number(input['NumberOfBytes']);
      if (!Number.isInteger(length) || length < 1 || length > 1024) {
        throw new AwsError('ValidationException', 'KeySpec must be AES_256 or AES_128, or NumberOfBytes 1 to 1024.');
      }
      const plaintext = randomBytes(length);
      const CiphertextBlob = seal(key, plaintext, input['EncryptionContext']);
      return { CiphertextBlob, Plaintext: plaintext.toString('base64'), KeyId: key.arn };
    },
    Encrypt: (input) => {
      const key = find(input['KeyId']);
      const CiphertextBlob = seal(key, bytesOf(input, 'Plaintext'), input['EncryptionContext']);
      return { CiphertextBlob, KeyId: key.arn, EncryptionAlgorithm: 'SYMMETRIC_DEFAULT' };
    },
    Decrypt: (input) => {
      const { key, plaintext } = open(bytesOf(input, 'CiphertextBlob'), input['EncryptionContext']);
      if (input['KeyId'] !== undefined && find(input['KeyId']) !== key) {
        throw new AwsError(
          'IncorrectKeyException',
          'The key ID in the request does not identify a CMK that can perform this operation.',
        );
      }
      return { Plaintext: plaintext.toString('base64'), KeyId: key.arn, EncryptionAlgorithm: 'SYMMETRIC_DEFAULT' };
    },
    GenerateMac: (input) => {
      const { key, bytes } = mac(input);
      return { Mac: bytes.toString('base64'), MacAlgorithm: 'HMAC_SHA_256', KeyId: key.arn };
    },
    VerifyMac: (input) => {
      const { key, bytes } = mac(input);
      const given = bytesOf(input, 'Mac');
      if (given.length !== bytes.length || !timingSafeEqual(given, bytes)) {
        throw new AwsError('KMSInvalidMacException', 'The MAC does not match the message.');
      }
      return { MacValid: true, MacAlgorithm: 'HMAC_SHA_256', KeyId: key.arn };
    },
    DescribeKey: (input) => {
      const key = find(input['KeyId']);
      return {
        KeyMetadata: { KeyId: key.keyId, Arn: key.arn, KeyUsage: key.usage, KeyState: 'Enabled', Enabled: true },
      };
    },
  };
};

export const startKeyService = (
  keys: readonly KeyDefinition[],
  aliases: ReadonlyMap<string, string>,
  materialFile: string,
  report: (line: string) => void,
): Promise<Endpoint> =>
  serveAwsJson('application/x-amz-json-1.1', createKeyOperations(keys, aliases, materialFile), report);

const invalidCiphertext = (): AwsError =>
  new AwsError('InvalidCiphertextException', 'The ciphertext or its context is not valid.');

const bytesOf = (input: Fields, field: string): Buffer => {
  const value = input[field];
  if (typeof value !== 'string') throw new AwsError('ValidationException', `${field} must be base64.`);
  return Buffer.from(value, 'base64');
};

const contextBytes = (context: unknown): Buffer => {
  const pairs = isFields(context) ? Object.entries(context).map(([name, value]) => [name, String(value)]) : [];
  return Buffer.from(JSON.stringify(pairs.sort(([a], [b]) => ((a ?? '') < (b ?? '') ? -1 : 1))));
};

const loadMaterial = (keys: readonly KeyDefinition[], file: string): Map<string, Buffer> => {
  const stored = existsSync(file) ? z.safeParse(keyFileSchema, JSON.parse(readFileSync(file, 'utf8'))) : undefined;
  if (stored?.success === false)
    throw new Refusal(`${file} does not hold local keys: restore it, or start with --fresh.`);
  const material = new Map(
    Object.entries(stored?.data ?? {}).map(([id, text]) => [id, Buffer.from(text, 'base64')] as const),
  );
  const before = material.size;
  for (const { keyId } of keys) if (!material.has(keyId)) material.set(keyId, randomBytes(32));
  if (material.size > before) {
    const texts = [...material].map(([id, bytes]) => [id, bytes.toString('base64')] as const);
    writePrivateFile(file, JSON.stringify(Object.fromEntries(texts)));
  }
  return material;
};
