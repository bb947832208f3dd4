import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import * as z from 'zod/mini';
import { writePrivateFile } from './private-file.ts';
import { Refusal } from './refusal.ts';

const fileName = 'endpoints.json';

const endpointsSchema = z.object({
  apiUrl: z.string(),
  region: z.string(),
  /** Where the tables answer. */
  dynamodb: z.string(),
  /** Where the buckets answer. */
  s3: z.string(),
  /** The stack's outputs, with the addresses of this machine. */
  outputs: z.record(z.string(), z.string()),
});
export type RunningEndpoints = z.output<typeof endpointsSchema>;

/** Tells commands beside a running stack where it answers. */
export const writeEndpoints = (dataDir: string, endpoints: RunningEndpoints): void =>
  writePrivateFile(join(dataDir, fileName), JSON.stringify(endpoints));

export const removeEndpoints = (dataDir: string): void => rmSync(join(dataDir, fileName), { force: true });

/** Where the stack on this data folder answers; a stack that was killed leaves addresses at which nobody answers. */
export const readEndpoints = (dataDir: string): RunningEndpoints => {
  const file = resolve(dataDir, fileName);
  if (!existsSync(file))
    throw new Refusal(
      `No stack runs on the data folder ${resolve(dataDir)}: start it with npm start, or name another.`,
    );
  return endpointsSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
};
