import { decodeCursor, encodeCursor } from '../../adapters/cursor.ts';
import type { webhookRoutes } from '../../contract/api/webhooks.ts';
import { accept } from '../../core/shared/result.ts';
import type { Handlers } from '../http/api.ts';
import type { WebhooksDeps } from './deps.ts';
import { ownEndpoint, viewDelivery } from './endpoint-view.ts';

export const listWebhookDeliveries =
  ({ webhooks }: Pick<WebhooksDeps, 'webhooks'>): Handlers<typeof webhookRoutes>['listWebhookDeliveries'] =>
  async ({ caller, params, query }) => {
    const scope = { operation: 'listWebhookDeliveries', ...params };
    const isDelivery = (key: Readonly<Record<string, string>>) => key['sk']?.startsWith('DELIVERY#') === true;
    const start = decodeCursor(scope, query.cursor, { pk: params.endpointId }, ['pk', 'sk'], isDelivery);
    if (!start.ok) return start;
    const endpoint = await ownEndpoint(webhooks, caller, params.endpointId);
    if (!endpoint.ok) return endpoint;
    const page = await webhooks.deliveriesOf(params.endpointId, query.limit, start.value.ExclusiveStartKey);
    return accept({ items: page.deliveries.map(viewDelivery), ...encodeCursor(scope, page.lastKey) });
  };
