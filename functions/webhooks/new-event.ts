import { deriveId } from '../../adapters/ids.ts';
import type { Instant } from '../../core/shared/instant.ts';
import type { Delivery } from '../../core/webhooks/delivery.ts';
import { listensTo, type WebhookEndpoint } from '../../core/webhooks/endpoint.ts';
import type { AccountEvent } from '../../core/webhooks/event.ts';

type Happened = Pick<AccountEvent, 'accountId' | 'type' | 'occurredAt' | 'sequence' | 'data'> & {
  /** What it happened to; with the type and the sequence it makes the event's id. */
  readonly subject: string;
};

/** An event about to be recorded. However often it is made, its id is the same. */
export const newEvent = ({ subject, ...happened }: Happened, recordedAt: Instant): AccountEvent => ({
  ...happened,
  eventId: deriveId('evt', happened.accountId, happened.type, subject, String(happened.sequence)),
  recordedAt,
});

/** The first delivery of an event to an endpoint, due at once. */
export const newDelivery = (event: AccountEvent, { endpointId }: WebhookEndpoint): Delivery => ({
  endpointId,
  accountId: event.accountId,
  eventId: event.eventId,
  type: event.type,
  recordedAt: event.recordedAt,
  status: 'pending',
  tries: 0,
  attempts: [],
  dueAt: event.recordedAt,
});

/** The deliveries of an event to those of an account's endpoints that are to hear of it. */
export const deliveriesTo = (event: AccountEvent, endpoints: readonly WebhookEndpoint[]): readonly Delivery[] =>
  endpoints.filter((endpoint) => listensTo(endpoint, event.type)).map((endpoint) => newDelivery(event, endpoint));
