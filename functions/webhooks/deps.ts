import type { Surroundings } from '../../adapters/clock.ts';
import type { Send, WebhookMessage } from '../../adapters/queues.ts';
import type { WebhooksTable } from '../../adapters/tables/webhooks.ts';
import type { SealSecret } from '../../adapters/webhooks/secrets.ts';
import type { Reach } from '../../core/webhooks/endpoint.ts';

/** What the handlers of this room work with. */
export type WebhooksDeps = {
  readonly webhooks: WebhooksTable;
  readonly surroundings: Surroundings;
  readonly seal: SealSecret;
  /** A fresh signing secret. */
  readonly newSecret: () => string;
  readonly reach: Reach;
  /** Has a delivery attempted. */
  readonly announce: Send<WebhookMessage>;
};
