import { Agent, createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import * as z from 'zod/mini';

/** What one function asked of the tables. */
export type Usage = { requests: number; readUnits: number; writeUnits: number };

const capacity = z.object({
  CapacityUnits: z.number(),
  ReadCapacityUnits: z.optional(z.number()),
  WriteCapacityUnits: z.optional(z.number()),
});
const answerSchema = z.object({ ConsumedCapacity: z.optional(z.union([capacity, z.array(capacity)])) });

/** Operations that write; DynamoDB reports the units of the others as read. */
const writes = new Set(['PutItem', 'UpdateItem', 'DeleteItem', 'BatchWriteItem', 'TransactWriteItems']);
const counted = new Set([...writes, 'GetItem', 'Query', 'Scan', 'BatchGetItem', 'TransactGetItems']);

const read = async (stream: IncomingMessage): Promise<Buffer> => {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
};

/**
 * Stands between the functions and the tables and counts requests and capacity units for each function, which names
 * itself in its user agent (`app/<function>-…`). Every request is asked to report what it consumed.
 */
export const startCountingProxy = async (endpoint: string) => {
  const usage = new Map<string, Usage>();
  const agent = new Agent({ keepAlive: true });

  const forward = (
    headers: IncomingMessage['headers'],
    body: Buffer,
  ): Promise<{ response: IncomingMessage; answer: Buffer }> =>
    new Promise((resolve, reject) => {
      const call = request(endpoint, {
        method: 'POST',
        agent,
        headers: { ...headers, host: new URL(endpoint).host, 'content-length': body.length },
      });
      call.on('response', (response) => read(response).then((answer) => resolve({ response, answer }), reject));
      call.on('error', reject);
      call.end(body);
    });

  const count = (functionName: string, operation: string, answer: Buffer): void => {
    const entry = usage.get(functionName) ?? { requests: 0, readUnits: 0, writeUnits: 0 };
    const { ConsumedCapacity = [] } = answerSchema.parse(JSON.parse(answer.toString('utf8')));
    const units = [ConsumedCapacity].flat().reduce((sum, { CapacityUnits }) => sum + CapacityUnits, 0);
    entry.requests += 1;
    entry[writes.has(operation) ? 'writeUnits' : 'readUnits'] += units;
    usage.set(functionName, entry);
  };

  const handle = async (incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> => {
    const body = await read(incoming);
    const operation = String(incoming.headers['x-amz-target']).split('.')[1] ?? '';
    const isCounted = counted.has(operation);
    const asked = isCounted
      ? Buffer.from(JSON.stringify({ ...JSON.parse(body.toString('utf8')), ReturnConsumedCapacity: 'TOTAL' }))
      : body;
    const { response, answer } = await forward(incoming.headers, asked);
    const functionName = /\bapp\/(\w+)/.exec(String(incoming.headers['user-agent']))?.[1] ?? 'other';
    if (isCounted && response.statusCode === 200) count(functionName, operation, answer);
    else if (isCounted) count(functionName, operation, Buffer.from('{}'));
    // The checksum was made over the answer without the capacity that was asked for on the way.
    const { 'x-amz-crc32': _, 'transfer-encoding': __, ...headers } = response.headers;
    outgoing.writeHead(response.statusCode ?? 502, { ...headers, 'content-length': answer.length }).end(answer);
  };

  const server = createServer((incoming, outgoing) => {
    handle(incoming, outgoing).catch((error: unknown) => outgoing.writeHead(502).end(String(error)));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The proxy has no port');
  return {
    endpoint: `http://127.0.0.1:${address.port}`,
    usage: (): ReadonlyMap<string, Usage> => structuredClone(usage),
    reset: () => usage.clear(),
    stop: () => {
      agent.destroy();
      server.closeAllConnections();
      server.close();
    },
  };
};
