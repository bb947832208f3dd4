import { KMSClient } from '@aws-sdk/client-kms';
import { clientTimeouts } from '../../adapters/client-timeouts.ts';
import { realSurroundings } from '../../adapters/clock.ts';
import { tableNameOf } from '../../adapters/environment.ts';
import { Opener } from '../../adapters/key-vault.ts';
import { connectTables } from '../../adapters/tables/gateway.ts';
import { KeysTable } from '../../adapters/tables/keys.ts';
import { OrdersTable } from '../../adapters/tables/orders.ts';
import { revealRoutes } from '../../contract/api/reveal.ts';
import { createApi } from '../http/api.ts';
import { revealKeys } from './reveal-keys.ts';

const gateway = connectTables(realSurroundings);

export const handler = createApi(revealRoutes, {
  revealKeys: revealKeys({
    orders: new OrdersTable(gateway, tableNameOf('orders')),
    keys: new KeysTable(gateway, tableNameOf('keys')),
    opener: new Opener(new KMSClient(clientTimeouts), Date.now),
    now: realSurroundings.now,
  }),
});
