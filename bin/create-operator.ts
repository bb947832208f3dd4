#!/usr/bin/env node
/**
 * Opens an operator account and prints its API key, once. For ops with credentials for the identity table:
 *
 *   npm run create-operator -- --name "Night shift" --table <name of the identity table>
 *
 * The table may also come from TABLE_IDENTITY, and AWS_ENDPOINT_URL_DYNAMODB names another DynamoDB.
 */
import { parseArgs } from 'node:util';
import { realSurroundings } from '../adapters/clock.ts';
import { connectTables } from '../adapters/tables/gateway.ts';
import { limits, text } from '../contract/api/common.ts';
import { tableVariable } from '../contract/environment.ts';
import { createOperator } from '../functions/identity/create-operator.ts';

const usage = 'npm run create-operator -- --name <name> [--table <name of the identity table>]';

const readArguments = (): { name: string; tableName: string } => {
  const { values } = parseArgs({ options: { name: { type: 'string' }, table: { type: 'string' } } });
  const tableName = values.table ?? process.env[tableVariable('identity')];
  if (!tableName) throw new Error(`Name the identity table with --table or ${tableVariable('identity')}.\n${usage}`);
  const name = text(limits.nameLength).safeParse(values.name);
  if (!name.success) throw new Error(`--name must be a text of 1 to ${limits.nameLength} characters.\n${usage}`);
  return { name: name.data, tableName };
};

try {
  const operator = await createOperator({
    ...readArguments(),
    gateway: connectTables(realSurroundings),
    surroundings: realSurroundings,
  });
  console.log(`account  ${operator.accountId}\nAPI key  ${operator.apiKeyId}\ntoken    ${operator.token}`);
  console.log('\nThe token is shown this once. Keep it where you keep passwords.');
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
