import { KMSClient } from '@aws-sdk/client-kms';
import { clientTimeouts } from '../../adapters/client-timeouts.ts';
import { realSurroundings } from '../../adapters/clock.ts';
import { sellingState, tableNameOf } from '../../adapters/environment.ts';
import { Opener } from '../../adapters/key-vault.ts';
import { BatchesTable } from '../../adapters/tables/batches.ts';
import { connectTables } from '../../adapters/tables/gateway.ts';
import { KeysTable } from '../../adapters/tables/keys.ts';
import { OrdersTable } from '../../adapters/tables/orders.ts';
import { SamplesTable } from '../../adapters/tables/samples.ts';
import { revealRoutes } from '../../contract/api/reveal.ts';
import { createApi } from '../http/api.ts';
import { revealKeys } from './reveal-keys.ts';
import { revealSample } from './reveal-sample.ts';

const gateway = connectTables(realSurroundings);

const tables = { stock: tableNameOf('stock'), keys: tableNameOf('keys') };
const { now } = realSurroundings;
const keys = new KeysTable(gateway, tables.keys);
const opener = new Opener(new KMSClient(clientTimeouts), Date.now);

export const handler = createApi(revealRoutes, {
  revealKeys: revealKeys({ orders: new OrdersTable(gateway, tableNameOf('orders')), keys, opener, now }),
  revealSample: revealSample({
    batches: new BatchesTable(gateway, tables.stock),
    samples: new SamplesTable(gateway, tables),
    keys,
    opener,
    now,
    selling: sellingState(),
  }),
});
