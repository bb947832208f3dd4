import { environmentVariables, tableVariable } from '../contract/environment.ts';
import { type Selling, sellingStates } from '../contract/selling.ts';
import type { TableName } from '../contract/tables.ts';

/** A required environment variable; its absence is a fault of the deployment, so it throws at cold start. */
export const required = (name: string): string => {
  const value = process.env[name];
  if (value === undefined || value === '') throw new Error(`The environment variable ${name} is not set`);
  return value;
};

/** The deployed name of a table. */
export const tableNameOf = (table: TableName): string => required(tableVariable(table));

/** Whether keys may be claimed. A word that is neither throws at cold start: nobody may guess that selling is open. */
export const sellingState = (): Selling => {
  const told = required(environmentVariables.selling);
  const state = sellingStates.find((each) => each === told);
  if (state === undefined) throw new Error(`${environmentVariables.selling} is neither ${sellingStates.join(' nor ')}`);
  return state;
};
