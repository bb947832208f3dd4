import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { deriveId, hashRequest } from '../../../adapters/ids.ts';
import type { WebhookEndpoint } from '../../../core/webhooks/endpoint.ts';
import { auditTables } from '../../../functions/ledger/audit-tables.ts';
import { scanAll } from '../../support/books.ts';
import { type Marketplace, openMarketplace } from '../../support/marketplace.ts';
import type { TestCaller } from '../../support/test-rooms.ts';
import { type AdapterBackend, backends } from './backends.ts';

type Sections = Record<string, Record<string, unknown>[]>;
type Answer = Awaited<ReturnType<Marketplace['api']>>;

describe.each(backends)('personal data %s', (_, start) => {
  let backend: AdapterBackend;
  let market: Marketplace;
  let shop: Awaited<ReturnType<Marketplace['sell']>>;
  let buyer: TestCaller;
  let runs = 0;

  beforeAll(async () => {
    backend = await start();
  });
  afterAll(() => backend.stop());
  beforeEach(async () => {
    runs += 1;
    market = await openMarketplace(backend.client, await backend.createTables(`personal-${runs}-`));
    shop = await market.sell();
    await market.stock(shop, 5);
    buyer = await market.buyer(1_000);
  });

  const order = (of: object = {}) => market.place(buyer, { productId: shop.productId, ...of });
  const buyAndConfirm = async (): Promise<string> => {
    const orderId = await order();
    await market.pay(buyer, orderId);
    await market.api('confirmOrder', { as: buyer, params: { orderId } });
    return orderId;
  };
  const endpointId = deriveId('whe', 'personal-data');
  const endpointOf = (id: string): WebhookEndpoint => ({
    endpointId: id,
    accountId: buyer.accountId,
    url: 'https://shop.example.com/',
    events: ['*'],
    createdAt: market.spine.now(),
    revision: 1,
    requestHash: 'x',
    secret: { sealed: Buffer.from('sealed') },
  });
  const listen = () => market.webhooks.createEndpoint(endpointOf(endpointId));
  /** As the channel pays back what is left in a wallet. */
  const emptyWallet = async (): Promise<void> => {
    const { balanceMinor } = (await market.api('readOwnWallet', { as: buyer })).body;
    await buyFor(Number(balanceMinor));
  };
  const buyFor = async (priceMinor: number): Promise<void> => {
    const other = await market.sell({ priceMinor });
    await market.stock(other, 1);
    const orderId = await market.place(buyer, { productId: other.productId });
    await market.pay(buyer, orderId);
    await market.api('confirmOrder', { as: buyer, params: { orderId } });
    await market.api('takeOffSale', { as: other.merchant, params: { productId: other.productId } });
  };
  const erase = (as: TestCaller, accountId = as.accountId, body: object = {}): Promise<Answer> =>
    market.api('eraseAccount', { as, params: { accountId }, body });
  /** As the routes of channels leave it. */
  const topUp = (status: 'open' | 'closed') =>
    market.spine.payments.open({
      paymentId: deriveId('pay', market.names.orders, status),
      seq: 1,
      status,
      requestHash: 'x',
      purpose: 'top-up',
      buyerId: buyer.accountId,
      channel: 'alipay',
      scene: 'page',
      amountMinor: 700,
      subject: 'Wallet',
      createdAt: market.spine.now(),
      expiresAt: market.spine.now(),
      queries: 0,
    });
  const items = () => scanAll(market.gateway, market.names.identity);

  describe('an export', () => {
    const exportAll = async (as: TestCaller): Promise<Sections> => {
      const whole: Sections = {};
      let cursor: unknown;
      do {
        const query = typeof cursor === 'string' ? { cursor } : {};
        const { status, body } = await market.api('exportPersonalData', { as, query });
        if (status !== 200) throw new Error(`The export was refused: ${JSON.stringify(body)}`);
        const { download, document } = body as { download?: { url: string }; document?: Sections };
        const part = document ?? (market.exported.get(String(download?.url)) as Sections);
        for (const [name, records] of Object.entries(part)) whole[name] = [...(whole[name] ?? []), ...records];
        cursor = body['nextCursor'];
      } while (cursor !== undefined);
      return whole;
    };

    it('tells a buyer what is stored about him, with who read his keys and when', async () => {
      const orderId = await buyAndConfirm();
      const reveal = () => market.api('revealKeys', { as: buyer, params: { orderId } });
      await reveal();
      await reveal();
      const key = await market.api('issueOrderToken', {
        as: buyer,
        params: { orderId },
        body: { scopes: ['read'], guestLabel: 'Room 12' },
      });
      const whole = await exportAll(buyer);
      expect(Object.keys(whole)).toEqual(
        expect.arrayContaining(['account', 'apiKeys', 'orderTokens', 'orders', 'wallet', 'walletStatement']),
      );
      expect(whole['account']).toMatchObject([{ accountId: buyer.accountId, role: 'buyer' }]);
      expect(whole['orders']).toMatchObject([
        { orderId, status: 'released', readings: [{ apiKeyId: 'key_test' }, { apiKeyId: 'key_test', offset: 0 }] },
      ]);
      expect(whole['orderTokens']).toMatchObject([{ orderTokenId: key.body['orderTokenId'], guestLabel: 'Room 12' }]);
      expect(whole['wallet']).toEqual([{ balanceMinor: 900, currency: 'CNY' }]);
      expect(whole['walletStatement']).toMatchObject([
        { kind: 'capture', amountMinor: -100 },
        { kind: 'top-up', amountMinor: 1_000 },
      ]);
    });

    it('tells a buyer of his top-ups, also of those he did not pay', async () => {
      await topUp('closed');
      expect((await exportAll(buyer))['topUps']).toMatchObject([{ status: 'closed', amountMinor: 700, refunds: [] }]);
    });

    it('tells a merchant what he sold, and nothing of his buyers’ readings', async () => {
      const orderId = await buyAndConfirm();
      const whole = await exportAll(shop.merchant);
      expect(whole['orders']).toMatchObject([{ orderId, merchantId: shop.merchant.accountId }]);
      expect(whole['orders']?.[0]).not.toHaveProperty('readings');
      expect(whole).not.toHaveProperty('walletStatement');
    });

    it('holds no secret, no hash and nobody else’s', async () => {
      await buyAndConfirm();
      const rival = await market.buyer(100);
      const text = JSON.stringify(await exportAll(buyer));
      expect(text).not.toMatch(/secret|hash|"token"/i);
      expect(text).not.toContain(rival.accountId);
    });

    it('waits under a link where it is long, each record once, part after part', async () => {
      const orderIds = [];
      for (let count = 0; count < 60; count += 1) orderIds.push(await order());
      const first = await market.api('exportPersonalData', { as: buyer });
      expect(first.body).not.toHaveProperty('document');
      const { url, expiresAt } = first.body['download'] as { url: string; expiresAt: string };
      expect(url).toContain('seconds=900');
      expect(Date.parse(expiresAt) - Date.parse(String(first.body['madeAt']))).toBe(900_000);
      const whole = await exportAll(buyer);
      expect(whole['orders']?.map(({ orderId }) => orderId).sort()).toEqual(orderIds.sort());
    });

    it('keeps each part under a link of its own, also where one Idempotency-Key asks for all', async () => {
      for (let count = 0; count < 60; count += 1) await order();
      const part = (query: Record<string, string> = {}) =>
        market.api('exportPersonalData', { as: buyer, query, idempotencyKey: 'one-export' });
      const first = await part();
      const q = hashRequest({ operation: 'exportPersonalData', accountId: buyer.accountId });
      const cursor = Buffer.from(JSON.stringify({ q, k: { rank: 'orders ' } })).toString('base64url');
      const second = await part({ cursor });
      const urls = [first, second].map(({ body }) => (body['download'] as { url: string }).url);
      expect(new Set(urls).size).toBe(2);
      expect(market.exported.get(String(urls[0]))).toHaveProperty('account');
    });

    it('tells where somebody wants to be told of his orders, and nothing that signs', async () => {
      await listen();
      const whole = await exportAll(buyer);
      expect(whole['webhookEndpoints']).toMatchObject([
        { endpointId, url: 'https://shop.example.com/', events: ['*'] },
      ]);
      expect(JSON.stringify(whole['webhookEndpoints'])).not.toMatch(/sealed|secret/i);
    });

    it('goes on only where a part of its own ended', async () => {
      const forged = (rank: unknown) => Buffer.from(JSON.stringify({ q: 'x', k: { rank } })).toString('base64url');
      for (const cursor of ['x', forged('orders 1'), forged(1)])
        expect(await market.api('exportPersonalData', { as: buyer, query: { cursor } })).toMatchObject({
          status: 400,
          body: { code: 'cursor-invalid' },
        });
    });

    it('is for buyers and merchants', async () => {
      expect((await market.api('exportPersonalData', { as: market.operator })).status).toBe(403);
    });
  });

  describe('an erasure', () => {
    it('takes the name, the keys and the tokens, and leaves the orders and the books whole', async () => {
      const orderId = await buyAndConfirm();
      const issued = await market.api('issueOrderToken', {
        as: buyer,
        params: { orderId },
        body: { scopes: ['read'], guestLabel: 'Room 12' },
      });
      await emptyWallet();
      const before = await market.holdings();
      const erased = await erase(buyer);
      expect(erased).toMatchObject({ status: 200, body: { name: '—', erasedAt: expect.any(String) } });
      expect(await market.holdings()).toEqual(before);
      expect(await market.identify(`Bearer ${issued.body['token']}`)).toEqual({ refusal: 'order-token-ended' });
      const stored = JSON.stringify(await items());
      expect(stored).not.toContain('Room 12');
      expect(stored).not.toContain(`"name":"buyer`);
      expect(await market.faults()).toEqual([]);
      expect((await auditTables(market.gateway, market.names, market.spine.now)()).findings).toEqual([]);
    });

    it('ends the webhooks: the endpoints go with their secrets, and none can be made any more', async () => {
      await listen();
      await emptyWallet();
      await market.webhooks.keepLogUntil(buyer.accountId, '2999-01-01T00:00:00.000Z');
      await erase(buyer);
      expect(await market.webhooks.subscriptions(buyer.accountId)).toEqual({ endpoints: [], readsUntil: undefined });
      expect(JSON.stringify(await scanAll(market.gateway, market.names.webhooks))).not.toMatch(/sealed|shop\.example/);
      expect(await market.webhooks.createEndpoint(endpointOf('whe_late'))).toEqual({ outcome: 'limit-reached' });
      await market.webhooks.endSubscriptions(buyer.accountId, market.spine.now());
      expect(await market.webhooks.subscriptions(buyer.accountId)).toEqual({ endpoints: [], readsUntil: undefined });
    });

    it('changes nothing when asked for again', async () => {
      await emptyWallet();
      const first = await erase(buyer);
      const before = await items();
      market.pass(60);
      expect(await erase(buyer)).toEqual(first);
      expect(await items()).toEqual(before);
    });

    it('that was cut off after the account was closed is completed by the next call', async () => {
      const orderId = await buyAndConfirm();
      const params = { orderId };
      await market.api('issueOrderToken', { as: buyer, params, body: { scopes: ['read'], guestLabel: 'Room 12' } });
      await emptyWallet();
      const account = await market.identity.getAccount(buyer.accountId);
      if (account === undefined) throw new Error('The buyer has no account');
      const erasure = { erasedAt: market.spine.now(), erasedBy: buyer.accountId };
      expect(await market.erasures.close(account, erasure)).toBe(true);
      expect(JSON.stringify(await items())).toContain('Room 12');
      expect(await erase(buyer)).toMatchObject({ status: 200, body: { erasedAt: erasure.erasedAt } });
      expect(JSON.stringify(await items())).not.toContain('Room 12');
    });

    it.each<[string, string, () => Promise<unknown>]>([
      ['an order is placed', 'orders-open', () => order()],
      ['an order is in escrow', 'orders-open', async () => market.pay(buyer, await order())],
      [
        'an order waits for stock',
        'orders-open',
        async () => market.pay(buyer, await order({ quantity: 7, whenOutOfStock: 'wait' })),
      ],
      [
        'a top-up is under way',
        'payments-open',
        async () => {
          await emptyWallet();
          await topUp('open');
        },
      ],
      ['the wallet holds money', 'wallet-not-empty', async () => undefined],
    ])('is refused while %s: %s', async (_case, code, arrange) => {
      await arrange();
      const before = await items();
      expect(await erase(buyer)).toMatchObject({ status: 409, body: { code } });
      expect(await items()).toEqual(before);
    });

    it('does not close an account whose wallet was filled meanwhile', async () => {
      const account = await market.identity.getAccount(buyer.accountId);
      if (account === undefined) throw new Error('The buyer has no account');
      expect(await market.erasures.close(account, { erasedAt: market.spine.now(), erasedBy: 'acc' })).toBe(false);
    });

    it('of a merchant is refused while he sells, while the books lag, and while he is owed', async () => {
      const { merchant, productId } = shop;
      await buyAndConfirm();
      expect((await erase(merchant)).body['code']).toBe('products-on-sale');
      await market.api('takeOffSale', { as: merchant, params: { productId } });
      expect(await erase(merchant)).toMatchObject({
        status: 409,
        body: { code: 'payable-open', detail: expect.stringContaining('do not show') },
      });
      market.pass(180);
      await market.fold();
      expect(await erase(merchant)).toMatchObject({
        status: 409,
        body: { code: 'payable-open', detail: expect.stringContaining('still owed') },
      });
    });

    it('of a merchant who sold nothing is his to ask for', async () => {
      const merchant = await market.open('merchant');
      expect((await erase(merchant)).body).toMatchObject({ name: '—', role: 'merchant' });
    });

    it('by an operator needs a reason, which stays with the account', async () => {
      await emptyWallet();
      expect(await erase(market.operator, buyer.accountId)).toMatchObject({
        status: 400,
        body: { field: 'body.reason' },
      });
      const reason = 'Asked for by letter of 20 November';
      expect((await erase(market.operator, buyer.accountId, { reason })).status).toBe(200);
      expect(await market.identity.getAccount(buyer.accountId)).toMatchObject({
        erasedBy: market.operator.accountId,
        erasedReason: reason,
      });
    });

    it('is nobody else’s to ask for, and staff has none', async () => {
      const rival = await market.open('buyer');
      expect((await erase(rival, buyer.accountId)).status).toBe(404);
      expect((await erase(shop.merchant, buyer.accountId)).status).toBe(404);
      expect((await erase(await market.open('auditor'), buyer.accountId)).status).toBe(403);
      expect((await erase(market.operator, market.operator.accountId)).body['code']).toBe('account-role-unfit');
    });

    it('ends what could be done with the account: no money comes in any more', async () => {
      await emptyWallet();
      await erase(buyer);
      const topUp = { params: { accountId: buyer.accountId }, body: { amountMinor: 1, currency: 'CNY' } };
      expect((await market.api('grantTestTopUp', { as: market.operator, ...topUp })).status).toBe(404);
    });
  });
});
