import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { KMSClient } from '@aws-sdk/client-kms';
import { S3Client } from '@aws-sdk/client-s3';
import { SQSClient } from '@aws-sdk/client-sqs';
import middy from '@middy/core';
import * as z from 'zod/mini';
import { clientTimeouts } from '../../adapters/client-timeouts.ts';
import { realSurroundings } from '../../adapters/clock.ts';
import { required, tableNameOf } from '../../adapters/environment.ts';
import { ImportFiles } from '../../adapters/import-files.ts';
import { Sealer } from '../../adapters/key-vault.ts';
import { sendTo } from '../../adapters/queues.ts';
import { BatchesTable } from '../../adapters/tables/batches.ts';
import { connectTables } from '../../adapters/tables/gateway.ts';
import { KeysTable } from '../../adapters/tables/keys.ts';
import { OrdersTable } from '../../adapters/tables/orders.ts';
import { environmentVariables } from '../../contract/environment.ts';
import { describeError } from '../describe-error.ts';
import { asRetryable } from '../retryable-error.ts';
import { storeKeys } from '../stock/store-keys.ts';
import { importStretch } from './import-stretch.ts';

/** What is left of an invocation's time when it begins no further stretch; one takes seconds. */
const reservedMs = 300_000;

const logger = new Logger();
const metrics = new Metrics();
const { now } = realSurroundings;
const gateway = connectTables(realSurroundings);
const tables = { stock: tableNameOf('stock'), keys: tableNameOf('keys') };
const sealer = new Sealer(
  new KMSClient(clientTimeouts),
  required(environmentVariables.secretsKey),
  required(environmentVariables.fingerprintKey),
);
const work = importStretch({
  batches: new BatchesTable(gateway, tables.stock),
  orders: new OrdersTable(gateway, tableNameOf('orders')),
  files: new ImportFiles(new S3Client(clientTimeouts), required(environmentVariables.importsBucket)),
  store: storeKeys({ gateway, tables, keys: new KeysTable(gateway, tables.keys), sealer, now }),
  announceDelivery: sendTo(new SQSClient(clientTimeouts), required(environmentVariables.deliveryQueue)),
  stockTable: tables.stock,
  now,
});
const input = z.object({ batchId: z.string() });

/** The import workflow's task: `{ batchId }` → `{ batchId, done }`; called again until it is done. */
export const handler = middy<unknown, { batchId: string; done: boolean }>()
  .onError(({ event, error }) => {
    logger.error('file not imported', { event, error: describeError(error) });
    metrics.singleMetric().addMetric('ImportTaskFaults', MetricUnit.Count, 1);
    throw asRetryable(error);
  })
  .handler(async (event, context) => {
    const { batchId } = input.parse(event);
    const { done } = await work(batchId, () => context.getRemainingTimeInMillis() > reservedMs);
    logger.info(done ? 'file imported' : 'file goes on', { batchId });
    return { batchId, done };
  });
