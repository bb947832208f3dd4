import { DecryptCommand, EncryptCommand, type KMSClient } from '@aws-sdk/client-kms';

/** A sealed secret opens only as that of the endpoint for which it was sealed. */
const contextOf = (endpointId: string) => ({ webhookEndpointId: endpointId });

/** Seals signing secrets, and cannot open them. */
export type SealSecret = (endpointId: string, secret: string) => Promise<Uint8Array>;

export const sealSecretWith =
  (kms: KMSClient, keyId: string): SealSecret =>
  async (endpointId, secret) => {
    const { CiphertextBlob } = await kms.send(
      new EncryptCommand({
        KeyId: keyId,
        Plaintext: Buffer.from(secret, 'utf8'),
        EncryptionContext: contextOf(endpointId),
      }),
    );
    if (!CiphertextBlob) throw new Error(`KMS sealed nothing for ${endpointId}`);
    return CiphertextBlob;
  };

/** How long, and how many, opened secrets stay in memory. */
const cacheMs = 5 * 60_000;
const maxCached = 1_000;

/** Opens signing secrets for whoever signs. */
export type OpenSecret = (endpointId: string, sealed: Uint8Array) => Promise<string>;

export const openSecretWith = (kms: KMSClient, keyId: string, nowMs: () => number): OpenSecret => {
  const cache = new Map<string, { readonly secret: string; readonly untilMs: number }>();
  return async (endpointId, sealed) => {
    const name = `${endpointId}#${Buffer.from(sealed).toString('base64')}`;
    const cached = cache.get(name);
    if (cached && cached.untilMs > nowMs()) return cached.secret;
    const { Plaintext } = await kms.send(
      new DecryptCommand({ KeyId: keyId, CiphertextBlob: sealed, EncryptionContext: contextOf(endpointId) }),
    );
    if (!Plaintext) throw new Error(`KMS opened nothing for ${endpointId}`);
    const secret = Buffer.from(Plaintext).toString('utf8');
    const oldest = cache.keys().next();
    if (cache.size >= maxCached && !oldest.done) cache.delete(oldest.value);
    cache.set(name, { secret, untilMs: nowMs() + cacheMs });
    return secret;
  };
};
