import * as z from 'zod/mini';
import { eventRetentionDays } from '../../contract/webhooks.ts';
import { addSeconds, type Instant } from '../../core/shared/instant.ts';
import { attemptResults, type Delivery } from '../../core/webhooks/delivery.ts';
import { disabledReasons, maxEndpointsPerAccount, type WebhookEndpoint } from '../../core/webhooks/endpoint.ts';
import type { AccountEvent } from '../../core/webhooks/event.ts';
import { dueShardName, dueShardOf } from './due.ts';
import type { Item, TableGateway, TransactionItem } from './gateway.ts';

const subscriberSk = 'SUBSCRIBER';
const endpointPrefix = 'ENDPOINT#';
const deliveryPrefix = 'DELIVERY#';
const eventSk = 'EVENT';

const endpointItem = z.object({
  pk: z.string(),
  sk: z.string(),
  url: z.string(),
  events: z.array(z.string()),
  description: z.optional(z.string()),
  createdAt: z.string(),
  revision: z.int(),
  requestHash: z.string(),
  secret: z.object({ sealed: z.instanceof(Uint8Array) }),
  previousSecret: z.optional(z.object({ sealed: z.instanceof(Uint8Array), until: z.string() })),
  failingSince: z.optional(z.string()),
  disabled: z.optional(z.object({ at: z.string(), reason: z.enum(disabledReasons) })),
});

const subscriberItem = z.object({ readsUntil: z.optional(z.string()), endedAt: z.optional(z.string()) });

const eventItem = z.object({
  pk: z.string(),
  eventAccount: z.string(),
  type: z.string(),
  occurredAt: z.string(),
  sequence: z.int(),
  data: z.record(z.string(), z.unknown()),
  recordedAt: z.string(),
});

const deliveryItem = z.object({
  pk: z.string(),
  accountId: z.string(),
  eventId: z.string(),
  type: z.string(),
  recordedAt: z.string(),
  status: z.enum(['pending', 'delivered', 'failed', 'dropped']),
  tries: z.int(),
  attempts: z.array(
    z.object({
      at: z.string(),
      result: z.enum(attemptResults),
      status: z.optional(z.int()),
      durationMs: z.int(),
    }),
  ),
  dueAt: z.optional(z.string()),
});

/** Which delivery is meant: its endpoint, and its place among that endpoint's deliveries. */
export type DeliveryName = { readonly endpointId: string; readonly rank: string };

/** Who of an account is to hear of its events. */
export type Subscriptions = {
  readonly endpoints: readonly WebhookEndpoint[];
  /** Until when the account counts as a reader of its log. */
  readonly readsUntil: Instant | undefined;
};

/** A request that changed something, kept so that its replay changes nothing. */
type RequestRecord = { readonly requestId: string; readonly requestHash: string; readonly at: Instant };

const rankOf = (of: { readonly recordedAt: Instant; readonly eventId: string }): string =>
  `${of.recordedAt}#${of.eventId}`;
export const nameOfDelivery = (delivery: Delivery): DeliveryName => ({
  endpointId: delivery.endpointId,
  rank: rankOf(delivery),
});

const endpointKey = (accountId: string, endpointId: string) => ({
  pk: accountId,
  sk: `${endpointPrefix}${endpointId}`,
});
const eventKey = (eventId: string) => ({ pk: eventId, sk: eventSk });
const deliveryKey = ({ endpointId, rank }: DeliveryName) => ({ pk: endpointId, sk: `${deliveryPrefix}${rank}` });
const requestKey = (requestId: string) => ({ pk: requestId, sk: 'REQUEST' });

/** What is past this, in seconds since the epoch, leaves the table by itself. */
const removeAtSeconds = (from: Instant): number => Math.ceil(Date.parse(from) / 1_000) + eventRetentionDays * 86_400;

const toEndpoint = (item: Item): WebhookEndpoint => {
  const { pk, sk, ...endpoint } = endpointItem.parse(item);
  return { ...endpoint, accountId: pk, endpointId: sk.slice(endpointPrefix.length) };
};
const fromEndpoint = ({ accountId, endpointId, ...endpoint }: WebhookEndpoint): Item => ({
  ...endpoint,
  ...endpointKey(accountId, endpointId),
});

const toEvent = (item: Item): AccountEvent => {
  const { pk, eventAccount, ...event } = eventItem.parse(item);
  return { ...event, eventId: pk, accountId: eventAccount };
};
const fromEvent = ({ eventId, accountId, ...event }: AccountEvent): Item => ({
  ...event,
  ...eventKey(eventId),
  eventAccount: accountId,
  eventRank: rankOf({ eventId, recordedAt: event.recordedAt }),
  removeAtSeconds: removeAtSeconds(event.recordedAt),
});

const toDelivery = (item: Item): Delivery => {
  const { pk, ...delivery } = deliveryItem.parse(item);
  return { ...delivery, endpointId: pk };
};
const fromDelivery = ({ endpointId, ...delivery }: Delivery): Item => {
  const name = { endpointId, rank: rankOf(delivery) };
  return {
    ...delivery,
    ...deliveryKey(name),
    dueShard: dueShardOf(`${endpointId}#${name.rank}`, delivery.dueAt),
    removeAtSeconds: removeAtSeconds(delivery.recordedAt),
  };
};

