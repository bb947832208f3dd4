/**
 * An auditor that knows the promises and the shape of the stored items, and nothing of the code that writes them: it
 * reads whole tables at rest and names what breaks a promise.
 */
import type { TableGateway } from '../../adapters/tables/gateway.ts';

type Item = Record<string, unknown>;
export type Holdings = {
  readonly orders: readonly Item[];
  readonly keys: readonly Item[];
  readonly stock: readonly Item[];
  readonly ledger: readonly Item[];
  readonly payments: readonly Item[];
};

type TableNames = { readonly [Table in keyof Holdings]: string };

export const scanAll = async (gateway: TableGateway, tableName: string): Promise<Item[]> => {
  const items: Item[] = [];
  let start: Item | undefined;
  do {
    const page = await gateway.scan({
      TableName: tableName,
      ConsistentRead: true,
      ...(start && { ExclusiveStartKey: start }),
    });
    items.push(...page.items);
    start = page.lastKey;
  } while (start);
  return items;
};

export const readHoldings = async (gateway: TableGateway, names: TableNames): Promise<Holdings> => {
  const [orders, keys, stock, ledger, payments] = await Promise.all([
    scanAll(gateway, names.orders),
    scanAll(gateway, names.keys),
    scanAll(gateway, names.stock),
    scanAll(gateway, names.ledger),
    scanAll(gateway, names.payments),
  ]);
  return { orders, keys, stock, ledger, payments };
};

const text = (value: unknown): string => String(value ?? '');
const number = (value: unknown): number => Number(value ?? 0);
const list = (value: unknown): Item[] => (Array.isArray(value) ? value : []);
const isOrder = (item: Item): boolean => item['sk'] === 'ORDER';
const hasEnded = (order: Item): boolean => ['cancelled', 'released', 'refunded'].includes(text(order['status']));

/** Everything that is wrong, as sentences; nothing where every promise holds. */
export const audit = (holdings: Holdings): string[] => [
  ...auditJournal(holdings),
  ...auditEscrow(holdings),
  ...auditKeys(holdings),
  ...auditOffers(holdings),
  ...auditPayments(holdings),
];

/** Sums of the journal by account. */
const balancesOf = ({ ledger }: Holdings): Map<string, number> => {
  const balances = new Map<string, number>();
  for (const entry of ledger.filter(({ sk }) => sk === 'ENTRY'))
    for (const leg of list(entry['legs']))
      balances.set(text(leg['account']), (balances.get(text(leg['account'])) ?? 0) + number(leg['amountMinor']));
  return balances;
};

const auditJournal = (holdings: Holdings): string[] => {
  const wrong: string[] = [];
  for (const entry of holdings.ledger.filter(({ sk }) => sk === 'ENTRY')) {
    const sum = list(entry['legs']).reduce((total, leg) => total + number(leg['amountMinor']), 0);
    if (sum !== 0 || list(entry['legs']).length < 2) wrong.push(`${entry['pk']} does not balance`);
  }
  const balances = balancesOf(holdings);
  if ([...balances.values()].reduce((sum, balance) => sum + balance, 0) !== 0)
    wrong.push('The accounts do not sum to 0');
  const kept = new Map(
    holdings.ledger
      .filter(({ sk }) => sk === 'BALANCE')
      .map(({ pk, balanceMinor }) => [text(pk), number(balanceMinor)]),
  );
  const wallets = new Set([...kept.keys(), ...[...balances.keys()].filter((account) => account.startsWith('wallet:'))]);
  for (const wallet of wallets) {
    if ((kept.get(wallet) ?? 0) !== (balances.get(wallet) ?? 0))
      wrong.push(`${wallet} holds ${kept.get(wallet)}, its entries say ${balances.get(wallet)}`);
    if ((kept.get(wallet) ?? 0) < 0) wrong.push(`${wallet} is below zero`);
  }
  return wrong;
};

const auditEscrow = (holdings: Holdings): string[] => {
  const balances = balancesOf(holdings);
  return holdings.orders.filter(isOrder).flatMap((order) => {
    const held = balances.get(`escrow:${order['pk']}`) ?? 0;
    const isHeld = ['captured', 'delivered'].includes(text(order['status']));
    const due = isHeld ? number(order['amountMinor']) - number(order['refundedMinor']) : 0;
    return held === due ? [] : [`${order['pk']} is ${order['status']} and its escrow holds ${held}, not ${due}`];
  });
};

