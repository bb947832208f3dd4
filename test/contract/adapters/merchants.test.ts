import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { realSurroundings } from '../../../adapters/clock.ts';
import { catalogTable } from '../../../adapters/tables/catalog.ts';
import { TableGateway } from '../../../adapters/tables/gateway.ts';
import { identityTable } from '../../../adapters/tables/identity.ts';
import {
  beginMerchant,
  type MerchantsTable,
  merchantsTable,
  type StoredEvent,
} from '../../../adapters/tables/merchants.ts';
import { dueShards } from '../../../contract/shards.ts';
import { draftProduct } from '../../../core/catalog/product.ts';
import { applicant, decideMerchant, type Merchant, sellerOfMerchant } from '../../../core/identity/merchant.ts';
import { addSeconds } from '../../../core/shared/instant.ts';
import { carryThrough } from '../../../functions/identity/carry-through.ts';
import { policyOf } from '../../../policy/index.ts';
import { present } from '../../support/sample-orders.ts';
import { type AdapterBackend, backends } from './backends.ts';

const start = '2026-11-22T00:00:00.000Z';
const policy = policyOf('2026-11-01');
const idOf = (index: number): string => `acc_${String(index).padStart(26, '0')}`;

describe.each(backends)('merchants %s', (_, startBackend) => {
  let backend: AdapterBackend;
  let gateway: TableGateway;
  let merchants: MerchantsTable;
  let names: Awaited<ReturnType<AdapterBackend['createTables']>>;
  let tables = 0;
  beforeAll(async () => {
    backend = await startBackend();
  });
  afterAll(() => backend.stop());
  beforeEach(async () => {
    tables += 1;
    names = await backend.createTables(`m${tables}-`);
    gateway = new TableGateway(backend.client, realSurroundings);
    merchants = merchantsTable(gateway, names.identity);
  });

  const eventOf = (event: Omit<StoredEvent, 'eventId' | 'requestHash'>, eventId: string): StoredEvent => ({
    ...event,
    eventId,
    requestHash: 'r',
  });

  /** A merchant in the table, as his application leaves him. */
  const open = async (index: number, change: Partial<Merchant> = {}): Promise<Merchant> => {
    const who = { accountId: idOf(index), name: `M${index}`, label: 'standard' } as const;
    const { to, event } = applicant(who, addSeconds(start, index));
    const merchant = { ...to, ...change };
    const made = { role: 'merchant', createdAt: start, keyRing: {}, keyRingRevision: 0, requestHash: 'r' } as const;
    await identityTable(gateway, names.identity).openAccount(
      { ...who, ...made },
      beginMerchant(names.identity, merchant, eventOf(event, `hst_${index}`)),
    );
    return merchant;
  };
  const decide = (from: Merchant, verdict: 'begin_review' | 'suspend' | 'ban', at = start) => {
    const decided = decideMerchant(policy, from, { verdict, reason: 'R' }, { accountId: 'acc_operator', now: at });
    if (!decided.ok) throw new Error(decided.refusal.code);
    return decided.value;
  };

  test('a place is read as it was written, and is one with its account', async () => {
    const merchant = await open(1);
    expect(await merchants.get(merchant.accountId)).toEqual(merchant);
    const account = await identityTable(gateway, names.identity).getAccount(merchant.accountId);
    expect(account).toMatchObject({ label: 'standard', standing: 'applied', merchantSeq: 1 });
  });

  test('of two decisions on the same merchant one is written, with its line, and the other with nothing', async () => {
    const merchant = await open(1);
    const [review, ban] = [decide(merchant, 'begin_review'), decide(merchant, 'ban')];
    const written = await Promise.all(
      [review, ban].map((change, index) =>
        merchants.write(change.from, change.to, { event: eventOf(change.event, `hst_race${index}`) }),
      ),
    );
    expect(written.toSorted()).toEqual([false, true]);
    const winner = written[0] ? review : ban;
    expect((await merchants.get(merchant.accountId))?.standing).toBe(winner.to.standing);
    const history = await merchants.listHistory(merchant.accountId, { limit: 10 });
    const actions = history.ok && history.value.items.map(({ action }) => action).toSorted();
    expect(actions).toEqual([winner.event.action, 'apply'].toSorted());
  });

  test.each([1, 3, 7, 50])(
    'a worklist comes oldest first, each once, in pages of %i, over all shards',
    async (limit) => {
      const opened: string[] = [];
      for (let index = 0; index < 12; index += 1) opened.push((await open(index)).accountId);
      const moved = present(await merchants.get(idOf(5)));
      await merchants.write(moved, decide(moved, 'begin_review').to, {});
      const listed: string[] = [];
      let cursor: string | undefined;
      do {
        const page = await merchants.listMerchants('applied', { limit, cursor });
        if (!page.ok) throw new Error(page.refusal.code);
        listed.push(...page.value.items.map(({ accountId }) => accountId));
        cursor = page.value.nextCursor;
      } while (cursor !== undefined);
      expect(listed).toEqual(opened.filter((id) => id !== idOf(5)));
      const foreign = await merchants.listMerchants('applied', { limit: 1 });
      const misused = await merchants.listMerchants('banned', {
        limit: 1,
        cursor: foreign.ok ? foreign.value.nextCursor : undefined,
      });
      expect(misused).toMatchObject({ ok: false, refusal: { code: 'cursor-invalid' } });
    },
  );

  test('an hour takes so many applications, and the next hour begins anew', async () => {
    const apply = (index: number, at: string) => {
      const who = { accountId: idOf(index), name: 'M', label: 'standard' } as const;
      const { to, event } = applicant(who, at);
      const made = { name: 'M', role: 'merchant', createdAt: at, requestHash: 'r' } as const;
      return merchants.apply({
        merchant: to,
        account: { ...made, ...who, keyRing: {}, keyRingRevision: 1 },
        key: { ...made, apiKeyId: `key_${index}`, accountId: who.accountId, secretHash: 's' },
        application: {
          legalName: 'L',
          contactEmail: 'a@example.com',
          label: 'standard',
          categories: ['other'],
          statement: 'S',
          appliedAt: at,
        },
        event: eventOf(event, `hst_a${index}`),
        maxPerHour: 2,
      });
    };
    const outcomes = [];
    for (const index of [1, 2, 3]) outcomes.push((await apply(index, start)).outcome);
    expect(outcomes).toEqual(['opened', 'opened', 'too-many']);
    expect(await merchants.get(idOf(3))).toBeUndefined();
    expect((await apply(1, start)).outcome).toBe('existing');
    expect((await apply(4, addSeconds(start, 3_600))).outcome).toBe('opened');
    expect(await merchants.getApplication(idOf(4))).toMatchObject({ contactEmail: 'a@example.com' });
  });

  test('a merchant brings so many documents', async () => {
    const { accountId } = await open(1);
    const bring = (index: number) =>
      merchants.bringDocument(
        {
          documentId: `doc_${index}`,
          accountId,
          kind: 'other',
          fileName: 'a',
          sizeBytes: 1,
          contentType: 'image/png',
          status: 'brought',
          createdAt: start,
          requestHash: 'r',
        },
        2,
      );
    expect((await bring(1)).outcome).toBe('brought');
    expect((await bring(1)).outcome).toBe('existing');
    expect((await bring(2)).outcome).toBe('brought');
    expect((await bring(3)).outcome).toBe('too-many');
    expect((await merchants.get(accountId))?.documentsBrought).toBe(2);
  });

  test('all products hear of a change, and one that comes late does in the second pass', async () => {
    const catalog = catalogTable(gateway, names.catalog);
    const opened = await open(1, { standing: 'admitted', merchantSeq: 3 });
    const productIds = Array.from({ length: 40 }, (_, index) => `prd_${String(index).padStart(26, '0')}`);
    const list = (productId: string) => {
      const draft = {
        title: 'T',
        category: 'other',
        kind: 'card_key',
        priceMinor: 1,
        currency: 'CNY',
        limits: { maxPerOrder: 1 },
        afterSalesTerms: 'T',
      } as const;
      const { product, first } = draftProduct(productId, sellerOfMerchant(opened), draft, start);
      const by = { accountId: opened.accountId, apiKeyId: 'key_a' };
      const request = { requestId: `req_${productId}`, requestHash: 'r' };
      return catalog.createProduct(product, first, request, { kind: 'created', at: start, by, version: 1 });
    };
    const [late = '', ...early] = productIds;
    for (const productId of early) await list(productId);
    const { from, to } = decide(opened, 'suspend');
    await merchants.write(from, to, {});
    const due = async (until: string) =>
      (await Promise.all(Array.from({ length: dueShards }, (_, shard) => merchants.due(shard, until, 10)))).flat();
    const passAt = (now: string, most = 1_000) =>
      carryThrough({ merchants, catalog, surroundings: { ...realSurroundings, now: () => now } })(
        opened.accountId,
        most,
      );

    // Cut off after a few, it is still due.
    await passAt(start, 5);
    expect(await due(start)).toEqual([opened.accountId]);
    await passAt(start);
    expect(await due(start)).toEqual([]);
    await list(late);
    const afterIt = addSeconds(start, 120);
    expect(await due(afterIt)).toEqual([opened.accountId]);
    await passAt(afterIt);
    expect(await due(addSeconds(afterIt, 86_400))).toEqual([]);
    for (const productId of productIds)
      expect(await catalog.getProduct(productId)).toMatchObject({ sellerStanding: 'suspended', sellerSeq: 4 });
  });
});