/** Endpoints, the events that accounts hear of, and the way of each event to each endpoint. */
export class WebhooksTable {
  readonly #gateway: TableGateway;
  readonly #tableName: string;

  constructor(gateway: TableGateway, tableName: string) {
    this.#gateway = gateway;
    this.#tableName = tableName;
  }

  /** All that an account subscribed to, in one page: its endpoints are few and small. Most accounts have nothing. */
  async subscriptions(accountId: string): Promise<Subscriptions> {
    const { items } = await this.#gateway.query({
      TableName: this.#tableName,
      KeyConditionExpression: 'pk = :account',
      ExpressionAttributeValues: { ':account': accountId },
      ConsistentRead: true,
    });
    const found = items.find((item) => item['sk'] === subscriberSk);
    const subscriber = found && subscriberItem.parse(found);
    return {
      endpoints: items.filter((item) => String(item['sk']).startsWith(endpointPrefix)).map(toEndpoint),
      readsUntil: subscriber?.endedAt === undefined ? subscriber?.readsUntil : undefined,
    };
  }

  async getEndpoint(accountId: string, endpointId: string): Promise<WebhookEndpoint | undefined> {
    const item = await this.#gateway.get({ TableName: this.#tableName, Key: endpointKey(accountId, endpointId) });
    return item && toEndpoint(item);
  }

  /** Stores a new endpoint while the account has room for it; a replay is answered with the one that stands. */
  async createEndpoint(
    endpoint: WebhookEndpoint,
  ): Promise<{ outcome: 'created' | 'limit-reached' } | { outcome: 'existing'; endpoint: WebhookEndpoint }> {
    const committed = await this.#gateway.transact([
      this.#putNew(fromEndpoint(endpoint)),
      {
        Update: {
          TableName: this.#tableName,
          Key: { pk: endpoint.accountId, sk: subscriberSk },
          UpdateExpression: 'SET endpoints = if_not_exists(endpoints, :none) + :one',
          ConditionExpression:
            'attribute_not_exists(endedAt) AND (attribute_not_exists(endpoints) OR endpoints < :max)',
          ExpressionAttributeValues: { ':none': 0, ':one': 1, ':max': maxEndpointsPerAccount },
        },
      },
    ]);
    if (committed.committed) return { outcome: 'created' };
    const standing = committed.failed.get(0);
    return standing ? { outcome: 'existing', endpoint: toEndpoint(standing) } : { outcome: 'limit-reached' };
  }

  /** Whether this call deleted the endpoint. */
  async deleteEndpoint({ accountId, endpointId }: WebhookEndpoint): Promise<boolean> {
    const { committed } = await this.#gateway.transact([
      {
        Delete: {
          TableName: this.#tableName,
          Key: endpointKey(accountId, endpointId),
          ConditionExpression: 'attribute_exists(pk)',
        },
      },
      {
        Update: {
          TableName: this.#tableName,
          Key: { pk: accountId, sk: subscriberSk },
          UpdateExpression: 'SET endpoints = endpoints - :one',
          ConditionExpression: 'endpoints > :none',
          ExpressionAttributeValues: { ':one': 1, ':none': 0 },
        },
      },
    ]);
    return committed;
  }

  /**
   * Ends what an account subscribed to, for good: no endpoint can be made any more, and those that stand go with their
   * secrets. It can run twice.
   */
  async endSubscriptions(accountId: string, at: Instant): Promise<void> {
    await this.#gateway.update({
      TableName: this.#tableName,
      Key: { pk: accountId, sk: subscriberSk },
      UpdateExpression: 'SET endedAt = if_not_exists(endedAt, :at)',
      ExpressionAttributeValues: { ':at': at },
    });
    const { endpoints } = await this.subscriptions(accountId);
    for (const endpoint of endpoints) await this.deleteEndpoint(endpoint);
  }

  /** Writes an endpoint over the revision it was decided on, with the request that asked for it; or nothing. */
  async changeEndpoint(to: WebhookEndpoint, request?: RequestRecord): Promise<boolean> {
    const items = [this.#putRevised(to), ...(request ? [this.#putRequest(request)] : [])];
    return (await this.#gateway.transact(items)).committed;
  }

  /** The hash of a request that changed something; nothing if it did not arrive yet. */
  async requestHash(requestId: string): Promise<string | undefined> {
    const item = await this.#gateway.get({ TableName: this.#tableName, Key: requestKey(requestId) });
    return item && z.object({ requestHash: z.string() }).parse(item).requestHash;
  }

  /** Keeps a log for an account until then, whether it has endpoints or not. */
  async keepLogUntil(accountId: string, until: Instant): Promise<void> {
    await this.#gateway.update({
      TableName: this.#tableName,
      Key: { pk: accountId, sk: subscriberSk },
      UpdateExpression: 'SET readsUntil = :until',
      ExpressionAttributeValues: { ':until': until },
    });
  }

  /**
   * Writes an event with its deliveries, once: whoever records it again changes nothing.
   * @param endpoint a change of an endpoint that is what happened
   */
  async recordEvent(
    event: AccountEvent,
    deliveries: readonly Delivery[],
    endpoint?: WebhookEndpoint,
  ): Promise<boolean> {
    const { committed } = await this.#gateway.transact([
      this.#putNew(fromEvent(event)),
      ...deliveries.map((delivery) => this.#putNew(fromDelivery(delivery))),
      ...(endpoint ? [this.#putRevised(endpoint)] : []),
    ]);
    return committed;
  }

  async getEvent(eventId: string): Promise<AccountEvent | undefined> {
    const item = await this.#gateway.get({ TableName: this.#tableName, Key: eventKey(eventId) });
    return item && toEvent(item);
  }

  /**
   * Events of an account in the order of the log.
   * @param after the event behind which to go on; from the oldest if absent
   * @param until only what was recorded by then
   */
  async eventsOf(
    accountId: string,
    after: AccountEvent | undefined,
    until: Instant,
    limit: number,
  ): Promise<{ readonly events: readonly AccountEvent[]; readonly hasMore: boolean }> {
    const from = after && rankOf(after);
    if (from !== undefined && from >= until) return { events: [], hasMore: false };
    const { items, lastKey } = await this.#gateway.query({
      TableName: this.#tableName,
      IndexName: 'events-by-account',
      KeyConditionExpression: 'eventAccount = :account AND eventRank BETWEEN :from AND :until',
      ExpressionAttributeValues: { ':account': accountId, ':from': from ?? '0', ':until': until },
      Limit: limit + 1,
    });
    const events = items.map(toEvent).filter((event) => event.eventId !== after?.eventId);
    return { events: events.slice(0, limit), hasMore: events.length > limit || lastKey !== undefined };
  }

  async getDelivery(name: DeliveryName): Promise<Delivery | undefined> {
    const item = await this.#gateway.get({ TableName: this.#tableName, Key: deliveryKey(name) });
    return item && toDelivery(item);
  }

  /** Writes a delivery over what was read, with the request that asked for it; false if another was faster. */
  async changeDelivery(from: Delivery, to: Delivery, request?: RequestRecord): Promise<boolean> {
    const unchanged = {
      ConditionExpression: from.dueAt === undefined ? 'attribute_not_exists(dueAt) AND tries = :tries' : 'dueAt = :due',
      ExpressionAttributeValues: from.dueAt === undefined ? { ':tries': from.tries } : { ':due': from.dueAt },
    };
    const put = { TableName: this.#tableName, Item: fromDelivery(to), ...unchanged };
    if (request === undefined) return (await this.#gateway.put(put)).written;
    return (await this.#gateway.transact([{ Put: put }, this.#putRequest(request)])).committed;
  }

  /** Deliveries of an endpoint, newest first. */
  async deliveriesOf(
    endpointId: string,
    limit: number,
    startKey: Item | undefined,
  ): Promise<{ readonly deliveries: readonly Delivery[]; readonly lastKey: Item | undefined }> {
    const { items, lastKey } = await this.#gateway.query({
      TableName: this.#tableName,
      KeyConditionExpression: 'pk = :endpoint AND begins_with(sk, :prefix)',
      ExpressionAttributeValues: { ':endpoint': endpointId, ':prefix': deliveryPrefix },
      ScanIndexForward: false,
      Limit: limit,
      ...(startKey && { ExclusiveStartKey: startKey }),
    });
    return { deliveries: items.map(toDelivery), lastKey };
  }

  /** Deliveries of one due shard that are past due, earliest first. */
  async due(shard: number, until: Instant, limit: number): Promise<readonly DeliveryName[]> {
    const { items } = await this.#gateway.query({
      TableName: this.#tableName,
      IndexName: 'due',
      KeyConditionExpression: 'dueShard = :shard AND dueAt <= :until',
      ExpressionAttributeValues: { ':shard': dueShardName(shard), ':until': until },
      Limit: limit,
    });
    return items.map((item) => {
      const { pk, sk } = z.object({ pk: z.string(), sk: z.string() }).parse(item);
      return { endpointId: pk, rank: sk.slice(deliveryPrefix.length) };
    });
  }

  #putNew(item: Item): TransactionItem {
    return { Put: { TableName: this.#tableName, Item: item, ConditionExpression: 'attribute_not_exists(pk)' } };
  }

  #putRevised(to: WebhookEndpoint): TransactionItem {
    return {
      Put: {
        TableName: this.#tableName,
        Item: fromEndpoint(to),
        ConditionExpression: 'revision = :read',
        ExpressionAttributeValues: { ':read': to.revision - 1 },
      },
    };
  }

  #putRequest({ requestId, requestHash, at }: RequestRecord): TransactionItem {
    return this.#putNew({ ...requestKey(requestId), requestHash, removeAtSeconds: removeAtSeconds(at) });
  }
}

/** Until when an account that reads its log now counts as a reader. */
export const readerUntil = (now: Instant): Instant => addSeconds(now, eventRetentionDays * 86_400);