/** The keys that an order lists, in itself or in its chunks. */
const keysOf = ({ orders }: Holdings, order: Item): string[] => [
  ...list(order['keyIds']).map(text),
  ...orders
    .filter(({ pk, sk }) => pk === order['pk'] && text(sk).startsWith('CHUNK#'))
    .sort((a, b) => (text(a['sk']) < text(b['sk']) ? -1 : 1))
    .flatMap(({ keys }) => list(keys).map(({ keyId }) => text(keyId))),
];

const auditKeys = (holdings: Holdings): string[] => {
  const wrong: string[] = [];
  const owners = new Map(holdings.keys.map(({ pk, owner }) => [text(pk), owner]));
  const deliveredTo = new Map<string, string>();
  const chunks = new Map<string, Item[]>();
  for (const item of holdings.orders.filter(({ sk }) => text(sk).startsWith('CHUNK#')))
    chunks.set(text(item['pk']), [...(chunks.get(text(item['pk'])) ?? []), item]);
  for (const order of holdings.orders.filter(isOrder)) {
    const orderId = text(order['pk']);
    const delivered = order['deliveredAt'] !== undefined;
    const listed = keysOf({ ...holdings, orders: chunks.get(orderId) ?? [] }, order);
    if (delivered && listed.length !== order['boundQuantity'])
      wrong.push(`${orderId} counts ${order['boundQuantity']} keys and lists ${listed.length}`);
    const refundedKeys = number(order['refundedMinor']) / number(order['unitPriceMinor']);
    if (delivered && listed.length + refundedKeys !== order['quantity'])
      wrong.push(`${orderId} delivers ${listed.length} and refunds ${refundedKeys} of ${order['quantity']}`);
    if (
      !delivered &&
      hasEnded(order) &&
      order['dueAt'] === undefined &&
      listed.some((id) => owners.get(id) === orderId)
    )
      wrong.push(`${orderId} is ${order['status']} and keeps keys`);
    for (const keyId of delivered ? listed : []) {
      const other = deliveredTo.get(keyId);
      if (other !== undefined) wrong.push(`${keyId} is delivered to ${other} and to ${orderId}`);
      deliveredTo.set(keyId, orderId);
      if (owners.get(keyId) !== orderId) wrong.push(`${orderId} lists ${keyId}, owned by ${owners.get(keyId)}`);
    }
  }
  return wrong;
};

const lanes = new Set(['0', '1', '2', '3', 'reserve']);
export const offersOf = ({ stock }: Holdings): Item[] =>
  stock.filter(({ pk }) => lanes.has(text(pk).split('#')[1] ?? ''));

/** An unsold key is on offer exactly once, unless its batch is in quarantine; a sold one never. */
const auditOffers = (holdings: Holdings): string[] => {
  const offered = new Map<string, number>();
  for (const { sk } of offersOf(holdings)) {
    const keyId = text(sk).slice(text(sk).indexOf('#') + 1);
    offered.set(keyId, (offered.get(keyId) ?? 0) + 1);
  }
  const quarantined = new Set(
    holdings.stock.filter(({ sk, status }) => sk === 'BATCH' && status === 'quarantined').map(({ pk }) => pk),
  );
  return holdings.keys.flatMap(({ pk, owner, batchId }) => {
    const expected = owner === undefined && !quarantined.has(batchId) ? 1 : 0;
    const actual = offered.get(text(pk)) ?? 0;
    return actual === expected ? [] : [`${pk} is offered ${actual} times, owner ${owner}, batch ${batchId}`];
  });
};

export const paymentsOf = ({ payments }: Pick<Holdings, 'payments'>): Item[] =>
  payments.filter(({ sk }) => sk === 'PAYMENT');
export const refundsOf = ({ payments }: Pick<Holdings, 'payments'>): Item[] =>
  payments.filter(({ sk }) => text(sk).startsWith('REFUND#'));
