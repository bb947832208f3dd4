import { randomToken } from '../../../../adapters/ids.ts';
import { identityTable } from '../../../../adapters/tables/identity.ts';
import { orderTokensTable } from '../../../../adapters/tables/order-tokens.ts';
import { recoveriesTable } from '../../../../adapters/tables/recoveries.ts';
import { identityRoutes } from '../../../../contract/api/identity.ts';
import type { Role } from '../../../../contract/api/route.ts';
import { approveRecovery } from '../../../../functions/identity/approve-recovery.ts';
import { authorize } from '../../../../functions/identity/authorize.ts';
import { createOperator } from '../../../../functions/identity/create-operator.ts';
import { issueApiKey } from '../../../../functions/identity/issue-api-key.ts';
import { listApiKeys } from '../../../../functions/identity/list-api-keys.ts';
import { openAccount } from '../../../../functions/identity/open-account.ts';
import { readAccount } from '../../../../functions/identity/read-account.ts';
import { readOwnAccount } from '../../../../functions/identity/read-own-account.ts';
import { readRecovery } from '../../../../functions/identity/read-recovery.ts';
import { requestRecovery } from '../../../../functions/identity/request-recovery.ts';
import { revokeApiKey } from '../../../../functions/identity/revoke-api-key.ts';
import { rotateApiKey } from '../../../../functions/identity/rotate-api-key.ts';
import { type TestCaller, testApi, testRooms } from '../../../support/test-rooms.ts';

/** The room with an operator in it. */
export const identityHouse = async () => {
  const rooms = testRooms();
  const { gateway, surroundings } = rooms;
  const identity = identityTable(gateway, 'identity');
  const recoveries = recoveriesTable(gateway, 'identity');
  const deps = { identity, recoveries, surroundings, newSecret: randomToken };
  const call = testApi(identityRoutes, {
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
  });
  const created = await createOperator({ gateway, tableName: 'identity', name: 'Night shift', surroundings });
  const operator: TestCaller = { accountId: created.accountId, role: 'operator', apiKeyId: created.apiKeyId };
  const identify = authorize({ identity, orderTokens: orderTokensTable(gateway, 'identity'), now: surroundings.now });

  const open = async (role: Role, name: string = role): Promise<TestCaller> => {
    if (role === 'operator') {
      const { accountId, apiKeyId } = await createOperator({ gateway, tableName: 'identity', name, surroundings });
      return { accountId, role, apiKeyId };
    }
    const label = role === 'merchant' ? { label: 'standard' } : {};
    const { body } = await call('openAccount', { as: operator, body: { role, name, ...label } });
    return { accountId: String(body['accountId']), role };
  };
  const issue = async (as: TestCaller, name = 'shop') => {
    const answer = await call('issueApiKey', { as, params: { accountId: as.accountId }, body: { name } });
    return { apiKeyId: String(answer.body['apiKeyId']), token: String(answer.body['token']), status: answer.status };
  };
  return { ...rooms, call, operator, operatorToken: created.token, identify, open, issue };
};
