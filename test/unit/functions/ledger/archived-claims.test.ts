import { expect, test } from 'vitest';
import { type TableName, tableNames, tables } from '../../../../contract/tables.ts';
import type { Claim } from '../../../../core/claims/claim.ts';
import { addSeconds } from '../../../../core/shared/instant.ts';
import { archiveOwnedKeys } from '../../../../functions/claims/archive-owned-keys.ts';
import { auditTables } from '../../../../functions/ledger/audit-tables.ts';
import { MemoryDynamoDb } from '../../../fakes/memory-dynamodb/memory-dynamodb.ts';
import { openMarketplace } from '../../../support/marketplace.ts';

/** A marketplace that sold two keys, an archive that tests fill, and an audit some time later. */
const sold = async () => {
  const memory = new MemoryDynamoDb();
  for (const name of tableNames) memory.createTable({ tableName: name, ...tables[name] });
  const names = Object.fromEntries(tableNames.map((name) => [name, name])) as Record<TableName, string>;
  const market = await openMarketplace(memory, names);
  const shop = await market.sell();
  await market.stock(shop, 3);
  const buyer = await market.buyer(100_000);
  const soldAt = market.spine.now();
  await market.pay(buyer, await market.place(buyer, { productId: shop.productId, quantity: 2 }));
  const held: Claim[] = [];
  const archive = {
    hours: async () => [{ hour: 'all', names: [], bytes: 1 }],
    claimsOf: async function* () {
      yield held;
    },
    append: async (claims: readonly Claim[]) => {
      held.push(...claims);
    },
  };
  const findingsAfter = async (seconds: number) => {
    const now = () => addSeconds(soldAt, seconds);
    const { findings } = await auditTables(market.gateway, names, now)({ archive });
    return findings.filter(({ code }) => code === 'claim-not-archived').map(({ record }) => record);
  };
  const soldKeys = (await market.holdings()).keys.flatMap(({ pk, owner }) => (owner ? [`key ${pk}`] : []));
  return { held, findingsAfter, soldKeys, rearchive: archiveOwnedKeys(market.gateway, names.keys, archive), soldAt };
};

test('a claim that has not reached the archive after a quarter of an hour is found by name', async () => {
  const { findingsAfter, soldKeys } = await sold();
  expect(await findingsAfter(600)).toEqual([]);
  expect((await findingsAfter(1_200)).toSorted()).toEqual(soldKeys.toSorted());
});

test('a claim that is archived for somebody else counts as missing', async () => {
  const { held, findingsAfter, rearchive, soldAt } = await sold();
  await rearchive(soldAt);
  const [first] = held;
  if (first) held[0] = { ...first, owner: 'ord_other' };
  expect(await findingsAfter(1_200)).toEqual([`key ${first?.keyId}`]);
});

test('claims that were missed are archived from the keys table, those of the time asked for and no others', async () => {
  const { held, findingsAfter, rearchive, soldAt } = await sold();
  expect(await rearchive(addSeconds(soldAt, 3_600))).toBe(0);
  expect(await rearchive(soldAt)).toBe(2);
  expect(held.map(({ owner }) => owner)).toEqual([expect.stringMatching(/^ord_/), expect.stringMatching(/^ord_/)]);
  expect(await findingsAfter(1_200)).toEqual([]);
});
