import { realSurroundings } from '../../adapters/clock.ts';
import { tableNameOf } from '../../adapters/environment.ts';
import { randomToken } from '../../adapters/ids.ts';
import { connectTables } from '../../adapters/tables/gateway.ts';
import { identityTable } from '../../adapters/tables/identity.ts';
import { identityRoutes } from '../../contract/api/identity.ts';
import { createApi } from '../http/api.ts';
import { issueApiKey } from './issue-api-key.ts';
import { listApiKeys } from './list-api-keys.ts';
import { openAccount } from './open-account.ts';
import { readAccount } from './read-account.ts';
import { readOwnAccount } from './read-own-account.ts';
import { revokeApiKey } from './revoke-api-key.ts';
import { rotateApiKey } from './rotate-api-key.ts';

const deps = {
  identity: identityTable(connectTables(realSurroundings), tableNameOf('identity')),
  surroundings: realSurroundings,
  newSecret: randomToken,
};

export const handler = createApi(identityRoutes, {
  openAccount: openAccount(deps),
  readAccount: readAccount(deps),
  readOwnAccount: readOwnAccount(deps),
  issueApiKey: issueApiKey(deps),
  listApiKeys: listApiKeys(deps),
  rotateApiKey: rotateApiKey(deps),
  revokeApiKey: revokeApiKey(deps),
});
