/** Every route of the HTTP API. `lib/` makes the API's resources from it; each room's function takes its own part. */
import { catalogRoutes } from './catalog.ts';
import { identityRoutes } from './identity.ts';
import { importRoutes } from './imports.ts';
import { ledgerRoutes } from './ledger.ts';
import { merchantRoutes } from './merchants.ts';
import { orderTokenRoutes } from './order-tokens.ts';
import { orderRoutes } from './orders.ts';
import { channelPaymentRoutes, paymentRoutes } from './payments.ts';
import { personalDataRoutes } from './personal-data.ts';
import { policyRoutes } from './policy.ts';
import { revealRoutes } from './reveal.ts';
import type { Route } from './route.ts';
import { stockRoutes } from './stock.ts';
import { webhookRoutes } from './webhooks.ts';

export const routes: readonly Route[] = [
  ...identityRoutes,
  ...orderTokenRoutes,
  ...personalDataRoutes,
  ...merchantRoutes,
  ...catalogRoutes,
  ...stockRoutes,
  ...importRoutes,
  ...orderRoutes,
  ...paymentRoutes,
  ...channelPaymentRoutes,
  ...revealRoutes,
  ...ledgerRoutes,
  ...policyRoutes,
  ...webhookRoutes,
];
