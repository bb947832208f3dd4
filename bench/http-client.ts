import { Agent, request } from 'node:http';

export type Answer = { readonly status: number; readonly body: unknown };

/** A keep-alive client of the API; cheaper than `fetch`, so that the load takes little from what it measures. */
export const createHttpClient = (apiUrl: string, connections: number) => {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const send = (
    method: 'GET' | 'POST',
    path: string,
    token: string,
    body?: unknown,
    idempotencyKey?: string,
  ): Promise<Answer> =>
    new Promise((resolve, reject) => {
      const payload = body === undefined ? undefined : JSON.stringify(body);
      const call = request(
        new URL(path, apiUrl),
        {
          method,
          agent,
          headers: {
            authorization: `Bearer ${token}`,
            ...(payload !== undefined && {
              'content-type': 'application/json',
              'content-length': Buffer.byteLength(payload),
            }),
            ...(idempotencyKey !== undefined && { 'idempotency-key': idempotencyKey }),
          },
        },
        (response) => {
          let text = '';
          response.setEncoding('utf8');
          response.on('data', (chunk: string) => {
            text += chunk;
          });
          response.on('end', () => resolve({ status: response.statusCode ?? 0, body: JSON.parse(text || 'null') }));
          response.on('error', reject);
        },
      );
      call.on('error', reject);
      call.end(payload);
    });
  return { send, close: () => agent.destroy() };
};

export type HttpClient = ReturnType<typeof createHttpClient>;

/** Sends and insists on success: a benchmark of failing requests measures nothing. */
export const mustSend = async (client: HttpClient, ...call: Parameters<HttpClient['send']>): Promise<unknown> => {
  const { status, body } = await client.send(...call);
  if (status >= 300) throw new Error(`${call[0]} ${call[1]} answered ${status}: ${JSON.stringify(body)}`);
  return body;
};
