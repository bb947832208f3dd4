import { tables } from '../../contract/tables.ts';
import { createTables, documentClientOn, startEmbedded } from '../support/dynamodb-endpoint.ts';
import { type Marketplace, openMarketplace } from '../support/marketplace.ts';

/** A real table server in memory, and markets on it that share nothing but the server. */
export const raceGround = async () => {
  const { endpoint, stop } = await startEmbedded();
  const client = documentClientOn(endpoint);
  let markets = 0;
  return {
    market: async (): Promise<Marketplace> => {
      markets += 1;
      return openMarketplace(client, await createTables(endpoint, tables, `m${markets}-`));
    },
    stop: async (): Promise<void> => {
      client.destroy();
      await stop();
    },
  };
};

export const times = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, i) => make(i));

/** How often each value occurs. */
export const tally = (values: readonly unknown[]): Record<string, number> => {
  const counts: Record<string, number> = {};
  for (const value of values) counts[String(value)] = (counts[String(value)] ?? 0) + 1;
  return counts;
};
