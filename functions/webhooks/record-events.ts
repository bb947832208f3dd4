import { SQSClient } from '@aws-sdk/client-sqs';
import { clientTimeouts } from '../../adapters/client-timeouts.ts';
import { realSurroundings } from '../../adapters/clock.ts';
import { required, tableNameOf } from '../../adapters/environment.ts';
import { eventMessage, hideFor, sendAllTo } from '../../adapters/queues.ts';
import { connectTables } from '../../adapters/tables/gateway.ts';
import { WebhooksTable } from '../../adapters/tables/webhooks.ts';
import { environmentVariables } from '../../contract/environment.ts';
import { createQueueWorker } from '../queue-worker.ts';
import { recordEvent } from './record-event.ts';

const sqs = new SQSClient(clientTimeouts);

export const handler = createQueueWorker({
  message: eventMessage,
  handle: recordEvent({
    webhooks: new WebhooksTable(connectTables(realSurroundings), tableNameOf('webhooks')),
    announce: sendAllTo(sqs, required(environmentVariables.webhooksQueue)),
    now: realSurroundings.now,
  }),
  // What an event says may hold words that somebody wrote; a log holds ids.
  show: ({ type, subject, sequence }) => ({ type, subject, sequence }),
  hide: hideFor(sqs, required(environmentVariables.eventsQueue)),
});
