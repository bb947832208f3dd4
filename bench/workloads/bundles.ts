import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { environmentVariables, tableVariable } from '../../contract/environment.ts';
import { functionEntries } from '../../contract/functions.ts';
import { tableNames } from '../../contract/tables.ts';
import { bundleFunctions } from '../../lib/constructs/function-code.ts';
import { quantile, round } from '../statistics.ts';

const importsEach = 7;

export type Bundle = { readonly function: string; readonly kilobytes: number; readonly medianImportMs: number };

/** Any value does: importing connects to nothing. */
const environment = {
  ...process.env,
  ...Object.fromEntries(tableNames.map((name) => [tableVariable(name), name])),
  ...Object.fromEntries(Object.values(environmentVariables).map((name) => [name, '1'])),
  [environmentVariables.guaranteeTimers]: 'per-order',
  [environmentVariables.policyVersion]: '2026-11-01',
  AWS_REGION: 'us-east-1',
  POWERTOOLS_TRACE_ENABLED: 'false',
};

const importMs = (file: string): number => {
  const script = `const t=performance.now();await import(${JSON.stringify(pathToFileURL(file).href)});console.log(performance.now()-t);process.exit(0)`;
  return Number(
    execFileSync(process.execPath, ['--input-type=module', '-e', script], { env: environment, encoding: 'utf8' }),
  );
};

/** The size of each function's bundle, and how long a fresh process takes to import it. */
export const bundles = async (): Promise<readonly Bundle[]> => {
  const folder = mkdtempSync(join(tmpdir(), 'surety-bench-bundles-'));
  try {
    bundleFunctions(folder);
    return Object.keys(functionEntries).map((name) => {
      const file = join(folder, name, 'index.mjs');
      const times = Array.from({ length: importsEach }, () => importMs(file));
      return {
        function: name,
        kilobytes: round(statSync(file).size / 1_024),
        medianImportMs: round(quantile(times, 0.5)),
      };
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};
