import { required, tableNameOf } from '../../adapters/environment.ts';
import { identityTable } from '../../adapters/tables/identity.ts';
import { LedgerTable } from '../../adapters/tables/ledger.ts';
import { paymentRoutes } from '../../contract/api/payments.ts';
import { environmentVariables } from '../../contract/environment.ts';
import { connectSpine } from '../connect.ts';
import { createApi } from '../http/api.ts';
import { grantTestTopUp } from './grant-test-top-up.ts';
import { payOrder } from './pay-order.ts';

const { gateway, tables, spine } = connectSpine(['orders', 'stock', 'keys', 'ledger']);

export const handler = createApi(paymentRoutes, {
  payOrder: payOrder({ ...spine, policy: spine.policyOf(required(environmentVariables.policyVersion)) }),
  grantTestTopUp: grantTestTopUp({
    identity: identityTable(gateway, tableNameOf('identity')),
    ledger: new LedgerTable(gateway, tables.ledger),
    now: spine.now,
  }),
});
