import { realSurroundings } from '../../adapters/clock.ts';
import { tableNameOf } from '../../adapters/environment.ts';
import { randomToken } from '../../adapters/ids.ts';
import { connectTables } from '../../adapters/tables/gateway.ts';
import { identityTable } from '../../adapters/tables/identity.ts';
import { orderTokensTable } from '../../adapters/tables/order-tokens.ts';
import { OrdersTable } from '../../adapters/tables/orders.ts';
import { recoveriesTable } from '../../adapters/tables/recoveries.ts';
import { identityRoutes } from '../../contract/api/identity.ts';
import { orderTokenRoutes } from '../../contract/api/order-tokens.ts';
import { createApi } from '../http/api.ts';
import { approveRecovery } from './approve-recovery.ts';
import { issueApiKey } from './issue-api-key.ts';
import { issueOrderToken } from './issue-order-token.ts';
import { listApiKeys } from './list-api-keys.ts';
import { listOrderTokens } from './list-order-tokens.ts';
import { openAccount } from './open-account.ts';
import { readAccount } from './read-account.ts';
import { readOwnAccount } from './read-own-account.ts';
import { readRecovery } from './read-recovery.ts';
import { requestRecovery } from './request-recovery.ts';
import { revokeApiKey } from './revoke-api-key.ts';
import { revokeOrderToken } from './revoke-order-token.ts';
import { rotateApiKey } from './rotate-api-key.ts';

const gateway = connectTables(realSurroundings);
const deps = {
  identity: identityTable(gateway, tableNameOf('identity')),
  recoveries: recoveriesTable(gateway, tableNameOf('identity')),
  orderTokens: orderTokensTable(gateway, tableNameOf('identity')),
  orders: new OrdersTable(gateway, tableNameOf('orders')),
  surroundings: realSurroundings,
  newSecret: randomToken,
};

export const handler = createApi([...identityRoutes, ...orderTokenRoutes], {
  openAccount: openAccount(deps),
  readAccount: readAccount(deps),
  readOwnAccount: readOwnAccount(deps),
  issueApiKey: issueApiKey(deps),
  listApiKeys: listApiKeys(deps),
  rotateApiKey: rotateApiKey(deps),
  revokeApiKey: revokeApiKey(deps),
  requestRecovery: requestRecovery(deps),
  readRecovery: readRecovery(deps),
  approveRecovery: approveRecovery(deps),
  issueOrderToken: issueOrderToken(deps),
  listOrderTokens: listOrderTokens(deps),
  revokeOrderToken: revokeOrderToken(deps),
});
