import { SQSClient } from '@aws-sdk/client-sqs';
import { clientTimeouts } from '../adapters/client-timeouts.ts';
import { realSurroundings } from '../adapters/clock.ts';
import { required, sellingState, tableNameOf } from '../adapters/environment.ts';
import { type DeliveryMessage, sendTo } from '../adapters/queues.ts';
import { connectTables } from '../adapters/tables/gateway.ts';
import { environmentVariables } from '../contract/environment.ts';
import { policyOf } from '../policy/index.ts';
import { buildSpine } from './spine.ts';

/** The spine on the deployed tables; once for each cold start. */
export const connectSpine = () => {
  const gateway = connectTables(realSurroundings);
  const tables = {
    orders: tableNameOf('orders'),
    stock: tableNameOf('stock'),
    keys: tableNameOf('keys'),
    ledger: tableNameOf('ledger'),
  };
  return { gateway, tables, spine: buildSpine(gateway, tables, policyOf, realSurroundings, sellingState()) };
};

/** The way to the delivery queue; once for each cold start. */
export const connectDelivery = () => {
  const sqs = new SQSClient(clientTimeouts);
  return { sqs, announceDelivery: sendTo<DeliveryMessage>(sqs, required(environmentVariables.deliveryQueue)) };
};
