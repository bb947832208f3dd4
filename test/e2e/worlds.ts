/** Two small marketplaces beside each other on one stack, so that each has what the other must not see or touch. */
import type { Role, Route } from '../../contract/api/route.ts';
import { type Account, type Answer, makeOperator, type Request, startMarket } from './local-market.ts';

type Market = Awaited<ReturnType<typeof startMarket>>;

export type World = {
  readonly merchant: Account;
  readonly buyer: Account;
  /** A guest of one order of the buyer, with every scope. */
  readonly guest: Account;
  /** Ids of what the two own, by the name that paths and bodies give them. */
  readonly ids: Readonly<Record<string, string>>;
};

const version = {
  title: 'T',
  category: 'game-point-card',
  kind: 'card_key',
  priceMinor: 100,
  currency: 'CNY',
  afterSalesTerms: '7 days',
};

const openWorld = async (market: Market, name: string): Promise<World> => {
  const must = async (method: string, path: string, of: Request): Promise<Record<string, unknown>> => {
    const answer = await market.call(method, path, of);
    if (answer.status >= 300) throw new Error(`${method} ${path} answered ${answer.status} ${answer.text}`);
    return answer.body;
  };
  const { operator } = market;
  const merchant = await market.open('merchant', `${name} sells`);
  const buyer = await market.open('buyer', `${name} buys`);
  const { productId } = await must('POST', '/v1/products', { as: merchant, body: version });
  await must('POST', `/v1/products/${productId}/put-on-sale`, { as: merchant, body: { version: 1 } });
  const keys = [1, 2, 3].map((line) => ({ secret: `${name}-${line}` }));
  const { batchId } = await must('POST', `/v1/products/${productId}/batches`, {
    as: merchant,
    body: { source: { kind: 'own_stock', name }, keys },
  });
  await must('POST', `/v1/wallets/${buyer.accountId}/test-top-ups`, {
    as: operator,
    body: { amountMinor: 1_000, currency: 'CNY' },
  });
  const place = async () => (await must('POST', '/v1/orders', { as: buyer, body: { productId } }))['orderId'];
  const orderId = await place();
  await must('POST', `/v1/orders/${orderId}/pay`, { as: buyer, body: { method: 'wallet' } });
  const issued = await must('POST', `/v1/orders/${orderId}/tokens`, {
    as: buyer,
    body: { scopes: ['read', 'reveal', 'confirm'] },
  });
  const spare = await must('POST', `/v1/orders/${orderId}/tokens`, { as: buyer, body: { scopes: ['read'] } });
  const { documentId } = await must('POST', `/v1/merchants/${merchant.accountId}/documents`, {
    as: merchant,
    body: {
      kind: 'business_licence',
      number: '91310000MA1K00000X',
      expiresAt: '2038-11-22T00:00:00.000Z',
      fileName: 'licence.pdf',
      sizeBytes: 1_000,
      contentType: 'application/pdf',
    },
  });
  const payment = await must('POST', '/v1/wallet/top-ups', {
    as: buyer,
    body: { channel: 'alipay', scene: 'qr', amountMinor: 500, currency: 'CNY' },
  });
  const { recoveryId } = await must('POST', `/v1/accounts/${merchant.accountId}/recoveries`, {
    as: operator,
    body: { reason: 'Lost every key.' },
  });
  const ids = { recoveryId, productId, batchId, orderId, documentId, paymentId: payment['paymentId'] };
  return {
    merchant,
    buyer,
    guest: { accountId: buyer.accountId, token: String(issued['token']) },
    ids: {
      ...Object.fromEntries(Object.entries(ids).map(([key, id]) => [key, String(id)])),
      orderTokenId: String(spare['orderTokenId']),
    },
  };
};

/** A second key of an account, which may be rotated and revoked while the first goes on. */
const spareKeyOf = async ({ call }: Market, account: Account): Promise<string> => {
  const path = `/v1/accounts/${account.accountId}/api-keys`;
  const { body, text } = await call('POST', path, { as: account, body: { name: 'spare' } });
  if (typeof body['apiKeyId'] !== 'string') throw new Error(`No second key: ${text}`);
  return body['apiKeyId'];
};

