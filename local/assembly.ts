import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  globSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
} from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import * as z from 'zod/mini';
import { Refusal } from './refusal.ts';
import { parseTemplate, type Template } from './template.ts';

const projectRoot = resolve(import.meta.dirname, '..');
const cacheFolder = join(projectRoot, 'node_modules', '.cache', 'surety-assembly');
/** Enough that several checkouts and settings of the recent past start at once, and that a running stack keeps its bundles. */
const keptAssemblies = 12;

const inputs = [
  '{bin,lib,contract,core,adapters,functions,policy}/**/*',
  'package-lock.json',
  'cdk.json',
  'tsconfig.json',
];

const manifestSchema = z.object({
  artifacts: z.record(
    z.string(),
    z.object({ type: z.string(), properties: z.optional(z.object({ templateFile: z.optional(z.string()) })) }),
  ),
});
const assetsSchema = z.object({ files: z.record(z.string(), z.object({ source: z.object({ path: z.string() }) })) });
const cdkSettingsSchema = z.object({ context: z.optional(z.record(z.string(), z.unknown())) });

export type Assembly = {
  readonly stackName: string;
  readonly template: Template;
  /** The folder of a function's bundle, from the object key under which `cdk deploy` would upload it. */
  readonly assetFolder: (objectKey: string) => string;
};

/**
 * Synthesizes the app as `cdk synth` does, or reuses what an earlier start synthesized from the same files.
 * @param settings context of the CDK app beside that of `cdk.json`, such as the stage.
 */
export const synthesize = async (
  app: string,
  settings: Readonly<Record<string, string>>,
  report: (line: string) => void,
): Promise<Assembly> => {
  const folder = join(cacheFolder, hashOfInputs(app, settings));
  if (existsSync(join(folder, 'manifest.json'))) {
    utimesSync(folder, new Date(), new Date());
    return readAssembly(folder);
  }
  report('Synthesizing the stack (a few seconds, the first time and after each change)');
  mkdirSync(cacheFolder, { recursive: true });
  const draft = `${folder}.${process.pid}.${Date.now()}`;
  try {
    await runApp(app, settings, draft);
    if (!existsSync(folder)) renameSync(draft, folder);
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
  forgetOldAssemblies();
  return readAssembly(folder);
};

const hashOfInputs = (app: string, settings: Readonly<Record<string, string>>): string => {
  const hash = createHash('sha256').update(JSON.stringify([app, settings, process.versions.node]));
  const files = globSync([...inputs, `${dirname(app)}/**/*`], { cwd: projectRoot }).sort();
  for (const file of files) {
    const path = join(projectRoot, file);
    if (statSync(path).isFile()) hash.update(file).update('\0').update(readFileSync(path)).update('\0');
  }
  return hash.digest('hex').slice(0, 24);
};

/** What the CDK's command line does for `cdk synth`, without the second it takes to load itself. */
const runApp = async (app: string, settings: Readonly<Record<string, string>>, folder: string): Promise<void> => {
  const settingsFile = join(projectRoot, 'cdk.json');
  const fileContext = existsSync(settingsFile)
    ? z.parse(cdkSettingsSchema, JSON.parse(readFileSync(settingsFile, 'utf8'))).context
    : undefined;
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', app], {
    cwd: projectRoot,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...process.env,
      CDK_OUTDIR: folder,
      CDK_CONTEXT_JSON: JSON.stringify({ ...fileContext, ...settings }),
      CDK_DEFAULT_ACCOUNT: '',
      CDK_DEFAULT_REGION: '',
    },
  });
  let said = '';
  child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const code = await new Promise<number | null>((done, fail) => {
    child.once('error', fail);
    child.once('close', done);
  });
  if (code !== 0 || !existsSync(join(folder, 'manifest.json'))) {
    throw new Refusal(`${app} did not synthesize; it said:\n${said.trim().split('\n').slice(-30).join('\n')}`);
  }
};

const readAssembly = (folder: string): Assembly => {
  const { artifacts } = z.parse(manifestSchema, JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')));
  const stacks = Object.entries(artifacts).filter(([, artifact]) => artifact.type === 'aws:cloudformation:stack');
  const [stack] = stacks;
  const templateFile = stack?.[1].properties?.templateFile;
  if (stack === undefined || templateFile === undefined || stacks.length > 1) {
    throw new Refusal(
      `The app synthesized ${stacks.length} stacks (${stacks.map(([name]) => name).join(', ')}); one machine runs exactly one.`,
    );
  }
  const template = parseTemplate(readFileSync(join(folder, templateFile), 'utf8'), templateFile);
  const assetsFile = join(folder, templateFile.replace('.template.json', '.assets.json'));
  const { files } = z.parse(assetsSchema, JSON.parse(readFileSync(assetsFile, 'utf8')));
  const assetFolder = (objectKey: string): string => {
    const asset = files[objectKey.replace(/\.zip$/, '')];
    if (asset === undefined)
      throw new Refusal(`The assembly holds no asset for ${objectKey}; delete node_modules/.cache and start again.`);
    return join(folder, asset.source.path);
  };
  return { stackName: stack[0], template, assetFolder };
};

const forgetOldAssemblies = (): void => {
  const folders = readdirSync(cacheFolder).map((name) => join(cacheFolder, name));
  const oldestLast = folders.sort((a, b) => statSync(b).mtimeMs - statSync(a).mtimeMs);
  for (const folder of oldestLast.slice(keptAssemblies)) rmSync(folder, { recursive: true, force: true });
};
