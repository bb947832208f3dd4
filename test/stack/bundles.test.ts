import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import type { FunctionName } from '../../contract/functions.ts';
import { bundleFunctions } from '../../lib/constructs/function-code.ts';
import { functionNames, synthesize, variablesOf } from './synthesized.ts';

/** A bundle is loaded at each cold start; the time that takes grows with it. */
const maxBundleBytes = 600_000;
/** What stands for a value that is known only once the stack is deployed. */
const toldBy = (variable: string): string => (variable.endsWith('_URL') ? 'https://told.example' : 'told');

/** Functions whose bundle may be larger, and why. */
const largerBundles: Partial<Record<FunctionName, number>> = {
  // The clients of tables and of files beside an API; it is called seldom, and nobody waits at a counter for it.
  personalData: 760_000,
  // Tables, workflows, files, the signing of forms and links to them, and the policy that says what is tested.
  imports: 820_000,
  // Tables, keys, queues and files, with the readers of zip and CSV.
  importFile: 650_000,
  // Alipay's own SDK brings an HTTP client along; the functions of a buyer's wallet path do without it.
  channelPayments: 1_650_000,
  settleChannel: 1_550_000,
  // It signs forms and links to files, for which it brings the client of S3 along.
  admission: 800_000,
};

const bundle = (): string => {
  // Outside the project, so that nothing is found in its node_modules that the bundle should have brought along.
  const folder = mkdtempSync(join(tmpdir(), 'surety-bundles-'));
  bundleFunctions(folder);
  return folder;
};
const folder = bundle();
const again = bundle();
const template = synthesize();
const fileOf = (root: string, name: string) => join(root, name, 'index.mjs');

/** What Lambda itself puts into the environment of a function. */
const lambdaEnvironment = {
  PATH: process.env['PATH'],
  AWS_REGION: 'eu-central-1',
  AWS_ACCESS_KEY_ID: 'test',
  AWS_SECRET_ACCESS_KEY: 'test',
  AWS_LAMBDA_FUNCTION_NAME: 'test',
};

describe.each(functionNames)('the bundle of %s', (name) => {
  const maxBytes = largerBundles[name] ?? maxBundleBytes;
  it(`is at most ${maxBytes} bytes`, () => {
    expect(statSync(fileOf(folder, name)).size).toBeLessThanOrEqual(maxBytes);
  });

  it('is the same each time', () => {
    expect(readFileSync(fileOf(folder, name)).equals(readFileSync(fileOf(again, name)))).toBe(true);
  });

  it('names no folder of the machine that built it', () => {
    expect(readFileSync(fileOf(folder, name), 'utf8')).not.toContain(process.cwd());
  });

  it('starts with what the stack tells it, and finds nothing missing', { timeout: 30_000 }, async () => {
    const told = Object.fromEntries(
      Object.entries(variablesOf(template, name)).map(([key, value]) => [
        key,
        typeof value === 'string' ? value : toldBy(key),
      ]),
    );
    const script = `const m = await import(${JSON.stringify(pathToFileURL(fileOf(folder, name)).href)}); process.stdout.write(typeof m.handler)`;
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', script], {
      cwd: folder,
      env: { ...told, ...lambdaEnvironment },
    });
    expect(stdout).toBe('function');
  });
});
