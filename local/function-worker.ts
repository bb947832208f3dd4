import { AsyncLocalStorage } from 'node:async_hooks';
import { appendFileSync, renameSync, statSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { parentPort, workerData } from 'node:worker_threads';
import * as z from 'zod/mini';

/** The inside of one function's environment: loads the bundle, answers invocations, writes the log. */
const { bundle, exportName, logFile, maximumLogBytes } = z.parse(
  z.object({ bundle: z.string(), exportName: z.string(), logFile: z.string(), maximumLogBytes: z.number() }),
  workerData,
);
const port = parentPort;
if (port === null) throw new Error('function-worker.ts runs as a worker thread only.');

const invocationSchema = z.object({
  id: z.number(),
  event: z.unknown(),
  requestId: z.string(),
  deadlineMs: z.number(),
  functionName: z.string(),
  functionArn: z.string(),
  memoryLimitInMb: z.string(),
});
type Invocation = z.infer<typeof invocationSchema>;

const pending: string[] = [];
let isFlushPlanned = false;
const flush = (): void => {
  isFlushPlanned = false;
  if (pending.length === 0) return;
  appendFileSync(logFile, pending.splice(0).join(''));
  // Two files of bounded size: a log must never fill the disk of whoever tries this overnight.
  if (statSync(logFile).size > maximumLogBytes) renameSync(logFile, `${logFile}.1`);
};
const write = (chunk: unknown, ...rest: unknown[]): boolean => {
  pending.push(chunk instanceof Uint8Array ? Buffer.from(chunk).toString('utf8') : String(chunk));
  if (!isFlushPlanned) setTimeout(flush, 25);
  isFlushPlanned = true;
  const done = rest.at(-1);
  if (typeof done === 'function') done();
  return true;
};
for (const stream of [process.stdout, process.stderr]) Object.defineProperty(stream, 'write', { value: write });
process.on('exit', flush);

/**
 * Invocations share this thread, where on AWS each has a process of its own. Lambda's store of the current invocation
 * is how its libraries keep them apart when they do share one (AWS_LAMBDA_MAX_CONCURRENCY).
 */
const current = new AsyncLocalStorage<Record<PropertyKey, unknown>>();
const requestIdKey = Symbol.for('_AWS_LAMBDA_REQUEST_ID');
const traceIdKey = Symbol.for('_AWS_LAMBDA_X_RAY_TRACE_ID');
const invokeStore = {
  getContext: () => current.getStore(),
  hasContext: () => current.getStore() !== undefined,
  get: (key: PropertyKey) => current.getStore()?.[key],
  set: (key: PropertyKey, value: unknown) => {
    const store = current.getStore();
    if (store !== undefined) store[key] = value;
  },
  getRequestId: () => current.getStore()?.[requestIdKey] ?? '-',
  getXRayTraceId: () => current.getStore()?.[traceIdKey],
  getTenantId: () => undefined,
  getTraceparent: () => undefined,
  getTracestate: () => undefined,
  getBaggage: () => undefined,
  run: <Result>(context: Record<PropertyKey, unknown>, work: () => Result): Result => current.run(context, work),
};
Object.defineProperty(globalThis, 'awslambda', { value: { InvokeStore: invokeStore }, writable: true });

const errorObject = (thrown: unknown): { errorType: string; errorMessage: string; trace: string[] } =>
  thrown instanceof Error
    ? { errorType: thrown.name, errorMessage: thrown.message, trace: (thrown.stack ?? '').split('\n') }
    : { errorType: typeof thrown, errorMessage: String(thrown), trace: [] };

const loadHandler = async (): Promise<(event: unknown, context: object) => unknown> => {
  const module: Record<string, unknown> = await import(pathToFileURL(bundle).href);
  const handler = module[exportName];
  if (typeof handler !== 'function') throw new Error(`${bundle} exports no function ${exportName}.`);
  return (event, context) => handler(event, context);
};

const contextOf = (invocation: Invocation): object => ({
  awsRequestId: invocation.requestId,
  functionName: invocation.functionName,
  functionVersion: '$LATEST',
  invokedFunctionArn: invocation.functionArn,
  memoryLimitInMB: invocation.memoryLimitInMb,
  logGroupName: `/aws/lambda/${invocation.functionName}`,
  logStreamName: 'local',
  callbackWaitsForEmptyEventLoop: true,
  getRemainingTimeInMillis: () => Math.max(0, invocation.deadlineMs - Date.now()),
});

try {
  const handler = await loadHandler();
  port.on('message', (message: unknown) => {
    const invocation = z.parse(invocationSchema, message);
    const store = { [requestIdKey]: invocation.requestId };
    current
      .run(store, async () => handler(invocation.event, contextOf(invocation)))
      .then(
        (result) => port.postMessage({ id: invocation.id, result: JSON.stringify(result) ?? 'null' }),
        (thrown: unknown) => {
          const error = errorObject(thrown);
          write(
            `${new Date().toISOString()}\t${invocation.requestId}\tERROR\tInvoke Error\t${JSON.stringify(error)}\n`,
          );
          port.postMessage({ id: invocation.id, error });
        },
      );
  });
  port.postMessage({ ready: true });
} catch (thrown) {
  flush();
  port.postMessage({ failed: errorObject(thrown) });
}
