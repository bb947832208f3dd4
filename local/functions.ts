import { randomUUID } from 'node:crypto';
import { appendFileSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import * as z from 'zod/mini';
import { functionNameOf } from './identities.ts';
import { Refusal } from './refusal.ts';

const maximumLogBytes = 8 * 1024 * 1024;
/** Invocations that would each have the function's memory on AWS share one heap here. */
const leastHeapMb = 512;

export const functionPropertiesSchema = z.object({
  Handler: z.string(),
  Runtime: z.string(),
  Timeout: z.optional(z.number()),
  MemorySize: z.optional(z.number()),
  ReservedConcurrentExecutions: z.optional(z.number()),
  Code: z.object({ S3Key: z.optional(z.string()) }),
  Environment: z.optional(
    z.object({ Variables: z.optional(z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]))) }),
  ),
});

export type FunctionDefinition = {
  readonly logicalId: string;
  readonly name: string;
  readonly arn: string;
  readonly runtime: string;
  readonly handler: string;
  readonly assetFolder: string | undefined;
  readonly timeoutMs: number;
  readonly memoryMb: number;
  readonly reservedConcurrency: number | undefined;
  readonly environment: Readonly<Record<string, string>>;
};

type FunctionError = {
  readonly errorType: string;
  readonly errorMessage: string;
  readonly trace?: readonly string[] | undefined;
};
export type Outcome =
  | { readonly kind: 'result'; readonly value: unknown }
  | { readonly kind: 'error'; readonly error: FunctionError }
  | { readonly kind: 'throttled' };

export type FunctionStats = {
  invocations: number;
  errors: number;
  throttles: number;
  totalMs: number;
  maximumMs: number;
  starts: number;
};

export type Functions = {
  /** Runs a function by its name, its ARN (with or without an alias) or its logical id. */
  readonly invoke: (nameOrArn: string, event: unknown) => Promise<Outcome>;
  readonly find: (nameOrArnOrLogicalId: string) => FunctionDefinition;
  readonly stats: () => Record<string, FunctionStats>;
  readonly stop: () => Promise<void>;
};

const messageSchema = z.object({
  ready: z.optional(z.boolean()),
  failed: z.optional(z.object({ errorType: z.string(), errorMessage: z.string(), trace: z.array(z.string()) })),
  id: z.optional(z.number()),
  result: z.optional(z.string()),
  error: z.optional(z.object({ errorType: z.string(), errorMessage: z.string(), trace: z.array(z.string()) })),
});

type Waiting = { readonly settle: (outcome: Outcome) => void; readonly timer: NodeJS.Timeout };
type Environment = {
  readonly worker: Worker;
  readonly ready: Promise<FunctionError | undefined>;
  readonly waiting: Map<number, Waiting>;
  retired: boolean;
};

/** Keeps an environment (a thread with the bundle and its own variables) for each function, made at its first call. */
export const createFunctions = (definitions: readonly FunctionDefinition[], logFolder: string): Functions => {
  const hosts = new Map(definitions.map((definition) => [definition.name, createHost(definition, logFolder)] as const));
  const byLogicalId = new Map(definitions.map(({ logicalId, name }) => [logicalId, name] as const));

  const hostOf = (asked: string): Host => {
    const host = hosts.get(functionNameOf(asked)) ?? hosts.get(byLogicalId.get(asked) ?? '');
    if (host !== undefined) return host;
    throw new Refusal(`There is no function ${asked}; there are ${[...byLogicalId.keys()].join(', ')}.`);
  };
  return {
    invoke: (asked, event) => hostOf(asked).invoke(event),
    find: (asked) => hostOf(asked).definition,
    stats: () =>
      Object.fromEntries([...hosts.values()].map(({ definition, stats }) => [definition.logicalId, { ...stats }])),
    stop: async () => {
      await Promise.all([...hosts.values()].map((host) => host.stop()));
    },
  };
};

type Host = {
  readonly definition: FunctionDefinition;
  readonly stats: FunctionStats;
  readonly invoke: (event: unknown) => Promise<Outcome>;
  readonly stop: () => Promise<void>;
};

