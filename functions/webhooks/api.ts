import { KMSClient } from '@aws-sdk/client-kms';
import { SQSClient } from '@aws-sdk/client-sqs';
import * as z from 'zod/mini';
import { clientTimeouts } from '../../adapters/client-timeouts.ts';
import { realSurroundings } from '../../adapters/clock.ts';
import { required, tableNameOf } from '../../adapters/environment.ts';
import { sendTo, type WebhookMessage } from '../../adapters/queues.ts';
import { connectTables } from '../../adapters/tables/gateway.ts';
import { WebhooksTable } from '../../adapters/tables/webhooks.ts';
import { sealSecretWith } from '../../adapters/webhooks/secrets.ts';
import { newSigningSecret } from '../../adapters/webhooks/signature.ts';
import { webhookRoutes } from '../../contract/api/webhooks.ts';
import { environmentVariables } from '../../contract/environment.ts';
import { createApi } from '../http/api.ts';
import { createWebhookEndpoint } from './create-webhook-endpoint.ts';
import { deleteWebhookEndpoint } from './delete-webhook-endpoint.ts';
import { disableWebhookEndpoint } from './disable-webhook-endpoint.ts';
import { enableWebhookEndpoint } from './enable-webhook-endpoint.ts';
import { listEvents } from './list-events.ts';
import { listWebhookDeliveries } from './list-webhook-deliveries.ts';
import { listWebhookEndpoints } from './list-webhook-endpoints.ts';
import { readWebhookEndpoint } from './read-webhook-endpoint.ts';
import { redeliverWebhook } from './redeliver-webhook.ts';
import { rotateWebhookSecret } from './rotate-webhook-secret.ts';
import { testWebhookEndpoint } from './test-webhook-endpoint.ts';

const deps = {
  webhooks: new WebhooksTable(connectTables(realSurroundings), tableNameOf('webhooks')),
  surroundings: realSurroundings,
  seal: sealSecretWith(new KMSClient(clientTimeouts), required(environmentVariables.webhookSecretsKey)),
  newSecret: newSigningSecret,
  reach: z.enum(['public', 'loopback-too']).parse(required(environmentVariables.webhookReach)),
  announce: sendTo<WebhookMessage>(new SQSClient(clientTimeouts), required(environmentVariables.webhooksQueue)),
};

export const handler = createApi(webhookRoutes, {
  createWebhookEndpoint: createWebhookEndpoint(deps),
  listWebhookEndpoints: listWebhookEndpoints(deps),
  readWebhookEndpoint: readWebhookEndpoint(deps),
  deleteWebhookEndpoint: deleteWebhookEndpoint(deps),
  rotateWebhookSecret: rotateWebhookSecret(deps),
  disableWebhookEndpoint: disableWebhookEndpoint(deps),
  enableWebhookEndpoint: enableWebhookEndpoint(deps),
  testWebhookEndpoint: testWebhookEndpoint(deps),
  listWebhookDeliveries: listWebhookDeliveries(deps),
  redeliverWebhook: redeliverWebhook(deps),
  listEvents: listEvents(deps),
});
