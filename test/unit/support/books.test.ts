import { beforeAll, describe, expect, test } from 'vitest';
import { tableNames, tables } from '../../../contract/tables.ts';
import { MemoryDynamoDb } from '../../fakes/memory-dynamodb/memory-dynamodb.ts';
import { audit, auditStatements, type Holdings, paymentsOf, refundsOf } from '../../support/books.ts';
import { openMarketplace } from '../../support/marketplace.ts';

type Item = Record<string, unknown>;
type Draft = { [Table in keyof Holdings]: Item[] };
let sound: Holdings;

beforeAll(async () => {
  const memory = new MemoryDynamoDb();
  for (const name of tableNames) memory.createTable({ tableName: name, ...tables[name] });
  const names = Object.fromEntries(tableNames.map((name) => [name, name])) as Record<
    (typeof tableNames)[number],
    string
  >;
  const market = await openMarketplace(memory, names);
  const shop = await market.sell();
  await market.stock(shop, 50);
  for (const quantity of [1, 2, 40]) {
    const as = await market.buyer(100 * quantity);
    const orderId = await market.place(as, { productId: shop.productId, quantity });
    await market.pay(as, orderId);
    await market.deliver({ productId: shop.productId });
    if (quantity === 1) await market.api('confirmOrder', { as, params: { orderId } });
  }
  // One payment captures its order and brings too much, one fills a wallet, one comes too late and goes back.
  const as = await market.open('buyer');
  const begin = async (operation: 'startPayment' | 'startTopUp', call: object): Promise<string> =>
    String((await market.api(operation, { as, ...call })).body['paymentId']);
  const choice = { channel: 'alipay', scene: 'qr' };
  const order = async () => ({ orderId: await market.place(as, { productId: shop.productId, quantity: 1 }) });
  const over = await begin('startPayment', { params: await order(), body: choice });
  const topUp = await begin('startTopUp', { body: { ...choice, amountMinor: 500, currency: 'CNY' } });
  const late = await begin('startPayment', { params: await order(), body: choice });
  market.channels.alipay.pay(over, { deltaMinor: 7 });
  market.channels.alipay.pay(topUp);
  market.pass(61);
  await market.sweep();
  market.pass(900);
  market.channels.alipay.pay(late, { evenIfClosed: true });
  for (const seconds of [0, 1, 31]) {
    market.pass(seconds);
    await market.sweep();
  }
  sound = await market.holdings();
});

const after = (change: (draft: Draft) => void): string[] => {
  const draft: Draft = structuredClone({
    orders: [...sound.orders],
    keys: [...sound.keys],
    stock: [...sound.stock],
    ledger: [...sound.ledger],
    payments: [...sound.payments],
  });
  change(draft);
  return audit(draft);
};
const first = (items: Item[], fits: (item: Item) => boolean): Item => {
  const found = items.find(fits);
  if (!found) throw new Error('There is no such item');
  return found;
};
const small = (item: Item): boolean => item['quantity'] === 2;
const large = (item: Item): boolean => item['quantity'] === 40;

describe('the auditor of the tests', () => {
  test('finds nothing wrong with sound books', () => {
    expect(audit(sound)).toEqual([]);
  });

  test('has seen payments of every kind', () => {
    expect(paymentsOf(sound).map(({ outcome }) => outcome)).toEqual(
      expect.arrayContaining(['over', 'credited', 'late']),
    );
    expect(refundsOf(sound).map(({ status }) => status)).toEqual(['confirmed', 'confirmed']);
  });

  test('holds what a channel says against the records', () => {
    const statements = paymentsOf(sound).map(({ pk, paidMinor }) => ({
      paymentId: String(pk),
      paidMinor: Number(paidMinor),
      refunds: refundsOf(sound)
        .filter((refund) => refund['pk'] === pk)
        .map(({ sk, amountMinor }) => ({ refundId: String(sk).slice(7), amountMinor: Number(amountMinor) })),
    }));
    expect(auditStatements(sound, statements)).toEqual([]);
    const unpaid = statements.map((each) => ({ ...each, paidMinor: each.paidMinor + 1 }));
    expect(auditStatements(sound, unpaid)).toHaveLength(3);
    const kept = statements.map((each) => ({ ...each, refunds: [] }));
    expect(auditStatements(sound, kept)).toHaveLength(2);
    expect(auditStatements(sound, [{ paymentId: 'pay_x', paidMinor: 1, refunds: [] }])).toHaveLength(1);
  });

  test.each<[string, (draft: Draft) => void]>([
    [
      'a key that two orders list',
      ({ orders }) => {
        const [keyId] = first(orders, small)['keyIds'] as string[];
        first(orders, ({ quantity }) => quantity === 1)['keyIds'] = [keyId];
      },
    ],
    [
      'a key whose owner is another order',
      ({ keys }) =>
        void Object.assign(
          first(keys, ({ owner }) => owner !== undefined),
          { owner: 'ord_x' },
        ),
    ],
    [
      'a sold key that lost its owner',
      ({ keys }) => void delete first(keys, ({ owner }) => owner !== undefined)['owner'],
    ],
    [
      'an unsold key without an offer',
      ({ stock }) =>
        void stock.splice(
          stock.findIndex(({ sk }) => String(sk).startsWith('9999')),
          1,
        ),
    ],
    [
      'a lost chunk',
      ({ orders }) =>
        void orders.splice(
          orders.findIndex(({ sk }) => sk === 'CHUNK#0002'),
          1,
        ),
    ],
    [
      'an order delivered in part without a refund',
      ({ orders }) => void Object.assign(first(orders, small), { quantity: 3 }),
    ],
    [
      'a delivered order that says it was refunded',
      ({ orders }) => void Object.assign(first(orders, large), { status: 'refunded' }),
    ],
    [
      'a lost entry',
      ({ ledger }) =>
        void ledger.splice(
          ledger.findIndex(({ kind }) => kind === 'capture'),
          1,
        ),
    ],
    [
      'an entry that does not balance',
      ({ ledger }) => {
        const [leg] = first(ledger, ({ kind }) => kind === 'release')['legs'] as Item[];
        if (leg) leg['amountMinor'] = 1;
      },
    ],
    [
      'a payment that brought a fen more than anybody has',
      ({ payments }) =>
        void Object.assign(
          first(payments, ({ outcome }) => outcome === 'credited'),
          { paidMinor: 501 },
        ),
    ],
    [
      'a refund that nobody knows of',
      ({ payments }) =>
        void payments.splice(
          payments.findIndex(({ sk }) => String(sk).startsWith('REFUND#')),
          1,
        ),
    ],
    [
      'a refund that is booked as confirmed and is not',
      ({ payments }) =>
        void Object.assign(
          first(payments, ({ sk }) => String(sk).startsWith('REFUND#')),
          { status: 'processing' },
        ),
    ],
    [
      'a wallet that is off by one fen',
      ({ ledger }) =>
        void Object.assign(
          first(ledger, ({ sk }) => sk === 'BALANCE'),
          { balanceMinor: 1 },
        ),
    ],
  ])('finds %s', (_, change) => {
    expect(after(change)).not.toEqual([]);
  });
});
