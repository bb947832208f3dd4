import { tableVariable } from '../contract/environment.ts';
import type { TableName } from '../contract/tables.ts';

/** A required environment variable; its absence is a fault of the deployment, so it throws at cold start. */
export const required = (name: string): string => {
  const value = process.env[name];
  if (value === undefined || value === '') throw new Error(`The environment variable ${name} is not set`);
  return value;
};

/** The deployed name of a table. */
export const tableNameOf = (table: TableName): string => required(tableVariable(table));
