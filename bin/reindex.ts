#!/usr/bin/env node
/**
 * Makes the search index anew from the catalogue, while the marketplace is open.
 *
 *   npm run reindex                          the stack that runs on this machine, on the data folder ./.data
 *   npm run reindex -- --data-dir <folder>   the one on another data folder
 *   npm run reindex -- --stack <name>        a deployed stack; its outputs name the tables
 */
import { parseArgs } from 'node:util';
import { realSurroundings } from '../adapters/clock.ts';
import { catalogTable } from '../adapters/tables/catalog.ts';
import { connectTables } from '../adapters/tables/gateway.ts';
import { SearchTable } from '../adapters/tables/search.ts';
import { reindex } from '../functions/catalog/reindex.ts';
import { findDeployment, outputOf } from './deployment.ts';

try {
  const { stack, 'data-dir': dataDir } = parseArgs({
    options: { stack: { type: 'string' }, 'data-dir': { type: 'string' } },
  }).values;
  const { whose, outputs } = await findDeployment({ stack, dataDir });
  const nameOf = (table: 'catalog' | 'search'): string => {
    const name = outputOf(outputs, table);
    if (name === undefined) throw new Error(`The outputs of ${whose} do not name the table ${table}.`);
    return name;
  };
  const gateway = connectTables(realSurroundings);
  const { products, postings, removed } = await reindex({
    catalog: catalogTable(gateway, nameOf('catalog')),
    search: new SearchTable(gateway, nameOf('search')),
  });
  console.log(`${whose}: ${products} products, ${postings} postings written, ${removed} removed that none explains.`);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
