import { Agent, createServer, type IncomingMessage, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** An error in the shape that AWS's JSON protocols give it, on either side of the wire. */
export class AwsError extends Error {
  readonly code: string;
  readonly status: number;
  constructor(code: string, message: string, status = 400) {
    super(message);
    this.name = code;
    this.code = code;
    this.status = status;
  }
}

export type Fields = Record<string, unknown>;
export const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const parseFields = (text: string): Fields => {
  const value: unknown = text === '' ? {} : JSON.parse(text);
  if (!isFields(value)) throw new AwsError('SerializationException', 'The body must be a JSON object.');
  return value;
};

const bodyOf = async (message: IncomingMessage): Promise<Buffer> => {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk);
  return Buffer.concat(chunks);
};

export type AwsJsonClient = {
  readonly call: (operation: string, input: Fields, signal?: AbortSignal) => Promise<Fields>;
  readonly close: () => void;
};

/**
 * A client for one service's JSON protocol. The SDK costs 1 to 3 ms of CPU a call, which pollers would pay all day, and
 * emulators do not verify signatures; they only read the region out of the credential.
 */
export const createAwsJsonClient = (
  endpoint: string,
  service: string,
  targetPrefix: string,
  region: string,
): AwsJsonClient => {
  const url = new URL(endpoint);
  const agent = new Agent({ keepAlive: true, maxSockets: 64 });
  const date = new Date().toISOString().replaceAll(/[-:]|\.\d+/g, '');
  const authorization = `AWS4-HMAC-SHA256 Credential=local/${date.slice(0, 8)}/${region}/${service}/aws4_request, SignedHeaders=host, Signature=local`;

  const call = (operation: string, input: Fields, signal?: AbortSignal): Promise<Fields> =>
    new Promise((resolve, reject) => {
      const body = JSON.stringify(input);
      const outgoing = request(
        {
          host: url.hostname,
          port: url.port,
          path: url.pathname,
          method: 'POST',
          agent,
          ...(signal === undefined ? {} : { signal }),
          headers: {
            'content-type': 'application/x-amz-json-1.0',
            'content-length': Buffer.byteLength(body),
            'x-amz-target': `${targetPrefix}.${operation}`,
            'x-amz-date': date,
            authorization,
          },
        },
        (response) => {
          bodyOf(response)
            .then((buffer) => {
              const fields = parseFields(buffer.toString('utf8'));
              if (response.statusCode === 200) return resolve(fields);
              const type = String(fields['__type'] ?? fields['code'] ?? 'UnknownError');
              const code = type.slice(type.lastIndexOf('#') + 1);
              reject(
                new AwsError(code, String(fields['message'] ?? fields['Message'] ?? code), response.statusCode ?? 500),
              );
            }, reject)
            .catch(reject);
        },
      );
      outgoing.on('error', reject);
      outgoing.end(body);
    });

  return { call, close: () => agent.destroy() };
};

export type Endpoint = { readonly url: string; readonly close: () => Promise<void> };

/** Starts a server on a free port of the loopback interface, which is all that the local stack ever listens on. */
export const listenOnLoopback = async (server: Server, port: number): Promise<Endpoint> => {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => resolve());
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('A loopback server has no port.');
  const { port: actual }: AddressInfo = address;
  const close = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return { url: `http://127.0.0.1:${actual}`, close };
};

export type Operations = Record<string, (input: Fields) => Promise<Fields> | Fields>;

/** Serves operations over AWS's JSON protocol, as a stand-in for one service. */
export const serveAwsJson = (
  contentType: 'application/x-amz-json-1.0' | 'application/x-amz-json-1.1',
  operations: Operations,
  report: (line: string) => void,
): Promise<Endpoint> => {
  const answer = async (message: IncomingMessage): Promise<Fields> => {
    const target = String(message.headers['x-amz-target'] ?? '');
    const operation = operations[target.slice(target.lastIndexOf('.') + 1)];
    const body = await bodyOf(message);
    if (operation === undefined) throw new AwsError('UnknownOperationException', `${target} has no local stand-in.`);
    return operation(parseFields(body.toString('utf8')));
  };
  const server = createServer((message, response) => {
    const send = (status: number, fields: Fields): void => {
      const body = JSON.stringify(fields);
      response.writeHead(status, { 'content-type': contentType, 'content-length': Buffer.byteLength(body) });
      response.end(body);
    };
    answer(message).then(
      (fields) => send(200, fields),
      (thrown: unknown) => {
        if (thrown instanceof AwsError) return send(thrown.status, { __type: thrown.code, message: thrown.message });
        report(`a stand-in failed: ${thrown instanceof Error ? thrown.stack : String(thrown)}`);
        send(500, { __type: 'InternalFailure', message: 'The local stand-in failed; its log says why.' });
      },
    );
  });
  server.keepAliveTimeout = 60_000;
  return listenOnLoopback(server, 0);
};
