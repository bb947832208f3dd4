import { SQSClient } from '@aws-sdk/client-sqs';
import { clientTimeouts } from '../adapters/client-timeouts.ts';
import { realSurroundings } from '../adapters/clock.ts';
import { required, sellingState, tableNameOf } from '../adapters/environment.ts';
import { type DeliveryMessage, sendTo } from '../adapters/queues.ts';
import { connectTables } from '../adapters/tables/gateway.ts';
import type { ChangeTables } from '../adapters/tables/order-changes.ts';
import { environmentVariables } from '../contract/environment.ts';
import { policyOf } from '../policy/index.ts';
import { buildSpine } from './spine.ts';

/** What a table is called in a function that was not granted it: a change that reaches into it fails by this name. */
const notGranted = 'not-granted';

/** The names of the tables that a function moves orders on with. */
export const changeTables = (granted: readonly (keyof ChangeTables)[] = everyTable): ChangeTables => {
  const nameOf = (table: keyof ChangeTables) => (granted.includes(table) ? tableNameOf(table) : notGranted);
  return {
    orders: nameOf('orders'),
    stock: nameOf('stock'),
    keys: nameOf('keys'),
    ledger: nameOf('ledger'),
    payments: nameOf('payments'),
  };
};

const everyTable = ['orders', 'stock', 'keys', 'ledger', 'payments'] as const;

/** The spine on the deployed tables; once for each cold start. */
export const connectSpine = (granted?: readonly (keyof ChangeTables)[]) => {
  const gateway = connectTables(realSurroundings);
  const tables = changeTables(granted);
  return { gateway, tables, spine: buildSpine(gateway, tables, policyOf, realSurroundings, sellingState()) };
};

/** The way to the delivery queue; once for each cold start. */
export const connectDelivery = () => {
  const sqs = new SQSClient(clientTimeouts);
  return { sqs, announceDelivery: sendTo<DeliveryMessage>(sqs, required(environmentVariables.deliveryQueue)) };
};
