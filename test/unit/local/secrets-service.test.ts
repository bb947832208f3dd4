import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GetSecretValueCommand, PutSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createSecrets, type Secrets, startSecretsService } from '../../../local/secrets-service.ts';

const arn = 'arn:aws:secretsmanager:us-east-1:000000000000:secret:one';
let folder: string;
let stops: (() => Promise<void> | void)[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'secrets-'));
  stops = [];
});
afterEach(async () => {
  for (const stop of stops) await stop();
  rmSync(folder, { recursive: true });
});

const open = (): Secrets => createSecrets([arn], join(folder, 'secrets.json'));
const connect = async (secrets: Secrets): Promise<SecretsManagerClient> => {
  const service = await startSecretsService(secrets, (line) => {
    throw new Error(line);
  });
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const client = new SecretsManagerClient({ endpoint: service.url, region: 'us-east-1', credentials });
  stops.push(() => client.destroy(), service.close);
  return client;
};

test('a secret begins without a value, as in the real service', async () => {
  const client = await connect(open());
  await expect(client.send(new GetSecretValueCommand({ SecretId: arn }))).rejects.toThrow(
    expect.objectContaining({ name: 'ResourceNotFoundException' }),
  );
  await expect(client.send(new GetSecretValueCommand({ SecretId: `${arn}-other` }))).rejects.toThrow(
    expect.objectContaining({ name: 'ResourceNotFoundException' }),
  );
});

test('what a secret is filled with is there after a restart, and a value of one’s own stays', async () => {
  const client = await connect(open());
  await client.send(new PutSecretValueCommand({ SecretId: arn, SecretString: 'my own' }));
  const later = open();
  later.fill(arn, 'the default');
  const { SecretString } = await (await connect(later)).send(new GetSecretValueCommand({ SecretId: arn }));
  expect(SecretString).toBe('my own');
});

test('only its owner may read the file', () => {
  open().fill(arn, 'text');
  expect(statSync(join(folder, 'secrets.json')).mode & 0o777).toBe(0o600);
});