const sumOf = (items: readonly Item[], attribute: string): number =>
  items.reduce((sum, item) => sum + number(item[attribute]), 0);
const isConfirmed = ({ status }: Item): boolean => status === 'confirmed';

/** What a channel brought is an order's, a wallet's or given back, each fen once; its account is what it still owes us. */
const auditPayments = (holdings: Holdings): string[] => {
  const wrong: string[] = [];
  const balances = balancesOf(holdings);
  const orders = new Map(holdings.orders.filter(isOrder).map((order) => [order['pk'], order]));
  const credited = new Map(
    holdings.ledger.filter(({ kind }) => kind === 'top-up').map(({ pk, legs }) => [pk, list(legs)] as const),
  );
  const shareOf = ({ pk, orderId, purpose }: Item): number => {
    if (purpose === 'top-up')
      return sumOf(
        (credited.get(`top-up/${pk}`) ?? []).filter(({ account }) => text(account).startsWith('wallet:')),
        'amountMinor',
      );
    const order = orders.get(orderId);
    const paidBy = (order?.['payment'] as Item | undefined)?.['paymentId'];
    return order !== undefined && paidBy === pk ? number(order['amountMinor']) - number(order['refundedMinor']) : 0;
  };
  const kept = new Map<string, number>();
  for (const payment of paymentsOf(holdings)) {
    const { pk, paidMinor, status, channel } = payment;
    const refunds = refundsOf(holdings).filter((refund) => refund['pk'] === pk);
    const keptMinor = number(paidMinor) - sumOf(refunds, 'amountMinor');
    const shareMinor = shareOf(payment);
    if (keptMinor !== shareMinor)
      wrong.push(`${pk} is ${status} and keeps ${keptMinor} of ${paidMinor}, of which ${shareMinor} are accounted for`);
    const confirmedMinor = sumOf(refunds.filter(isConfirmed), 'amountMinor');
    const owed = sumOf(refunds, 'amountMinor') - confirmedMinor;
    if ((balances.get(`refunds:${pk}`) ?? 0) !== owed)
      wrong.push(`${owed} of ${pk} are still to be confirmed, the books say ${balances.get(`refunds:${pk}`) ?? 0}`);
    if ((balances.get(`suspense:${pk}`) ?? 0) !== 0) wrong.push(`${pk} has something in suspense`);
    kept.set(text(channel), (kept.get(text(channel)) ?? 0) + number(paidMinor) - confirmedMinor);
  }
  for (const [account, balance] of balances) {
    const [kind, channel = ''] = account.split(':');
    if (kind === 'channel' && channel !== 'test' && -balance !== (kept.get(channel) ?? 0))
      wrong.push(`${account} stands at ${balance}, and its payments brought ${kept.get(channel) ?? 0}`);
  }
  return wrong;
};

/** A payment as its channel knows it: what it took, and what of it was given back. */
export type Statement = {
  readonly paymentId: string;
  readonly paidMinor: number;
  readonly refunds: readonly { readonly refundId: string; readonly amountMinor: number }[];
};

/** What the channels say that they took and gave back, held against our own records of it. */
export const auditStatements = (holdings: Holdings, statements: readonly Statement[]): string[] => {
  const payments = new Map(paymentsOf(holdings).map((payment) => [payment['pk'], payment]));
  const refunds = refundsOf(holdings);
  return statements.flatMap(({ paymentId, paidMinor, refunds: given }) => {
    const payment = payments.get(paymentId);
    if (payment?.['status'] !== 'received' || payment['paidMinor'] !== paidMinor)
      return [
        `A channel took ${paidMinor} for ${paymentId}, which is ${payment?.['status']} with ${payment?.['paidMinor']}`,
      ];
    const ours = refunds
      .filter((refund) => refund['pk'] === paymentId && isConfirmed(refund))
      .map(({ sk, amountMinor }) => `${text(sk).slice('REFUND#'.length)} ${amountMinor}`);
    const theirs = given.map(({ refundId, amountMinor }) => `${refundId} ${amountMinor}`);
    return ours.sort().join() === theirs.sort().join()
      ? []
      : [`Of ${paymentId} the channel gave back ${theirs.join()}, and confirmed are ${ours.join()}`];
  });
};
