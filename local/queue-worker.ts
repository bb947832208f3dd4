import { subscribe } from 'node:diagnostics_channel';
import { Server } from 'node:net';
import { DatabaseSync } from 'node:sqlite';
import { parentPort, workerData } from 'node:worker_threads';
import { startFauxqs } from 'fauxqs';
import * as z from 'zod/mini';
import { faultOfForm } from './upload-form.ts';

/**
 * The thread in which queues and buckets live. It is a thread of its own because fauxqs writes to its database
 * synchronously, which would stall the API, and because some of its habits must be changed for this thread only.
 */
const { dataFolder, region } = z.parse(z.object({ dataFolder: z.string(), region: z.string() }), workerData);

// It listens on all interfaces and has no setting for that; the local stack answers on loopback only.
const listen = Server.prototype.listen;
Object.defineProperty(Server.prototype, 'listen', {
  value(this: Server, options: object, ...rest: unknown[]) {
    return Reflect.apply(listen, this, [{ ...options, host: '127.0.0.1' }, ...rest]);
  },
});

// It commits each message with a sync of the disk; without one, messages still survive the death of every process.
const exec = DatabaseSync.prototype.exec;
Object.defineProperty(DatabaseSync.prototype, 'exec', {
  value(this: DatabaseSync, sql: string) {
    Reflect.apply(exec, this, [sql]);
    if (sql.includes('journal_mode')) Reflect.apply(exec, this, ['PRAGMA synchronous = NORMAL']);
  },
});

// Its ChangeMessageVisibility(0) clears a column that may not be empty; the count of receives is what must stay.
const prepare = DatabaseSync.prototype.prepare;
Object.defineProperty(DatabaseSync.prototype, 'prepare', {
  value(this: DatabaseSync, sql: string) {
    const keepsCount = sql.replace(
      'approximate_receive_count = ?',
      'approximate_receive_count = coalesce(?, approximate_receive_count)',
    );
    return Reflect.apply(prepare, this, [keepsCount]);
  },
});

// It takes bodies of 11 MiB at most, which is less than a form may upload; its HTTP framework tells of itself.
const largestBodyBytes = 2 ** 30 + 2 ** 20;
type HttpRequest = { readonly method: string; readonly headers: Record<string, unknown>; readonly body: unknown };
type HttpReply = { readonly code: (status: number) => HttpReply; readonly type: (mime: string) => HttpReply } & {
  readonly send: (body: string) => unknown;
};
type HttpServer = {
  addHook(name: 'onRoute', hook: (route: { bodyLimit?: number }) => void): unknown;
  addHook(name: 'preHandler', hook: (request: HttpRequest, reply: HttpReply, done: () => void) => void): unknown;
};
const isHttpServer = (value: unknown): value is HttpServer =>
  typeof value === 'object' && value !== null && 'addHook' in value && typeof value.addHook === 'function';
subscribe('fastify.initialization', (message) => {
  const fastify: unknown =
    typeof message === 'object' && message !== null ? Reflect.get(message, 'fastify') : undefined;
  if (!isHttpServer(fastify)) throw new Error('The framework of the queues no longer tells of its servers');
  fastify.addHook('onRoute', (route) => {
    route.bodyLimit = largestBodyBytes;
  });
  // It takes any form, whatever its policy says.
  fastify.addHook('preHandler', ({ method, headers, body }, reply, done) => {
    const isForm = method === 'POST' && String(headers['content-type']).startsWith('multipart/form-data');
    const fault = isForm && Buffer.isBuffer(body) ? faultOfForm(body, Date.now()) : undefined;
    if (fault === undefined) return done();
    const { status, code, message } = fault;
    reply.code(status).type('application/xml').send(`<Error><Code>${code}</Code><Message>${message}</Message></Error>`);
  });
});

const server = await startFauxqs({
  port: 0,
  logger: false,
  defaultRegion: region,
  dataDir: dataFolder,
  s3StorageDir: `${dataFolder}/objects`,
});
parentPort?.postMessage({ port: server.port });
parentPort?.once('message', () => {
  server.stop().then(() => process.exit(0));
});
