import { KMSClient } from '@aws-sdk/client-kms';
import { clientTimeouts } from '../../adapters/client-timeouts.ts';
import { realSurroundings } from '../../adapters/clock.ts';
import { required, tableNameOf } from '../../adapters/environment.ts';
import { Sealer } from '../../adapters/key-vault.ts';
import { BatchesTable } from '../../adapters/tables/batches.ts';
import { catalogTable } from '../../adapters/tables/catalog.ts';
import { connectTables } from '../../adapters/tables/gateway.ts';
import { KeysTable } from '../../adapters/tables/keys.ts';
import { OffersTable } from '../../adapters/tables/offers.ts';
import { OrdersTable } from '../../adapters/tables/orders.ts';
import { SamplesTable } from '../../adapters/tables/samples.ts';
import { stockRoutes } from '../../contract/api/stock.ts';
import { environmentVariables } from '../../contract/environment.ts';
import { policyOf } from '../../policy/index.ts';
import { createApi } from '../http/api.ts';
import { finishBatch } from './finish-batch.ts';
import { importKeys } from './import-keys.ts';
import { liftQuarantine } from './lift-quarantine.ts';
import { listBatches } from './list-batches.ts';
import { listSamplings } from './list-samplings.ts';
import { quarantineBatch } from './quarantine-batch.ts';
import { readBatch } from './read-batch.ts';
import { readStock } from './read-stock.ts';
import { recordSampleResult } from './record-sample-result.ts';
import { storeKeys } from './store-keys.ts';

const { now } = realSurroundings;
const gateway = connectTables(realSurroundings);
const tables = { stock: tableNameOf('stock'), keys: tableNameOf('keys') };
const catalog = catalogTable(gateway, tableNameOf('catalog'));
const batches = new BatchesTable(gateway, tables.stock);
const keys = new KeysTable(gateway, tables.keys);
const sealer = new Sealer(
  new KMSClient(clientTimeouts),
  required(environmentVariables.secretsKey),
  required(environmentVariables.fingerprintKey),
);
const spine = { offers: new OffersTable(gateway, tables.stock, realSurroundings), batches, now };
const finish = finishBatch({ gateway, tables, spine, keys });

export const handler = createApi(stockRoutes, {
  importKeys: importKeys({
    policy: policyOf(required(environmentVariables.policyVersion)),
    catalog,
    batches,
    stockTable: tables.stock,
    sealer,
    now,
    orders: new OrdersTable(gateway, tableNameOf('orders')),
    store: storeKeys({ gateway, tables, keys, sealer, now }),
  }),
  listBatches: listBatches({ catalog, batches }),
  readBatch: readBatch({ batches }),
  quarantineBatch: quarantineBatch({ spine, finish }),
  liftQuarantine: liftQuarantine({ spine, finish }),
  listSamplings: listSamplings({ batches }),
  recordSampleResult: recordSampleResult({ spine, samples: new SamplesTable(gateway, tables), finish }),
  readStock: readStock({ catalog, batches, now }),
});
