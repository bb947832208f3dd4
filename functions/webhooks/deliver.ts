import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { KMSClient } from '@aws-sdk/client-kms';
import { SQSClient } from '@aws-sdk/client-sqs';
import * as z from 'zod/mini';
import { clientTimeouts } from '../../adapters/client-timeouts.ts';
import { realSurroundings } from '../../adapters/clock.ts';
import { required, tableNameOf } from '../../adapters/environment.ts';
import { hideFor, sendTo, webhookMessage } from '../../adapters/queues.ts';
import { connectTables } from '../../adapters/tables/gateway.ts';
import { WebhooksTable } from '../../adapters/tables/webhooks.ts';
import { openSecretWith } from '../../adapters/webhooks/secrets.ts';
import { webhookSender } from '../../adapters/webhooks/sender.ts';
import { environmentVariables } from '../../contract/environment.ts';
import { webhookPatience } from '../../contract/webhooks.ts';
import { createQueueWorker } from '../queue-worker.ts';
import { deliverWebhook } from './deliver-webhook.ts';

const logger = new Logger();
const metrics = new Metrics();
const sqs = new SQSClient(clientTimeouts);
const queueUrl = required(environmentVariables.webhooksQueue);
const patience = webhookPatience.parse(JSON.parse(required(environmentVariables.webhookPatience)));
const deliver = deliverWebhook({
  webhooks: new WebhooksTable(connectTables(realSurroundings), tableNameOf('webhooks')),
  open: openSecretWith(new KMSClient(clientTimeouts), required(environmentVariables.webhookSecretsKey), Date.now),
  send: webhookSender(
    z.enum(['public', 'loopback-too']).parse(required(environmentVariables.webhookReach)),
    patience.timeoutSeconds,
  ),
  announce: sendTo(sqs, queueUrl),
  retryDelaysSeconds: patience.retryDelaysSeconds,
  surroundings: realSurroundings,
});

export const handler = createQueueWorker({
  message: webhookMessage,
  handle: async (message) => {
    const done = await deliver(message);
    if (done === undefined) return;
    const { delivery, attempt } = done;
    const { endpointId, accountId, eventId, status } = delivery;
    logger.info('webhook attempted', { endpointId, accountId, eventId, status, attempt });
    if (attempt)
      metrics.addMetric(
        attempt.result === 'accepted' ? 'WebhooksDelivered' : 'WebhookAttemptsFailed',
        MetricUnit.Count,
        1,
      );
    if (status === 'failed') metrics.addMetric('WebhooksGivenUp', MetricUnit.Count, 1);
    metrics.publishStoredMetrics();
  },
  hide: hideFor(sqs, queueUrl),
});
