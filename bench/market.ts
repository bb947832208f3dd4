import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod/mini';
import { type HttpClient, mustSend } from './http-client.ts';

const account = z.object({ accountId: z.string() });
const apiKey = z.object({ token: z.string() });
const product = z.object({ productId: z.string() });
const keysPerImport = 1_000;
const importsAtOnce = 4;
const maxSecondsToCount = 120;

export type Market = {
  readonly productId: string;
  readonly merchantToken: string;
  readonly buyerTokens: readonly string[];
  readonly keys: ReadonlySet<string>;
};

const openAccount = async (client: HttpClient, operator: string, body: Record<string, string>) => {
  const { accountId } = account.parse(await mustSend(client, 'POST', '/v1/accounts', operator, body, randomUUID()));
  const path = `/v1/accounts/${accountId}/api-keys`;
  const { token } = apiKey.parse(await mustSend(client, 'POST', path, operator, { name: 'bench' }, randomUUID()));
  return { accountId, token };
};

/** A merchant with one product of so many keys, and buyers with full wallets; everything over the API. */
export const openMarket = async (
  client: HttpClient,
  operator: string,
  size: { readonly keys: number; readonly buyers: number },
): Promise<Market> => {
  const merchant = await openAccount(client, operator, { role: 'merchant', name: 'Bench merchant', label: 'gold' });
  const { productId } = product.parse(
    await mustSend(
      client,
      'POST',
      '/v1/products',
      merchant.token,
      {
        title: 'Bench card',
        category: 'game-point-card',
        kind: 'card_key',
        priceMinor: 100,
        currency: 'CNY',
        afterSalesTerms: 'Unrevealed keys are exchanged within 7 days.',
      },
      randomUUID(),
    ),
  );
  await mustSend(client, 'POST', `/v1/products/${productId}/put-on-sale`, merchant.token, { version: 1 }, randomUUID());
  const secrets = Array.from({ length: size.keys }, () => `BENCH-${randomUUID()}`);
  const batches = Array.from({ length: Math.ceil(size.keys / keysPerImport) }, (_, batch) =>
    secrets.slice(batch * keysPerImport, (batch + 1) * keysPerImport),
  );
  const importNext = async (): Promise<void> => {
    for (let batch = batches.pop(); batch !== undefined; batch = batches.pop()) {
      const body = { source: { kind: 'own_stock', name: 'bench' }, keys: batch.map((secret) => ({ secret })) };
      await mustSend(client, 'POST', `/v1/products/${productId}/batches`, merchant.token, body, randomUUID());
    }
  };
  await Promise.all(Array.from({ length: importsAtOnce }, importNext));
  if (size.keys > 0) await untilCounted(client, merchant.token, productId, size.keys);
  const buyerTokens: string[] = [];
  for (let buyer = 0; buyer < size.buyers; buyer += 1) {
    const { accountId, token } = await openAccount(client, operator, { role: 'buyer', name: `Bench buyer ${buyer}` });
    const path = `/v1/wallets/${accountId}/test-top-ups`;
    await mustSend(client, 'POST', path, operator, { amountMinor: 100_000_000, currency: 'CNY' }, randomUUID());
    buyerTokens.push(token);
  }
  return { productId, merchantToken: merchant.token, buyerTokens, keys: new Set(secrets) };
};

/** What follows from an import is over when the stock is counted: it is no part of what is measured next. */
const untilCounted = async (client: HttpClient, merchant: string, productId: string, keys: number): Promise<void> => {
  for (let waited = 0; waited < maxSecondsToCount; waited += 1) {
    const answer = await mustSend(client, 'GET', `/v1/products/${productId}/stock`, merchant);
    if (z.object({ available: z.int() }).parse(answer).available === keys) return;
    await sleep(1_000);
  }
  throw new Error(`The stock of ${productId} was not counted as ${keys} within ${maxSecondsToCount} s`);
};
