import type { CostPerOrder } from './cost-per-order.ts';

/**
 * AWS list prices in USD of us-east-1, on demand, without free tiers: a million write or read request units of
 * DynamoDB, a million Standard transitions of Step Functions, a million requests of Lambda and of an HTTP API.
 * Lambda's GB-seconds, SQS, logs and storage are left out: they depend on the machine and on what is kept.
 */
const usdPerMillion = { writeUnits: 0.625, readUnits: 0.125, transitions: 25, invocations: 0.2, httpRequests: 1 };
/** place, pay and reveal. */
const httpRequestsPerOrder = 3;

/** What a million orders cost, with a workflow for each order and with the sweep alone. */
export const listPrices = (counted: CostPerOrder) => {
  const shared =
    counted.writeUnits * usdPerMillion.writeUnits +
    counted.readUnits * usdPerMillion.readUnits +
    counted.invocations * usdPerMillion.invocations +
    httpRequestsPerOrder * usdPerMillion.httpRequests;
  return {
    usdPerMillionOrders: {
      perOrderTimers: Math.round(shared + counted.transitions * usdPerMillion.transitions),
      swept: Math.round(shared),
    },
  };
};
