import { Logger } from '@aws-lambda-powertools/logger';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { routes } from '../../contract/api/routes.ts';
import { openApiDocument } from '../../contract/openapi/document.ts';
import { filesOf } from './files.ts';
import { readReference } from './read-reference.ts';

const logger = new Logger();
const read = readReference(filesOf(openApiDocument(routes)));

/** The reference: a public function that touches nothing. */
export const handler = async (event: APIGatewayProxyEventV2): Promise<APIGatewayProxyStructuredResultV2> => {
  const { requestId } = event.requestContext;
  const answer = read({ path: event.rawPath, headers: event.headers, requestId });
  logger.info('request', { requestId, routeKey: event.routeKey, status: answer.statusCode });
  return answer;
};
