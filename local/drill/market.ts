import { randomUUID } from 'node:crypto';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { ClaimsArchive } from '../../adapters/claims-archive.ts';
import { realSurroundings } from '../../adapters/clock.ts';
import { TableGateway } from '../../adapters/tables/gateway.ts';
import { environmentVariables } from '../../contract/environment.ts';
import { type Api, done, refused } from '../demo/client.ts';
import type { LocalStack } from '../stack.ts';

export type Person = { readonly accountId: string; readonly token: string };
export type Sale = { readonly secret: string; readonly orderId: string };

const currency = 'CNY' as const;
const priceMinor = 100;
const walletMinor = 1_000_000;

/** A running stack's tables and archive, past its API. */
export const behind = (stack: LocalStack) => {
  const environment = stack.environmentOf('audit');
  const of = (name: string): string => environment[name] ?? '';
  const credentials = { accessKeyId: of('AWS_ACCESS_KEY_ID'), secretAccessKey: of('AWS_SECRET_ACCESS_KEY') };
  const shared = { region: of('AWS_REGION'), credentials };
  const tables = new DynamoDBClient({ ...shared, endpoint: of('AWS_ENDPOINT_URL_DYNAMODB') });
  const s3 = new S3Client({ ...shared, endpoint: of('AWS_ENDPOINT_URL_S3') });
  const documents = DynamoDBDocumentClient.from(tables, { marshallOptions: { removeUndefinedValues: true } });
  return {
    gateway: new TableGateway(documents, realSurroundings),
    archive: new ClaimsArchive(s3, of(environmentVariables.claimsArchive)),
    clientAt: (endpoint: string) => new DynamoDBClient({ ...shared, endpoint }),
    close: () => {
      tables.destroy();
      s3.destroy();
    },
  };
};

/** Lets somebody in, with an API key. */
export const letIn = async (api: Api, operator: string, role: 'merchant' | 'buyer', name: string): Promise<Person> => {
  const account = role === 'merchant' ? { role, name, label: 'gold' as const } : { role, name };
  const { accountId } = await done(api.openAccount({ token: operator, body: account }));
  const params = { accountId };
  const { token = '' } = await done(api.issueApiKey({ token: operator, params, body: { name: 'drill' } }));
  if (role === 'buyer')
    await done(api.grantTestTopUp({ token: operator, params, body: { amountMinor: walletMinor, currency } }));
  return { accountId, token };
};

export const putOnSale = async (api: Api, { token }: Person): Promise<string> => {
  const body = {
    title: 'Restore drill',
    category: 'game-point-card',
    kind: 'card_key' as const,
    priceMinor,
    currency,
    afterSalesTerms: 'A key that does not work is replaced.',
  };
  const { productId } = await done(api.createProduct({ token, body }));
  await done(api.putOnSale({ token, params: { productId }, body: { version: 1 } }));
  return productId;
};

/** Imports so many keys, told apart by the name; asking twice for the same is one import. */
export const importKeys = async (api: Api, { token }: Person, productId: string, name: string, count: number) => {
  const keys = Array.from({ length: count }, (_, index) => ({ secret: `${name}-${index}` }));
  const body = { source: { kind: 'own_stock' as const, name }, keys };
  return done(api.importKeys({ token, params: { productId }, idempotencyKey: `drill-${name}`, body }));
};

/** One key, ordered, paid and read; `undefined` where there is none left. */
export const buyOne = async (api: Api, { token }: Person, productId: string): Promise<Sale | undefined> => {
  const { orderId } = await done(api.placeOrder({ token, idempotencyKey: randomUUID(), body: { productId } }));
  const params = { orderId };
  const body = { method: 'wallet' as const };
  try {
    await done(api.payOrder({ token, params, body }));
  } catch (failed) {
    const { code } = await refused(api.payOrder({ token, params, body }));
    if (code === 'out-of-stock') return undefined;
    throw failed;
  }
  const { keys } = await done(api.revealKeys({ token, params }));
  const [key] = keys;
  if (!key) throw new Error(`The delivered order ${orderId} shows no key`);
  return { secret: key.secret, orderId };
};
