import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod/mini';
import { realSurroundings } from '../adapters/clock.ts';
import { TableGateway } from '../adapters/tables/gateway.ts';
import { roles } from '../contract/api/route.ts';
import { tableVariable } from '../contract/environment.ts';
import { createOperator } from '../functions/identity/create-operator.ts';
import { writePrivateFile } from './private-file.ts';
import { Refusal } from './refusal.ts';

const demoKeys = 100;
const demoPriceMinor = 1_990;
const demoWalletMinor = 50_000;
const currency = 'CNY';

const accountSchema = z.object({ accountId: z.string(), token: z.string() });
const marketplaceSchema = z.object({
  accounts: z.partialRecord(z.enum(roles), accountSchema),
  productId: z.optional(z.string()),
  isStocked: z.optional(z.boolean()),
  isToppedUp: z.optional(z.boolean()),
});
type Draft = z.infer<typeof marketplaceSchema>;
type Role = (typeof roles)[number];
type Account = z.infer<typeof accountSchema>;

export type DemoMarketplace = {
  readonly accounts: Readonly<Record<Role, Account>>;
  readonly productId: string;
};

export type SeedInput = {
  readonly apiUrl: string;
  /** The variables of the function that answers for identities; the operator is made straight in its table. */
  readonly environment: Readonly<Record<string, string>>;
  /** Where the accounts' keys are kept (readable by their owner only), so that the next start shows the same ones. */
  readonly dataDir: string;
};

/**
 * Opens a marketplace to try things on: an account and an API key for each role, one product on sale with 100 keys, and
 * 500.00 CNY of test money in the buyer's wallet. What an earlier call did is kept; what it left undone is done.
 */
export const seedDemoMarketplace = async ({ apiUrl, environment, dataDir }: SeedInput): Promise<DemoMarketplace> => {
  const file = join(dataDir, 'demo-accounts.json');
  const draft = readDraft(file);
  const keep = (): void => writePrivateFile(file, JSON.stringify(draft, null, 2));

  const operator = draft.accounts.operator ?? (await openOperator(environment));
  if (draft.accounts.operator === undefined) {
    draft.accounts.operator = operator;
    keep();
  }
  const asOperator = client(apiUrl, operator.token);
  const accountOf = async (role: Role): Promise<Account> => {
    const kept = draft.accounts[role];
    if (kept !== undefined) return kept;
    const account = await openAccount(asOperator, role);
    draft.accounts[role] = account;
    keep();
    return account;
  };
  const merchant = await accountOf('merchant');
  const buyer = await accountOf('buyer');
  const accounts = {
    operator,
    merchant,
    buyer,
    finance: await accountOf('finance'),
    arbiter: await accountOf('arbiter'),
    auditor: await accountOf('auditor'),
  };

  const asMerchant = client(apiUrl, merchant.token);
  draft.productId ??= await putProductOnSale(asMerchant);
  keep();
  if (draft.isStocked !== true) {
    const keys = Array.from({ length: demoKeys }, () => ({
      secret: `DEMO-${randomBytes(9).toString('hex').toUpperCase()}`,
    }));
    const source = { kind: 'own_stock', name: 'Demo keys' };
    await asMerchant('POST', `/v1/products/${draft.productId}/batches`, { source, keys }, 'demo-stock');
    draft.isStocked = true;
    keep();
  }
  if (draft.isToppedUp !== true) {
    const amount = { amountMinor: demoWalletMinor, currency };
    await asOperator('POST', `/v1/wallets/${buyer.accountId}/test-top-ups`, amount, 'demo-top-up');
    draft.isToppedUp = true;
    keep();
  }
  return { accounts, productId: draft.productId };
};

const readDraft = (file: string): Draft => {
  if (!existsSync(file)) return { accounts: {} };
  const parsed = z.safeParse(marketplaceSchema, JSON.parse(readFileSync(file, 'utf8')));
  if (parsed.success) return parsed.data;
  throw new Refusal(`${file} does not hold demo accounts: restore it, or begin from nothing with --fresh.`);
};

const openOperator = async (environment: Readonly<Record<string, string>>): Promise<Account> => {
  const of = (name: string): string => {
    const value = environment[name];
    if (value === undefined)
      throw new Refusal(`The function for identities has no ${name}; the demo operator cannot be made.`);
    return value;
  };
  const tables = new DynamoDBClient({
    endpoint: of('AWS_ENDPOINT_URL_DYNAMODB'),
    region: of('AWS_REGION'),
    credentials: { accessKeyId: of('AWS_ACCESS_KEY_ID'), secretAccessKey: of('AWS_SECRET_ACCESS_KEY') },
  });
  const documents = DynamoDBDocumentClient.from(tables, { marshallOptions: { removeUndefinedValues: true } });
  try {
    const gateway = new TableGateway(documents, realSurroundings);
    const tableName = of(tableVariable('identity'));
    return await createOperator({ gateway, tableName, name: 'Demo operator', surroundings: realSurroundings });
  } finally {
    tables.destroy();
  }
};

type Call = (method: string, path: string, body: unknown, idempotencyKey: string) => Promise<unknown>;

const client =
  (apiUrl: string, token: string): Call =>
  async (method, path, body, idempotencyKey) => {
    const response = await fetch(`${apiUrl}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        'content-type': 'application/json',
        'idempotency-key': idempotencyKey,
      },
      body: JSON.stringify(body),
    });
    const text = await response.text();
    if (!response.ok)
      throw new Error(`The demo marketplace cannot be made: ${method} ${path} answered ${response.status} ${text}`);
    return JSON.parse(text);
  };

const openAccount = async (asOperator: Call, role: Role): Promise<Account> => {
  const name = `Demo ${role}`;
  // What a gold merchant lists needs no review, so that whoever tries things out can sell at once.
  const body = role === 'merchant' ? { role, name, label: 'gold' } : { role, name };
  // An earlier call that was cut off may have used the fixed key and kept no token; a fresh one is never shown twice.
  const attempt = randomBytes(6).toString('hex');
  const opened = await asOperator('POST', '/v1/accounts', body, `demo-open-${role}-${attempt}`);
  const { accountId } = z.parse(z.object({ accountId: z.string() }), opened);
  const issued = await asOperator(
    'POST',
    `/v1/accounts/${accountId}/api-keys`,
    { name: 'Demo key' },
    `demo-key-${attempt}`,
  );
  const { token } = z.parse(z.object({ token: z.string() }), issued);
  return { accountId, token };
};

const putProductOnSale = async (asMerchant: Call): Promise<string> => {
  const product = {
    title: 'Demo game card',
    category: 'game-point-card',
    kind: 'card_key',
    priceMinor: demoPriceMinor,
    currency,
    afterSalesTerms: 'A key that does not work is replaced or refunded.',
    usageNotes: 'Made up for trying things; no game takes it.',
  };
  const created = await asMerchant('POST', '/v1/products', product, 'demo-product');
  const { productId } = z.parse(z.object({ productId: z.string() }), created);
  await asMerchant('POST', `/v1/products/${productId}/put-on-sale`, { version: 1 }, 'demo-on-sale');
  return productId;
};
