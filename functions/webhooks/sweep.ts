import { Logger } from '@aws-lambda-powertools/logger';
import { SQSClient } from '@aws-sdk/client-sqs';
import middy from '@middy/core';
import { clientTimeouts } from '../../adapters/client-timeouts.ts';
import { realSurroundings } from '../../adapters/clock.ts';
import { required, tableNameOf } from '../../adapters/environment.ts';
import { sendAllTo } from '../../adapters/queues.ts';
import { connectTables } from '../../adapters/tables/gateway.ts';
import { WebhooksTable } from '../../adapters/tables/webhooks.ts';
import { environmentVariables } from '../../contract/environment.ts';
import { describeError } from '../describe-error.ts';
import { queueDue } from './queue-due.ts';

const logger = new Logger();
const sweep = queueDue({
  webhooks: new WebhooksTable(connectTables(realSurroundings), tableNameOf('webhooks')),
  announce: sendAllTo(new SQSClient(clientTimeouts), required(environmentVariables.webhooksQueue)),
  now: realSurroundings.now,
});

/** Each minute: has webhooks attempted whose time came, or whose message was lost. */
export const handler = middy<unknown, void>()
  .onError(({ error }) => {
    logger.error('webhooks not swept', { error: describeError(error) });
    throw error;
  })
  .handler(async () => {
    logger.info('webhooks swept', { queued: await sweep() });
  });