/** An endpoint of an account, with one event that was sent to it; nobody listens there. */
const webhookOf = async ({ call }: Market, as: Account): Promise<Readonly<Record<string, string>>> => {
  const body = { url: 'http://127.0.0.1:9/', events: ['order.captured'] };
  const { endpointId } = (await call('POST', '/v1/webhook-endpoints', { as, body })).body;
  const sent = await call('POST', `/v1/webhook-endpoints/${endpointId}/test`, { as });
  if (sent.status !== 201) throw new Error(`No test event: ${sent.text}`);
  return { endpointId: String(endpointId), eventId: String(sent.body['eventId']) };
};

export const callers = [
  'merchant',
  'buyer',
  'operator',
  'arbiter',
  'finance',
  'auditor',
  'guest',
  'nobody',
] as const satisfies readonly (Role | 'guest' | 'nobody')[];
export type CallerName = (typeof callers)[number];

/** Everybody who can call, one world that is his and one that is not. */
export const openWorlds = async () => {
  const market = await startMarket();
  const [own, foreign] = [await openWorld(market, 'Own'), await openWorld(market, 'Foreign')];
  const staff = {
    operator: await makeOperator(market.stack),
    arbiter: await market.open('arbiter', 'Arbiter'),
    finance: await market.open('finance', 'Finance'),
    auditor: await market.open('auditor', 'Auditor'),
  };
  const accounts: Readonly<Record<CallerName, Account | undefined>> = {
    ...staff,
    merchant: own.merchant,
    buyer: own.buyer,
    guest: own.guest,
    nobody: undefined,
  };
  const spareKeys = new Map<string, string>();
  for (const account of [own.merchant, own.buyer, foreign.merchant, foreign.buyer, ...Object.values(staff)])
    spareKeys.set(account.accountId, await spareKeyOf(market, account));

  const webhooks = new Map<string, Readonly<Record<string, string>>>();
  for (const account of [own.merchant, own.buyer, foreign.merchant, foreign.buyer])
    webhooks.set(account.accountId, await webhookOf(market, account));

  /** The account that a path means, of one world: wallets are buyers', merchants' pages merchants'. */
  const accountIn = (route: Route, world: World, caller: CallerName): Account => {
    if (route.path.startsWith('/v1/wallets/')) return world.buyer;
    if (route.path.startsWith('/v1/merchants/') || route.path.includes('/recoveries')) return world.merchant;
    if (world === own) return accounts[caller] ?? own.buyer;
    return caller === 'buyer' ? foreign.buyer : foreign.merchant;
  };

  /** The ids that a call names, of the caller's own world or of the other. */
  const idsFor = (route: Route, whose: 'own' | 'foreign', caller: CallerName): Readonly<Record<string, string>> => {
    const world = whose === 'own' ? own : foreign;
    const account = accountIn(route, world, caller);
    return {
      ...route.example.params,
      ...world.ids,
      accountId: account.accountId,
      apiKeyId: spareKeys.get(account.accountId) ?? '',
      ...webhooks.get(account.accountId),
      ...(route.path.startsWith('/v1/products/') && { version: '1' }),
    };
  };

  /** A body that the route accepts, about what these ids name. */
  const bodyFor = ({ example: { body } }: Route, ids: Readonly<Record<string, string>>): unknown =>
    typeof body === 'object' && body !== null
      ? Object.fromEntries(
          Object.entries(body).map(([name, value]) => [name, typeof value === 'string' ? (ids[name] ?? value) : value]),
        )
      : body;

  const send = (
    route: Route,
    caller: CallerName,
    whose: 'own' | 'foreign',
    query: Readonly<Record<string, string>> = {},
  ): Promise<Answer> => {
    const ids = idsFor(route, whose, caller);
    const path = route.path.replace(/\{(\w+)\}/g, (_, name: string) => ids[name] ?? 'missing');
    const search = new URLSearchParams(query).toString();
    return market.call(route.method, search === '' ? path : `${path}?${search}`, {
      as: accounts[caller],
      body: bodyFor(route, ids),
    });
  };

  return { market, own, foreign, accounts, idsFor, bodyFor, send };
};
export type Worlds = Awaited<ReturnType<typeof openWorlds>>;
