import * as z from 'zod/mini';
import { tableNames, tables } from './tables.ts';

const restoredTable = z.object({
  tableName: z.string(),
  /** Of the tables that stream. */
  streamArn: z.optional(z.string()),
});

/**
 * Tables that a deployment works on in place of those that its stack once made: what `npm run restore-tables` writes
 * down and `cdk deploy` reads. It names every table, since tables of different moments contradict each other.
 */
export const restoredTablesSchema = z
  .object({
    /** The one moment to which all of them were restored. */
    moment: z.iso.datetime(),
    tables: z.record(z.enum(tableNames as unknown as [string, ...string[]]), restoredTable),
    /** When a replay of the claims found nothing left to do; selling cannot open before. */
    claimsReplayedAt: z.optional(z.iso.datetime()),
  })
  .check(
    z.refine(
      (restored) => tableNames.every((name) => tables[name].stream === false || restored.tables[name]?.streamArn),
      'A table that streams in contract/tables.ts has no streamArn.',
    ),
  );

export type RestoredTables = z.output<typeof restoredTablesSchema>;