const createHost = (definition: FunctionDefinition, logFolder: string): Host => {
  const logFile = join(logFolder, `${definition.logicalId}.log`);
  const stats: FunctionStats = { invocations: 0, errors: 0, throttles: 0, totalMs: 0, maximumMs: 0, starts: 0 };
  const environments = new Set<Environment>();
  let active: Environment | undefined;
  let lastId = 0;
  let running = 0;
  let stopped = false;

  const log = (line: string): void => appendFileSync(logFile, `${new Date().toISOString()}\t${line}\n`);

  /** An environment that failed takes no more calls; what still runs in it may end, as it would in one of its own. */
  const retire = (environment: Environment): void => {
    environment.retired = true;
    if (active === environment) active = undefined;
    if (environment.waiting.size === 0) void environment.worker.terminate();
  };

  const settle = (environment: Environment, id: number, outcome: Outcome): void => {
    const waiting = environment.waiting.get(id);
    if (waiting === undefined) return;
    environment.waiting.delete(id);
    clearTimeout(waiting.timer);
    waiting.settle(outcome);
    if (environment.retired && environment.waiting.size === 0) void environment.worker.terminate();
  };

  const startEnvironment = (): Environment => {
    const worker = new Worker(new URL('./function-worker.ts', import.meta.url), {
      workerData: { ...bundleOf(definition), logFile, maximumLogBytes },
      env: definition.environment,
      execArgv: ['--disable-warning=ExperimentalWarning', '--enable-source-maps'],
      resourceLimits: { maxOldGenerationSizeMb: Math.max(definition.memoryMb, leastHeapMb) },
    });
    stats.starts += 1;
    let becomeReady: (failure: FunctionError | undefined) => void = () => undefined;
    const ready = new Promise<FunctionError | undefined>((resolve) => (becomeReady = resolve));
    const environment: Environment = { worker, ready, waiting: new Map(), retired: false };
    environments.add(environment);
    worker.on('message', (raw: unknown) => {
      const message = z.parse(messageSchema, raw);
      if (message.ready === true) return becomeReady(undefined);
      if (message.failed !== undefined) {
        log(`INIT failed\t${JSON.stringify(message.failed)}`);
        becomeReady(message.failed);
        return retire(environment);
      }
      if (message.id === undefined) return;
      if (message.error !== undefined) return settle(environment, message.id, { kind: 'error', error: message.error });
      settle(environment, message.id, { kind: 'result', value: JSON.parse(message.result ?? 'null') });
    });
    const die = (error: FunctionError): void => {
      environment.retired = true;
      if (active === environment) active = undefined;
      becomeReady(error);
      for (const id of [...environment.waiting.keys()]) settle(environment, id, { kind: 'error', error });
    };
    worker.on('error', (thrown: Error) => {
      log(`the environment died\t${thrown.stack ?? thrown.message}`);
      die({ errorType: 'Runtime.UnhandledError', errorMessage: thrown.message });
    });
    worker.on('exit', (code) => {
      environments.delete(environment);
      die({ errorType: 'Runtime.ExitError', errorMessage: `RequestId: - Error: Runtime exited with code ${code}` });
    });
    return environment;
  };

  const run = async (event: unknown): Promise<Outcome> => {
    active ??= startEnvironment();
    const environment = active;
    const failure = await environment.ready;
    if (failure !== undefined) return { kind: 'error', error: failure };
    const id = ++lastId;
    const requestId = randomUUID();
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        const errorMessage = `${new Date().toISOString()} ${requestId} Task timed out after ${(definition.timeoutMs / 1000).toFixed(2)} seconds`;
        log(errorMessage);
        environment.retired = true;
        settle(environment, id, { kind: 'error', error: { errorType: 'Sandbox.Timedout', errorMessage } });
        retire(environment);
      }, definition.timeoutMs);
      environment.waiting.set(id, { settle: resolve, timer });
      environment.worker.postMessage({
        id,
        event,
        requestId,
        deadlineMs: Date.now() + definition.timeoutMs,
        functionName: definition.name,
        functionArn: definition.arn,
        memoryLimitInMb: String(definition.memoryMb),
      });
    });
  };

  const invoke = async (event: unknown): Promise<Outcome> => {
    if (stopped)
      return { kind: 'error', error: { errorType: 'ServiceException', errorMessage: 'The local stack stops.' } };
    if (running >= (definition.reservedConcurrency ?? Number.POSITIVE_INFINITY)) {
      stats.throttles += 1;
      return { kind: 'throttled' };
    }
    running += 1;
    const began = performance.now();
    try {
      const outcome = await run(event);
      stats.invocations += 1;
      if (outcome.kind === 'error') stats.errors += 1;
      return outcome;
    } finally {
      running -= 1;
      const took = performance.now() - began;
      stats.totalMs += took;
      stats.maximumMs = Math.max(stats.maximumMs, took);
    }
  };

  const stop = async (): Promise<void> => {
    stopped = true;
    await Promise.all([...environments].map(({ worker }) => worker.terminate()));
  };
  return { definition, stats, invoke, stop };
};

const bundleOf = ({
  logicalId,
  runtime,
  handler,
  assetFolder,
}: FunctionDefinition): { bundle: string; exportName: string } => {
  if (!runtime.startsWith('nodejs'))
    throw new Refusal(`${logicalId} runs on ${runtime}; one machine runs Node.js functions only.`);
  if (assetFolder === undefined)
    throw new Refusal(`${logicalId} has inline code; one machine runs bundled functions only.`);
  const dot = handler.lastIndexOf('.');
  const file = ['mjs', 'js', 'cjs']
    .map((extension) => join(assetFolder, `${handler.slice(0, dot)}.${extension}`))
    .find(existsSync);
  if (file === undefined) throw new Refusal(`The bundle of ${logicalId} has no file for its handler ${handler}.`);
  return { bundle: file, exportName: handler.slice(dot + 1) };
};
