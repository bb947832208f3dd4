import type { Surroundings } from '../../adapters/clock.ts';
import type { IdentityTable } from '../../adapters/tables/identity.ts';
import type { OrderTokensTable } from '../../adapters/tables/order-tokens.ts';
import type { OrdersTable } from '../../adapters/tables/orders.ts';
import type { RecoveriesTable } from '../../adapters/tables/recoveries.ts';

/** What the handlers of this room work with. */
export type IdentityDeps = {
  readonly identity: IdentityTable;
  readonly surroundings: Surroundings;
  /** Fresh random text for a token. */
  readonly newSecret: () => string;
};

/** What the handlers of order tokens work with. */
export type OrderTokenDeps = Pick<IdentityDeps, 'surroundings' | 'newSecret'> & {
  readonly identity: Pick<IdentityTable, 'getApiKey'>;
  readonly orderTokens: OrderTokensTable;
  /** Tells whose an order is. */
  readonly orders: Pick<OrdersTable, 'get'>;
};

/** What the way back into an account works with. */
export type RecoveryDeps = IdentityDeps & { readonly recoveries: RecoveriesTable };
