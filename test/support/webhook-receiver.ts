import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';

/** What a receiver does with one request; `accept` if it says nothing. */
export type Behaviour = (response: ServerResponse, request: IncomingMessage) => void;

export const accept: Behaviour = (response) => response.writeHead(204).end();
export const answer =
  (status: number, headers: Record<string, string> = {}): Behaviour =>
  (response) =>
    response.writeHead(status, headers).end('what a receiver says about it');
export const closeAtOnce: Behaviour = (response) => response.destroy();
export const saySomethingEndless: Behaviour = (response) => {
  response.writeHead(200);
  const more = () => {
    while (!response.destroyed && response.write('x'.repeat(65_536)));
  };
  response.on('drain', more);
  more();
};
export const sayNothing: Behaviour = () => undefined;

export type Received = {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** The body, if its signature is right under the secret; throws otherwise. */
  readonly verified: (secret: string) => Record<string, unknown>;
};

/** An integrator's server on loopback, which verifies as his library would and behaves as the test says. */
export const startReceiver = async () => {
  const received: Received[] = [];
  const plan: Behaviour[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString('utf8');
      const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
      const verified = (secret: string) => new Webhook(secret).verify(body, headers) as Record<string, unknown>;
      received.push({ headers, body, verified });
      (plan.shift() ?? accept)(response, request);
    });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/hooks`,
    received,
    /** What the next requests meet, one after the other; those behind them are accepted. */
    will: (...behaviours: readonly Behaviour[]): void => void plan.push(...behaviours),
    stop: async (): Promise<void> => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
};
