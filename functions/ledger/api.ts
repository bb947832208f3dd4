import { realSurroundings } from '../../adapters/clock.ts';
import { tableNameOf } from '../../adapters/environment.ts';
import { connectTables } from '../../adapters/tables/gateway.ts';
import { identityTable } from '../../adapters/tables/identity.ts';
import { LedgerTable } from '../../adapters/tables/ledger.ts';
import { ledgerRoutes } from '../../contract/api/ledger.ts';
import { createApi } from '../http/api.ts';
import { readOwnStatement, readStatement } from './read-statement.ts';
import { readTrialBalance } from './read-trial-balance.ts';
import { readOwnWallet, readWallet } from './read-wallet.ts';

const gateway = connectTables(realSurroundings);
const ledger = new LedgerTable(gateway, tableNameOf('ledger'));
const identity = identityTable(gateway, tableNameOf('identity'));

export const handler = createApi(ledgerRoutes, {
  readOwnWallet: readOwnWallet(ledger),
  readWallet: readWallet({ ledger, identity }),
  readOwnStatement: readOwnStatement(ledger),
  readStatement: readStatement({ ledger, identity }),
  readTrialBalance: readTrialBalance(ledger),
});
