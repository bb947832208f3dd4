#!/usr/bin/env node
/**
 * `npm run demo`: the guarantee in about a minute, on a stack of its own with deadlines of seconds. The story goes over
 * the HTTP API; every line with a tick was checked, and the command ends with 1 where one does not hold.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { realSurroundings } from '../adapters/clock.ts';
import { connectTables } from '../adapters/tables/gateway.ts';
import { addSeconds, type Instant } from '../core/shared/instant.ts';
import { createOperator } from '../functions/identity/create-operator.ts';
import { settingsOf } from '../lib/settings.ts';
import { connectApi } from './demo/client.ts';
import { check, say, seconds, step, tellLine } from './demo/page.ts';
import {
  buyAndReveal,
  buyWithoutStock,
  importFile,
  openAccounts,
  readBooks,
  repeatEverything,
  watchPromise,
  watchRelease,
} from './demo/story.ts';
import { messageOf } from './refusal.ts';
import { type LocalStack, startLocalStack } from './stack.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const stage = 'demo';

/** The first operator cannot be let in by another: ops write the account into the table. */
const bootstrap = async (stack: LocalStack): Promise<string> => {
  Object.assign(process.env, stack.environmentOf(functionNamed(stack, 'identity')));
  const tableName = stack.outputs['TableIdentity'] ?? '';
  const gateway = connectTables(realSurroundings);
  const { token } = await createOperator({ gateway, tableName, name: 'Demo operator', surroundings: realSurroundings });
  return token;
};

const functionNamed = (stack: LocalStack, name: string): string => {
  const found = stack.functionNames.find((each) => stack.environmentOf(each)['POWERTOOLS_SERVICE_NAME'] === name);
  if (found === undefined) throw new Error(`The stack has no function ${name}`);
  return found;
};

/** What the schedule does each minute, without waiting for its next turn. */
const foldAt =
  (stack: LocalStack) =>
  async (minuteEnd: Instant): Promise<void> => {
    const closedAt = addSeconds(minuteEnd, settingsOf(stage).foldGraceSeconds + 0.2);
    await realSurroundings.sleep(Math.max(0, Date.parse(closedAt) - Date.now()));
    await stack.invoke(functionNamed(stack, 'fold'), {});
  };

/** `npm run audit` on the running stack: its words, and whether it found nothing. */
const audit = (dataDir: string): Promise<boolean> =>
  new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [join(root, 'bin/audit.ts'), '--data-dir', dataDir], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    child.stdout.on('data', (chunk: Buffer) => process.stdout.write(chunk.toString().replace(/^(?=.)/gm, '   ')));
    child.once('error', reject);
    child.once('exit', (code) => resolve(code === 0));
  });

const tell = async (stack: LocalStack, lines: readonly string[]): Promise<void> => {
  const api = connectApi(stack.apiUrl);
  const cast = await openAccounts(api, await bootstrap(stack));
  const productId = await importFile(api, cast, lines);
  const waiting = await buyWithoutStock(api, cast);
  const bought = await buyAndReveal(api, cast, productId, lines, waiting);
  await repeatEverything(api, cast, productId, bought, waiting);
  await watchRelease(api, cast, bought);
  await watchPromise(api, cast, waiting, bought);
  await readBooks(api, cast, bought, foldAt(stack));
  step('The audit reads every table');
  check(await audit(stack.dataDir), 'npm run audit finds nothing');
};

const main = async (): Promise<boolean> => {
  const began = performance.now();
  const lines = readFileSync(join(root, 'demo/keys.txt'), 'utf8').replace(/\n$/, '').split('\n');
  const dataDir = mkdtempSync(join(tmpdir(), 'surety-demo-'));
  tellLine('Surety in about a minute: what is promised is what happens.\n');
  let stack: LocalStack | undefined;
  const stop = async (): Promise<void> => {
    await stack?.stop();
    stack = undefined;
  };
  process.once('SIGINT', () => void stop().finally(() => process.exit(130)));
  try {
    stack = await startLocalStack({ port: 0, dataDir, settings: { stage } });
    say(`a whole stack on this machine, after ${seconds(performance.now() - began)}: ${stack.apiUrl}`);
    await tell(stack, lines);
    tellLine(`\nDone in ${seconds(performance.now() - began)}. Every line with a tick was checked.`);
    await stop();
    rmSync(dataDir, { recursive: true, force: true });
    return true;
  } catch (thrown) {
    process.stderr.write(`\n${messageOf(thrown)}\nWhat the stack did is kept in ${dataDir}.\n`);
    await stop();
    return false;
  }
};

process.exit((await main()) ? 0 : 1);
