import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { realSurroundings } from '../../adapters/clock.ts';
import { TableGateway } from '../../adapters/tables/gateway.ts';
import type { Role } from '../../contract/api/route.ts';
import { tableVariable } from '../../contract/environment.ts';
import { type TableName, tableNames } from '../../contract/tables.ts';
import { createOperator } from '../../functions/identity/create-operator.ts';
import { type LocalStack, type LocalStackOptions, startLocalStack } from '../../local/stack.ts';
import { scanAll } from '../support/books.ts';
import { documentClientOn } from '../support/dynamodb-endpoint.ts';

export type Account = { readonly accountId: string; readonly token: string };
export type Answer = {
  readonly status: number;
  readonly type: string;
  readonly text: string;
  /** The body as JSON; empty where it is none. */
  readonly body: Record<string, unknown>;
};
export type Request = {
  readonly as?: Account | undefined;
  /** Sent as JSON; a string goes as it is. */
  readonly body?: unknown;
  /** A fresh one if absent; `null` sends none. */
  readonly idempotencyKey?: string | null;
  readonly headers?: Record<string, string>;
};

let requests = 0;

/** Sends a request as it is, path included: `fetch` would tidy up what these tests are about. */
export const send = (
  apiUrl: string,
  method: string,
  path: string,
  { as, body, idempotencyKey, headers = {} }: Request = {},
): Promise<Answer> => {
  requests += 1;
  const text = body === undefined || typeof body === 'string' ? body : JSON.stringify(body);
  const { hostname, port } = new URL(apiUrl);
  return new Promise((resolve, reject) => {
    const message = request(
      {
        hostname,
        port,
        path,
        method,
        headers: {
          'content-type': 'application/json',
          ...(text !== undefined && { 'content-length': Buffer.byteLength(text) }),
          ...(as && { authorization: `Bearer ${as.token}` }),
          ...(idempotencyKey !== null && { 'idempotency-key': idempotencyKey ?? `e2e-${process.pid}-${requests}` }),
          ...headers,
        },
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => {
          const received = Buffer.concat(chunks).toString('utf8');
          const type = response.headers['content-type'] ?? '';
          resolve({ status: response.statusCode ?? 0, type, text: received, body: parse(type, received) });
        });
      },
    );
    message.on('error', reject);
    message.end(text);
  });
};

const parse = (type: string, text: string): Record<string, unknown> => (type.includes('json') ? JSON.parse(text) : {});

/** The deployed names of the tables, and a way to look at them past the API. */
export const tablesOf = (stack: LocalStack) => {
  const environments = stack.functionNames.map((name) => stack.environmentOf(name));
  const names = Object.fromEntries(
    tableNames.map((table) => [
      table,
      environments.flatMap((environment) => environment[tableVariable(table)] ?? [])[0] ?? '',
    ]),
  ) as Record<TableName, string>;
  const endpoint = environments[0]?.['AWS_ENDPOINT_URL_DYNAMODB'] ?? '';
  const client = documentClientOn(endpoint);
  return { names, gateway: new TableGateway(client, realSurroundings), close: () => client.destroy() };
};

export const makeOperator = async (stack: LocalStack): Promise<Account> => {
  const { gateway, names, close } = tablesOf(stack);
  try {
    return await createOperator({
      gateway,
      tableName: names.identity,
      name: 'Operator of the tests',
      surroundings: realSurroundings,
    });
  } finally {
    close();
  }
};

/** Opens accounts through the API. */
export const openAccounts =
  (apiUrl: string, operator: Account) =>
  async (role: Role, name: string): Promise<Account> => {
    // What a gold merchant lists needs no review.
    const label = role === 'merchant' ? { label: 'gold' } : {};
    const account = await send(apiUrl, 'POST', '/v1/accounts', { as: operator, body: { role, name, ...label } });
    const accountId = String(account.body['accountId']);
    const path = `/v1/accounts/${accountId}/api-keys`;
    const key = await send(apiUrl, 'POST', path, { as: operator, body: { name: 'tests' } });
    if (key.status !== 201) throw new Error(`No API key for ${role}: ${key.text}`);
    return { accountId, token: String(key.body['token']) };
  };

/** Tables that change by themselves, a moment later: counters, the index of the search, the deliveries of webhooks. */
const restless: readonly TableName[] = ['limits', 'search', 'webhooks'];

/** What the tables hold, without what changes by itself. */
export const stateOf = async ({ gateway, names }: Pick<ReturnType<typeof tablesOf>, 'gateway' | 'names'>) => {
  const state: Record<string, unknown> = {};
  for (const table of tableNames.filter((name) => !restless.includes(name)))
    for (const item of await scanAll(gateway, names[table])) {
      const key = `${table} ${item['pk']} ${item['sk'] ?? ''}`;
      const isDerived = item['sk'] === 'COUNT' || /^ledger (FOLD|TOTALS)/.test(key);
      if (!isDerived) state[key] = item;
    }
  return state;
};

export const newDataDir = (): string => mkdtempSync(join(tmpdir(), 'surety-e2e-'));
export const removeDataDir = (folder: string): void => rmSync(folder, { recursive: true, force: true });

/** Every file under a folder, with its bytes. */
export const filesUnder = (folder: string): { readonly path: string; readonly content: Buffer }[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile())
    .map((path) => ({ path, content: readFileSync(path) }));

/** The lines of all logs under a folder that say something. */
export const linesIn = (folder: string, words: string): readonly string[] =>
  filesUnder(folder)
    .filter(({ path }) => path.endsWith('.log'))
    .flatMap(({ content }) => content.toString('utf8').split('\n'))
    .filter((line) => line.includes(words));

export const startMarket = async (options: Pick<LocalStackOptions, 'interpose'> = {}) => {
  const dataDir = newDataDir();
  const stack = await startLocalStack({ port: 0, dataDir, quiet: true, settings: { stage: 'local' }, ...options });
  const operator = await makeOperator(stack);
  const tables = tablesOf(stack);
  const answers: { readonly request: string; readonly text: string }[] = [];
  return {
    stack,
    dataDir,
    operator,
    tables,
    /** Everything that was answered through `call`. */
    answers,
    open: openAccounts(stack.apiUrl, operator),
    call: async (method: string, path: string, of: Request = {}): Promise<Answer> => {
      const answer = await send(stack.apiUrl, method, path, of);
      answers.push({ request: `${method} ${path}`, text: answer.text });
      return answer;
    },
    stop: async (): Promise<void> => {
      tables.close();
      await stack.stop();
      const unlisted = linesIn(dataDir, 'unlisted refusal');
      removeDataDir(dataDir);
      if (unlisted.length > 0) throw new Error(`Refusals that their routes do not list: ${unlisted.join('\n')}`);
    },
  };
};
