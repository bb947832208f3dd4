import type * as z from 'zod/mini';
import type { webhookRoutes } from '../../contract/api/webhooks.ts';
import { accept, type Result, refuse } from '../../core/shared/result.ts';
import type { Delivery } from '../../core/webhooks/delivery.ts';
import type { WebhookEndpoint } from '../../core/webhooks/endpoint.ts';
import type { Caller } from '../http/request.ts';
import type { WebhooksDeps } from './deps.ts';

type ResponseOf<Operation extends string> = z.input<
  Extract<(typeof webhookRoutes)[number], { operation: Operation }>['response']
>;

type EndpointWithSecret = Result<ResponseOf<'createWebhookEndpoint'>>;

/** An endpoint as its owner sees it, without the sealed secrets. */
export const viewEndpoint = ({
  secret: _,
  previousSecret,
  ...endpoint
}: WebhookEndpoint): ResponseOf<'readWebhookEndpoint'> => ({
  ...endpoint,
  events: [...endpoint.events],
  previousSecretUntil: previousSecret?.until,
});

export const viewDelivery = ({ dueAt, attempts, ...delivery }: Delivery): ResponseOf<'testWebhookEndpoint'> => ({
  ...delivery,
  attempts: [...attempts],
  nextAttemptAt: dueAt,
});

const shownBefore =
  'This secret was made before, under the same Idempotency-Key. It was shown then and cannot be shown again; if it is lost, rotate it.';

/** The one answer that shows the secret. */
export const withSecret = (endpoint: WebhookEndpoint, secret: string): EndpointWithSecret =>
  accept({ ...viewEndpoint(endpoint), secret });

/** A repeated request: the same endpoint, without the secret that only the signer can read any more. */
export const withoutSecret = (endpoint: WebhookEndpoint, madeBy: string, requestHash: string): EndpointWithSecret =>
  madeBy === requestHash ? accept({ ...viewEndpoint(endpoint), note: shownBefore }) : reusedKey;

export const reusedKey = refuse(
  'idempotency-key-reused',
  'This Idempotency-Key was used for another request. Send a fresh one for a new intention.',
  'headers.Idempotency-Key',
);

/** One of the caller's endpoints; a foreign one looks like one that does not exist. */
export const ownEndpoint = async (
  webhooks: WebhooksDeps['webhooks'],
  caller: Caller,
  endpointId: string,
): Promise<Result<WebhookEndpoint>> => {
  const endpoint = await webhooks.getEndpoint(caller.accountId, endpointId);
  return endpoint ? accept(endpoint) : refuse('not-found', 'You have no such webhook endpoint.', 'path.endpointId');
};

export const refuseDisabled = refuse(
  'webhook-endpoint-disabled',
  'This webhook endpoint is disabled, so nothing is sent to it. Enable it first.',
  'path.endpointId',
);

export const noSuchDelivery = refuse(
  'not-found',
  'No such event was sent to this endpoint, or it is more than 30 days ago.',
  'path.eventId',
);
