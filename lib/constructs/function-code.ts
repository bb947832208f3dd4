import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { buildSync } from 'esbuild';
import { type FunctionName, functionEntries } from '../../contract/functions.ts';

/** Gives the deployable code of a function. */
export type CodeOf = (name: FunctionName) => Code;

const projectRoot = join(import.meta.dirname, '../..');

/** Dependencies in CommonJS call `require` for Node's own modules, which an ES module does not have. */
const banner = "import{createRequire}from'node:module';const require=createRequire(import.meta.url);";

/**
 * Where the AWS SDK would look for credentials next, had Lambda not put them into the environment. It loads these only
 * then, and they are a fifth of a bundle.
 */
const otherCredentialSources = [
  '@aws-sdk/credential-provider-ini',
  '@aws-sdk/credential-provider-login',
  '@aws-sdk/credential-provider-process',
  '@aws-sdk/credential-provider-sso',
  '@aws-sdk/credential-provider-web-identity',
  '@smithy/credential-provider-imds',
];

/**
 * Bundles every function in one run of esbuild, a folder each under `outdir`: one run shares its cache of parsed
 * dependencies, where a process for each function would parse the AWS SDK seventeen times.
 *
 * The AWS SDK is bundled too: what was tested is what runs, whatever version the runtime carries.
 */
export const bundleFunctions = (outdir: string): CodeOf => {
  refuseMissingEntries();
  buildSync({
    absWorkingDir: projectRoot,
    entryPoints: Object.entries(functionEntries).map(([name, entry]) => ({ in: entry, out: `${name}/index` })),
    outdir,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node24',
    mainFields: ['module', 'main'],
    minify: true,
    legalComments: 'none',
    banner: { js: banner },
    external: otherCredentialSources,
    logLevel: 'error',
  });
  return (name) => Code.fromAsset(join(outdir, name));
};

/** A function without code must stop the synthesis, with a sentence rather than a list of resolver errors. */
const refuseMissingEntries = (): void => {
  const missing = Object.entries(functionEntries).filter(([, entry]) => !existsSync(join(projectRoot, entry)));
  if (missing.length === 0) return;
  const list = missing.map(([name, entry]) => `${name} (${entry})`).join(', ');
  throw new Error(`These functions of contract/functions.ts have no entry file: ${list}.`);
};
