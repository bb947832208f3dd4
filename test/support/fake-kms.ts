import { createCipheriv, createDecipheriv, createHmac, randomBytes } from 'node:crypto';
import {
  DecryptCommand,
  EncryptCommand,
  GenerateDataKeyCommand,
  GenerateMacCommand,
  InvalidCiphertextException,
  type KMSClient,
} from '@aws-sdk/client-kms';

const nonceBytes = 12;
const tagBytes = 16;
const contextBytes = (context: Record<string, string> | undefined): Buffer =>
  Buffer.from(JSON.stringify(Object.entries(context ?? {}).sort()));

/**
 * Keys that never leave this object. A data key opens only with the context it was made for, as with the real service;
 * two fakes hold different keys.
 */
export const fakeKms = (): KMSClient => {
  const root = randomBytes(32);

  const wrap = (plain: Buffer, context: Record<string, string> | undefined): Buffer => {
    const nonce = randomBytes(nonceBytes);
    const cipher = createCipheriv('aes-256-gcm', root, nonce).setAAD(contextBytes(context));
    return Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
  };
  const unwrap = (blob: Buffer, context: Record<string, string> | undefined): Buffer => {
    try {
      const decipher = createDecipheriv('aes-256-gcm', root, blob.subarray(0, nonceBytes))
        .setAAD(contextBytes(context))
        .setAuthTag(blob.subarray(-tagBytes));
      return Buffer.concat([decipher.update(blob.subarray(nonceBytes, -tagBytes)), decipher.final()]);
    } catch (cause) {
      // Node says what failed inside the cipher; KMS says only this.
      throw Object.assign(new InvalidCiphertextException({ message: '', $metadata: {} }), { cause });
    }
  };

  const send = async (command: unknown): Promise<object> => {
    if (command instanceof GenerateDataKeyCommand) {
      const plain = randomBytes(32);
      return { Plaintext: plain, CiphertextBlob: wrap(plain, command.input.EncryptionContext) };
    }
    if (command instanceof EncryptCommand) {
      const plain = Buffer.from(command.input.Plaintext ?? []);
      return { CiphertextBlob: wrap(plain, command.input.EncryptionContext) };
    }
    if (command instanceof DecryptCommand) {
      const blob = Buffer.from(command.input.CiphertextBlob ?? []);
      return { Plaintext: unwrap(blob, command.input.EncryptionContext) };
    }
    if (command instanceof GenerateMacCommand)
      return {
        Mac: createHmac('sha256', root)
          .update(command.input.Message ?? '')
          .digest(),
      };
    throw new Error('The fake KMS does not know this command');
  };
  return { send } as unknown as KMSClient;
};
