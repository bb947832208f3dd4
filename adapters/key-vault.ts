import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  createSecretKey,
  type KeyObject,
  randomBytes,
} from 'node:crypto';
import { DecryptCommand, GenerateDataKeyCommand, GenerateMacCommand, type KMSClient } from '@aws-sdk/client-kms';
import * as z from 'zod/mini';
import { encodeBase32 } from './ids.ts';

/** What a card key says: worth money to whoever reads it first. */
export type KeyContent = { readonly secret: string; readonly number?: string | undefined };

/** A data key of one import run: the plain half seals and is forgotten, the wrapped half is stored with each key. */
export type DataKey = { readonly plain: KeyObject; readonly wrapped: Uint8Array };

/** The pepper's version; another pepper would be a second label beside this one, tried for old keys. */
const pepperLabel = 'surety/fingerprint-pepper/v1';
const fingerprintLength = 32;
const cipher = 'aes-256-gcm';
const nonceBytes = 12;
const tagBytes = 16;
/** How long, and how many, unwrapped data keys stay in memory. */
const cacheMs = 5 * 60_000;
const maxCachedKeys = 1_000;

/**
 * What an import needs: fingerprints and seals, but no way to open anything.
 * The pepper is the MAC of a fixed label under a KMS HMAC key: the same for ever, stored nowhere.
 */
export class Sealer {
  readonly #kms: KMSClient;
  readonly #secretsKeyId: string;
  readonly #fingerprintKeyId: string;
  #pepper: Promise<KeyObject> | undefined;

  constructor(kms: KMSClient, secretsKeyId: string, fingerprintKeyId: string) {
    this.#kms = kms;
    this.#secretsKeyId = secretsKeyId;
    this.#fingerprintKeyId = fingerprintKeyId;
  }

  /** Keyed hash of number and secret, case kept: 160 bits as 32 characters of base32. */
  async fingerprint({ secret, number = '' }: KeyContent): Promise<string> {
    return this.keyedHash(['key', number, secret]);
  }

  /** Keyed hash of anything that may hold secrets and so must not be hashed without a key. */
  async keyedHash(value: unknown): Promise<string> {
    this.#pepper ??= this.#derivePepper();
    const digest = createHmac('sha256', await this.#pepper)
      .update(JSON.stringify(value))
      .digest();
    return encodeBase32(digest, fingerprintLength);
  }

  /** A data key that only opens together with this batch's id. */
  async dataKeyFor(batchId: string): Promise<DataKey> {
    const { Plaintext, CiphertextBlob } = await this.#kms.send(
      new GenerateDataKeyCommand({ KeyId: this.#secretsKeyId, KeySpec: 'AES_256', EncryptionContext: { batchId } }),
    );
    if (!Plaintext || !CiphertextBlob) throw new Error(`KMS gave no data key for batch ${batchId}`);
    return { plain: createSecretKey(Plaintext), wrapped: CiphertextBlob };
  }

  /** Seals a key under a data key, bound to the key's id: nonce, ciphertext, tag. */
  seal(dataKey: DataKey, keyId: string, content: KeyContent): Uint8Array {
    const nonce = randomBytes(nonceBytes);
    const encrypt = createCipheriv(cipher, dataKey.plain, nonce).setAAD(Buffer.from(keyId));
    const body = Buffer.concat([encrypt.update(JSON.stringify(content)), encrypt.final()]);
    return Buffer.concat([nonce, body, encrypt.getAuthTag()]);
  }

  async #derivePepper(): Promise<KeyObject> {
    try {
      const { Mac } = await this.#kms.send(
        new GenerateMacCommand({
          KeyId: this.#fingerprintKeyId,
          MacAlgorithm: 'HMAC_SHA_256',
          Message: Buffer.from(pepperLabel),
        }),
      );
      if (!Mac) throw new Error('KMS gave no MAC for the fingerprint pepper');
      return createSecretKey(Mac);
    } catch (error) {
      // A pepper that could not be had must be asked for again, not remembered as a failure.
      this.#pepper = undefined;
      throw error;
    }
  }
}

const keyContent = z.object({ secret: z.string(), number: z.optional(z.string()) });

/** What revealing needs: opens sealed keys. Unwrapped data keys are remembered for minutes. */
export class Opener {
  readonly #kms: KMSClient;
  readonly #nowMs: () => number;
  readonly #cache = new Map<string, { readonly plain: Promise<Uint8Array>; readonly untilMs: number }>();

  constructor(kms: KMSClient, nowMs: () => number) {
    this.#kms = kms;
    this.#nowMs = nowMs;
  }

  /** Throws if the key was sealed for another id or another batch, or if a bit of it changed. */
  async open(key: { keyId: string; batchId: string; sealed: Uint8Array; dataKey: Uint8Array }): Promise<KeyContent> {
    const plain = await this.#unwrap(key.batchId, key.dataKey);
    const sealed = Buffer.from(key.sealed);
    const decrypt = createDecipheriv(cipher, plain, sealed.subarray(0, nonceBytes))
      .setAAD(Buffer.from(key.keyId))
      .setAuthTag(sealed.subarray(-tagBytes));
    const body = Buffer.concat([decrypt.update(sealed.subarray(nonceBytes, -tagBytes)), decrypt.final()]);
    return keyContent.parse(JSON.parse(body.toString('utf8')));
  }

  #unwrap(batchId: string, wrapped: Uint8Array): Promise<Uint8Array> {
    const name = `${batchId}#${Buffer.from(wrapped).toString('base64')}`;
    const cached = this.#cache.get(name);
    if (cached && cached.untilMs > this.#nowMs()) return cached.plain;
    const plain = this.#decrypt(batchId, wrapped).catch((error: unknown) => {
      this.#cache.delete(name);
      throw error;
    });
    const oldest = this.#cache.keys().next();
    if (this.#cache.size >= maxCachedKeys && !oldest.done) this.#cache.delete(oldest.value);
    this.#cache.set(name, { plain, untilMs: this.#nowMs() + cacheMs });
    return plain;
  }

  async #decrypt(batchId: string, wrapped: Uint8Array): Promise<Uint8Array> {
    const { Plaintext } = await this.#kms.send(
      new DecryptCommand({ CiphertextBlob: wrapped, EncryptionContext: { batchId } }),
    );
    if (!Plaintext) throw new Error(`KMS gave no plain data key for batch ${batchId}`);
    return Plaintext;
  }
}
