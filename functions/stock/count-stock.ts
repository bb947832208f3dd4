import { SQSClient } from '@aws-sdk/client-sqs';
import { clientTimeouts } from '../../adapters/client-timeouts.ts';
import { realSurroundings } from '../../adapters/clock.ts';
import { required, tableNameOf } from '../../adapters/environment.ts';
import { hideFor, sendTo, stockCountMessage } from '../../adapters/queues.ts';
import { BatchesTable } from '../../adapters/tables/batches.ts';
import { connectTables } from '../../adapters/tables/gateway.ts';
import { OffersTable } from '../../adapters/tables/offers.ts';
import { environmentVariables } from '../../contract/environment.ts';
import { createQueueWorker } from '../queue-worker.ts';
import { countProduct } from './count-product.ts';

const gateway = connectTables(realSurroundings);
const stockTable = tableNameOf('stock');
const queueUrl = required(environmentVariables.stockCountQueue);
const sqs = new SQSClient(clientTimeouts);

export const handler = createQueueWorker({
  message: stockCountMessage,
  handle: countProduct(
    {
      offers: new OffersTable(gateway, stockTable, realSurroundings),
      batches: new BatchesTable(gateway, stockTable),
      now: realSurroundings.now,
    },
    sendTo(sqs, queueUrl),
  ),
  hide: hideFor(sqs, queueUrl),
});
