import { formatToken, hashSecret } from '../../adapters/api-key-token.ts';
import type { Surroundings } from '../../adapters/clock.ts';
import { deriveId, randomToken } from '../../adapters/ids.ts';
import type { TableGateway } from '../../adapters/tables/gateway.ts';
import { identityTable } from '../../adapters/tables/identity.ts';

type Input = {
  readonly gateway: TableGateway;
  /** Deployed name of the identity table. */
  readonly tableName: string;
  readonly name: string;
  readonly surroundings: Surroundings;
};

/**
 * Opens an operator account with one API key, straight in the table: the way in before there is anybody who could
 * call the API. Every call opens another account; the token is returned here and never again.
 */
export const createOperator = async ({
  gateway,
  tableName,
  name,
  surroundings,
}: Input): Promise<{ accountId: string; apiKeyId: string; token: string }> => {
  const identity = identityTable(gateway, tableName);
  const requestHash = randomToken();
  const accountId = deriveId('acc', 'createOperator', requestHash);
  const apiKeyId = deriveId('key', 'createOperator', requestHash);
  const secret = randomToken();
  const createdAt = surroundings.now();
  const made = { name, role: 'operator', createdAt, requestHash } as const;
  const account = await identity.openAccount({ ...made, accountId, keyRing: {}, keyRingRevision: 0 });
  const key = { ...made, apiKeyId, accountId, secretHash: hashSecret(secret) };
  const { outcome } = await identity.issueApiKey(account, key, { [apiKeyId]: 'never' });
  if (outcome !== 'issued') throw new Error(`The first API key of ${accountId} could not be issued: ${outcome}`);
  return { accountId, apiKeyId, token: formatToken(apiKeyId, secret) };
};
