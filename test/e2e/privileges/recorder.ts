import { Agent, createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { ServiceName } from '../../../local/stack.ts';

/** One use of a permission: who called, which action IAM asks for, and on what. */
export type Use = { readonly caller: string; readonly action: string; readonly resource: string };

type Json = Record<string, unknown>;
type Exchange = {
  readonly service: ServiceName;
  readonly operation: string;
  readonly input: Json;
  readonly output: Json;
};
type Asked = Omit<Use, 'caller'>;

const place = 'us-east-1:000000000000';
const tableArn = (name: unknown): string => `arn:aws:dynamodb:${place}:table/${name}`;
const queueArn = (url: unknown): string => `arn:aws:sqs:${place}:${String(url).split('/').at(-1)}`;

/**
 * What IAM asks for at a call. A transaction asks for the action of each item in it, a batch for its own action on each
 * table, a query of an index for the index alone.
 */
const askedBy = ({ service, operation, input, output }: Exchange): readonly Asked[] => {
  if (service === 'dynamodb') return askedOfTables(operation, input);
  if (service === 'sqs')
    return [{ action: `sqs:${operation.replace(/Batch$/, '')}`, resource: queueArn(input['QueueUrl']) }];
  if (service === 'states') return [{ action: `states:${operation}`, resource: String(input['stateMachineArn']) }];
  // A call to decrypt need not name the key; KMS finds it in what was sealed, and so does the answer.
  if (service === 'kms') return [{ action: `kms:${operation}`, resource: String(output['KeyId'] ?? input['KeyId']) }];
  if (service === 'secretsmanager')
    return [{ action: `secretsmanager:${operation}`, resource: String(input['SecretId']) }];
  if (service === 's3') return askedOfBuckets(operation, input);
  return [{ action: `${service}:${operation}`, resource: 'anything' }];
};

const objectActions: Record<string, string> = {
  GET: 'GetObject',
  HEAD: 'GetObject',
  PUT: 'PutObject',
  DELETE: 'DeleteObject',
};

/**
 * Buckets are spoken to by method and path, `/<bucket>/<name of the object>?…`. A form names its object inside, and so does
 * a request that deletes several; a copy reads its source too. Who looks for an object that may not be there needs to list.
 */
const askedOfBuckets = (method: string, { path, form, deleted, copySource }: Json): readonly Asked[] => {
  const [bucket = '', ...name] = (String(path).split('?')[0] ?? '').slice(1).split('/').map(decodeURIComponent);
  const object = name.join('/');
  const arn = `arn:aws:s3:::${bucket}`;
  if (object === '' && method === 'POST' && form === undefined && Array.isArray(deleted))
    return deleted.map((key) => ({ action: 's3:DeleteObject', resource: `${arn}/${key}` }));
  if (object === '' && method === 'POST') return [{ action: 's3:PutObject', resource: `${arn}/${form}` }];
  if (object === '') return [{ action: method === 'GET' ? 's3:ListBucket' : `s3:${method}`, resource: arn }];
  return [
    { action: `s3:${objectActions[method] ?? method}`, resource: `${arn}/${object}` },
    ...(method === 'HEAD' ? [{ action: 's3:ListBucket', resource: arn }] : []),
    ...(typeof copySource === 'string' ? [{ action: 's3:GetObject', resource: `arn:aws:s3:::${copySource}` }] : []),
  ];
};

/** The name of the object that an upload's form is for. */
const keyInForm = (body: Buffer): string | undefined => /name="key"\r\n\r\n([^\r]+)/.exec(body.toString('latin1'))?.[1];

const transactionActions: Record<string, string> = {
  Get: 'GetItem',
  Put: 'PutItem',
  Update: 'UpdateItem',
  Delete: 'DeleteItem',
  ConditionCheck: 'ConditionCheckItem',
};

const askedOfTables = (operation: string, input: Json): readonly Asked[] => {
  switch (operation) {
    case 'TransactGetItems':
    case 'TransactWriteItems':
      return (input['TransactItems'] as Record<string, Json>[])
        .flatMap((item) => Object.entries(item))
        .map(([kind, { TableName }]) => ({
          action: `dynamodb:${transactionActions[kind] ?? kind}`,
          resource: tableArn(TableName),
        }));
    case 'BatchGetItem':
    case 'BatchWriteItem':
      return Object.keys(input['RequestItems'] as Json).map((name) => ({
        action: `dynamodb:${operation}`,
        resource: tableArn(name),
      }));
    default: {
      const index = input['IndexName'] === undefined ? '' : `/index/${input['IndexName']}`;
      return [{ action: `dynamodb:${operation}`, resource: `${tableArn(input['TableName'])}${index}` }];
    }
  }
};

const read = async (stream: IncomingMessage): Promise<Buffer> => {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
};

const parse = (bytes: Buffer): Json => (bytes.length === 0 ? {} : JSON.parse(bytes.toString('utf8')));

/**
 * Stands between callers and services and notes what each call needs permission for. A caller names itself in its user
 * agent (`app/<caller>`); one that does not is noted under that very fact, so that nobody goes unseen.
 */
export const createRecorder = () => {
  const uses = new Map<string, Use>();
  const agent = new Agent({ keepAlive: true });
  const stops: (() => void)[] = [];

  const note = (caller: string, exchange: Exchange): void => {
    for (const asked of askedBy(exchange)) {
      const use = { caller, ...asked };
      uses.set(JSON.stringify(use), use);
    }
  };

  const forward = async (
    service: ServiceName,
    endpoint: string,
    incoming: IncomingMessage,
    outgoing: ServerResponse,
  ) => {
    const body = await read(incoming);
    const { status, headers, answer } = await new Promise<{
      status: number;
      headers: IncomingMessage['headers'];
      answer: Buffer;
    }>((resolve, reject) => {
      const call = request(new URL(incoming.url ?? '/', endpoint), {
        method: incoming.method ?? 'POST',
        agent,
        headers: { ...incoming.headers, host: new URL(endpoint).host },
      });
      call.on('response', (response) => {
        const { statusCode = 502, headers } = response;
        read(response).then((answer) => resolve({ status: statusCode, headers, answer }), reject);
      });
      call.on('error', reject);
      call.end(body);
    });
    const caller = /\bapp\/(\w+)/.exec(String(incoming.headers['user-agent']))?.[1] ?? 'somebody without a name';
    const operation =
      String(incoming.headers['x-amz-target'] ?? incoming.method)
        .split('.')
        .at(-1) ?? '';
    note(
      caller,
      service === 's3'
        ? {
            service,
            operation,
            input: {
              path: incoming.url,
              form: keyInForm(body),
              deleted: [...body.toString('latin1').matchAll(/<Key>([^<]+)<\/Key>/g)].map(([, key]) => key),
              copySource: incoming.headers['x-amz-copy-source'],
            },
            output: {},
          }
        : { service, operation, input: parse(body), output: parse(answer) },
    );
    const { 'transfer-encoding': _, ...kept } = headers;
    // An answer to HEAD says how long another would be.
    const length = incoming.method === 'HEAD' ? {} : { 'content-length': answer.length };
    outgoing.writeHead(status, { ...kept, ...length }).end(answer);
  };

  /** For `startLocalStack`: takes the place of a service. */
  const interpose = async (service: ServiceName, endpoint: string): Promise<string> => {
    const server = createServer((incoming, outgoing) => {
      forward(service, endpoint, incoming, outgoing).catch((error: unknown) =>
        outgoing.writeHead(502).end(String(error)),
      );
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('The recorder has no port');
    stops.push(() => {
      server.closeAllConnections();
      server.close();
    });
    return `http://127.0.0.1:${address.port}`;
  };

  return {
    interpose,
    uses: (): readonly Use[] => [...uses.values()],
    stop: () => {
      for (const stop of stops) stop();
      agent.destroy();
    },
  };
};
