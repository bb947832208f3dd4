import { Logger } from '@aws-lambda-powertools/logger';
import type { APIGatewayRequestAuthorizerEventV2, APIGatewaySimpleAuthorizerWithContextResult } from 'aws-lambda';
import { realSurroundings } from '../../adapters/clock.ts';
import { tableNameOf } from '../../adapters/environment.ts';
import { connectTables } from '../../adapters/tables/gateway.ts';
import { identityTable } from '../../adapters/tables/identity.ts';
import { orderTokensTable } from '../../adapters/tables/order-tokens.ts';
import { authorize, type Identified } from './authorize.ts';

const logger = new Logger();
const gateway = connectTables(realSurroundings);
const tableName = tableNameOf('identity');
const identify = authorize({
  identity: identityTable(gateway, tableName),
  orderTokens: orderTokensTable(gateway, tableName),
  now: realSurroundings.now,
});

/**
 * Identifies the caller and always lets the request pass: a handler refuses who was not identified, with a problem
 * document that says what to do, which API Gateway's own answer cannot. Neither event nor token is ever logged.
 */
export const handler = async (
  event: APIGatewayRequestAuthorizerEventV2,
): Promise<APIGatewaySimpleAuthorizerWithContextResult<Identified>> => {
  const { authorization } = event.headers ?? {};
  const context = await identify(authorization);
  if ('refusal' in context)
    logger.info('caller not identified', { requestId: event.requestContext.requestId, refusal: context.refusal });
  return { isAuthorized: true, context };
};
