import { S3Client } from '@aws-sdk/client-s3';
import { clientTimeouts } from '../../adapters/client-timeouts.ts';
import { realSurroundings } from '../../adapters/clock.ts';
import { keepExportsIn } from '../../adapters/data-exports.ts';
import { required, tableNameOf } from '../../adapters/environment.ts';
import { catalogTable } from '../../adapters/tables/catalog.ts';
import { erasuresTable } from '../../adapters/tables/erasures.ts';
import { connectTables } from '../../adapters/tables/gateway.ts';
import { identityTable } from '../../adapters/tables/identity.ts';
import { LedgerTable } from '../../adapters/tables/ledger.ts';
import { merchantsTable } from '../../adapters/tables/merchants.ts';
import { orderTokensTable } from '../../adapters/tables/order-tokens.ts';
import { OrdersTable } from '../../adapters/tables/orders.ts';
import { PaymentsTable } from '../../adapters/tables/payments.ts';
import { WebhooksTable } from '../../adapters/tables/webhooks.ts';
import { personalDataRoutes } from '../../contract/api/personal-data.ts';
import { environmentVariables } from '../../contract/environment.ts';
import { createApi } from '../http/api.ts';
import { eraseAccount } from './erase-account.ts';
import { exportPersonalData } from './export-personal-data.ts';

const gateway = connectTables(realSurroundings);
const names = { identity: tableNameOf('identity'), ledger: tableNameOf('ledger') };
const tables = {
  identity: identityTable(gateway, names.identity),
  merchants: merchantsTable(gateway, names.identity),
  orderTokens: orderTokensTable(gateway, names.identity),
  orders: new OrdersTable(gateway, tableNameOf('orders')),
  ledger: new LedgerTable(gateway, names.ledger),
  webhooks: new WebhooksTable(gateway, tableNameOf('webhooks')),
  payments: new PaymentsTable(gateway, { payments: tableNameOf('payments'), ledger: names.ledger }),
};

export const handler = createApi(personalDataRoutes, {
  exportPersonalData: exportPersonalData({
    ...tables,
    now: realSurroundings.now,
    keep: keepExportsIn(new S3Client(clientTimeouts), required(environmentVariables.dataExportsBucket)),
  }),
  eraseAccount: eraseAccount({
    ...tables,
    erasures: erasuresTable(gateway, names),
    catalog: catalogTable(gateway, tableNameOf('catalog')),
    surroundings: realSurroundings,
  }),
});
