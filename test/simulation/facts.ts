/**
 * What stands in the tables, as plain facts. This file alone knows how rows are laid out; it knows no rule.
 * It reads rows without a schema on purpose: an auditor who trusts the code's own parser audits nothing.
 */

type Row = Readonly<Record<string, unknown>>;

export type OrderFact = {
  readonly orderId: string;
  readonly status: string;
  readonly buyerId: string;
  readonly merchantId: string;
  readonly merchantLabel: string;
  readonly category: string;
  readonly productId: string;
  readonly quantity: number;
  readonly unitPriceMinor: number;
  readonly amountMinor: number;
  readonly maxPerBuyer: number | undefined;
  readonly whenOutOfStock: string;
  readonly whenPaidLate: string;
  readonly allowPartial: boolean;
  readonly expiresAt: string;
  readonly policyVersion: string | undefined;
  readonly capturedAt: string | undefined;
  readonly paidAt: string | undefined;
  /** The payment through a channel that captured it; none where the wallet did. */
  readonly paymentId: string | undefined;
  readonly promiseAt: string | undefined;
  readonly deliveredAt: string | undefined;
  readonly releaseAt: string | undefined;
  readonly confirmedAt: string | undefined;
  readonly dueAt: string | undefined;
  readonly refundedMinor: number;
  readonly boundQuantity: number;
  /** Ids that the order itself lists; a larger one lists them in chunks. */
  readonly keyIds: readonly string[];
};

export type KeyFact = {
  readonly keyId: string;
  readonly owner: string | undefined;
  readonly batchId: string;
  readonly productId: string;
  readonly sellUntilDay: string;
};

export type OfferFact = {
  readonly place: string;
  readonly keyId: string;
  readonly productId: string;
  readonly day: string;
};

export type BatchFact = {
  readonly batchId: string;
  readonly productId: string;
  readonly status: string;
  readonly lines: number;
  readonly stored: number | undefined;
  readonly rejected: number | undefined;
  readonly completedAt: string | undefined;
  readonly dueAt: string | undefined;
};

export type EntryFact = {
  readonly entryId: string;
  readonly kind: string;
  readonly postedAt: string;
  readonly legs: readonly { readonly account: string; readonly amountMinor: number }[];
};

export type PaymentFact = {
  readonly paymentId: string;
  readonly status: string;
  readonly orderId: string | undefined;
  readonly buyerId: string;
  readonly channel: string;
  readonly amountMinor: number;
  /** What we say became of its money. */
  readonly outcome: string | undefined;
  readonly dueAt: string | undefined;
};

export type RefundFact = {
  readonly refundId: string;
  readonly paymentId: string;
  readonly status: string;
  readonly amountMinor: number;
  readonly dueAt: string | undefined;
};

/** One thing that stands, or stood, in a table. */
export type Fact =
  | { readonly kind: 'order'; readonly order: OrderFact }
  | { readonly kind: 'chunk'; readonly orderId: string; readonly chunk: string; readonly keyIds: readonly string[] }
  | { readonly kind: 'key'; readonly key: KeyFact }
  | { readonly kind: 'offer'; readonly offer: OfferFact }
  | { readonly kind: 'batch'; readonly batch: BatchFact }
  | { readonly kind: 'stock-count'; readonly productId: string; readonly byDay: Readonly<Record<string, number>> }
  | { readonly kind: 'entry'; readonly entry: EntryFact }
  | { readonly kind: 'payment'; readonly payment: PaymentFact }
  | { readonly kind: 'channel-refund'; readonly refund: RefundFact }
  | { readonly kind: 'balance'; readonly account: string; readonly balanceMinor: number }
  | { readonly kind: 'total'; readonly account: string; readonly balanceMinor: number }
  | { readonly kind: 'folded-until'; readonly minute: string };

export type FactChange = { readonly before: Fact | undefined; readonly after: Fact | undefined };

const text = (row: Row, name: string): string => {
  const value = row[name];
  if (typeof value !== 'string') throw new Error(`A row has no text ${name}: ${JSON.stringify(row)}`);
  return value;
};
const maybeText = (row: Row, name: string): string | undefined =>
  row[name] === undefined ? undefined : text(row, name);
const count = (row: Row, name: string): number => {
  const value = row[name];
  if (typeof value !== 'number') throw new Error(`A row has no number ${name}: ${JSON.stringify(row)}`);
  return value;
};
const maybeCount = (row: Row, name: string): number | undefined =>
  row[name] === undefined ? undefined : count(row, name);

/** The fact that a row states, if it is one an auditor asks about. */
export const factOf = (table: string, row: Row | undefined): Fact | undefined => {
  if (row === undefined) return undefined;
  switch (table) {
    case 'orders':
      return orderFact(row);
    case 'keys':
      return { kind: 'key', key: keyFact(row) };
    case 'stock':
      return stockFact(row);
    case 'ledger':
      return ledgerFact(row);
    case 'payments':
      return paymentFact(row);
    default:
      return undefined;
  }
};

const orderFact = (row: Row): Fact | undefined => {
  const sk = text(row, 'sk');
  if (sk === 'ORDER') return { kind: 'order', order: readOrder(row) };
  if (!sk.startsWith('CHUNK#')) return undefined;
  const keys = row['keys'] as readonly { readonly keyId: string }[];
  return { kind: 'chunk', orderId: text(row, 'pk'), chunk: sk, keyIds: keys.map(({ keyId }) => keyId) };
};

const readOrder = (row: Row): OrderFact => ({
  orderId: text(row, 'pk'),
  status: text(row, 'status'),
  buyerId: text(row, 'buyerId'),
  merchantId: text(row, 'merchantId'),
  merchantLabel: text(row, 'merchantLabel'),
  category: text(row, 'category'),
  productId: text(row, 'productId'),
  quantity: count(row, 'quantity'),
  unitPriceMinor: count(row, 'unitPriceMinor'),
  amountMinor: count(row, 'amountMinor'),
  maxPerBuyer: maybeCount(row, 'maxPerBuyer'),
  whenOutOfStock: text(row, 'whenOutOfStock'),
  whenPaidLate: text(row, 'whenPaidLate'),
  allowPartial: row['allowPartial'] === true,
  expiresAt: text(row, 'expiresAt'),
  policyVersion: maybeText(row, 'policyVersion'),
  capturedAt: maybeText(row, 'capturedAt'),
  paidAt: maybeText(row, 'paidAt'),
  paymentId: maybeText((row['payment'] ?? {}) as Row, 'paymentId'),
  promiseAt: maybeText(row, 'promiseAt'),
  deliveredAt: maybeText(row, 'deliveredAt'),
  releaseAt: maybeText(row, 'releaseAt'),
  confirmedAt: maybeText(row, 'confirmedAt'),
  dueAt: maybeText(row, 'dueAt'),
  refundedMinor: count(row, 'refundedMinor'),
  boundQuantity: count(row, 'boundQuantity'),
  keyIds: (row['keyIds'] ?? []) as readonly string[],
});

const keyFact = (row: Row): KeyFact => ({
  keyId: text(row, 'pk'),
  owner: maybeText(row, 'owner'),
  batchId: text(row, 'batchId'),
  productId: text(row, 'productId'),
  sellUntilDay: text(row, 'sellUntilDay'),
});

const stockFact = (row: Row): Fact | undefined => {
  const pk = text(row, 'pk');
  const sk = text(row, 'sk');
  if (sk === 'REPORT') return undefined;
  if (sk === 'COUNT')
    return { kind: 'stock-count', productId: pk, byDay: row['byDay'] as Readonly<Record<string, number>> };
  if (sk !== 'BATCH') {
    const [productId = ''] = pk.split('#');
    const [day = '', keyId = ''] = sk.split('#');
    return { kind: 'offer', offer: { place: `${pk} ${sk}`, keyId, productId, day } };
  }
  return {
    kind: 'batch',
    batch: {
      batchId: pk,
      productId: text(row, 'batchProductId'),
      status: text(row, 'status'),
      lines: count(row, 'lines'),
      stored: maybeCount(row, 'stored'),
      rejected: maybeCount(row, 'rejected'),
      completedAt: maybeText(row, 'completedAt'),
      dueAt: maybeText(row, 'dueAt'),
    },
  };
};

const ledgerFact = (row: Row): Fact | undefined => {
  const pk = text(row, 'pk');
  const sk = text(row, 'sk');
  if (sk === 'ENTRY')
    return {
      kind: 'entry',
      entry: {
        entryId: pk,
        kind: text(row, 'kind'),
        postedAt: text(row, 'postedAt'),
        legs: row['legs'] as EntryFact['legs'],
      },
    };
  if (sk === 'BALANCE') return { kind: 'balance', account: pk, balanceMinor: count(row, 'balanceMinor') };
  if (pk === 'TOTALS') return { kind: 'total', account: sk, balanceMinor: count(row, 'balanceMinor') };
  if (pk === 'FOLD' && sk === 'POSITION') return { kind: 'folded-until', minute: text(row, 'minute') };
  return undefined;
};

const paymentFact = (row: Row): Fact => {
  const sk = text(row, 'sk');
  const shared = {
    status: text(row, 'status'),
    amountMinor: count(row, 'amountMinor'),
    dueAt: maybeText(row, 'dueAt'),
  };
  if (sk === 'PAYMENT')
    return {
      kind: 'payment',
      payment: {
        ...shared,
        paymentId: text(row, 'pk'),
        orderId: maybeText(row, 'orderId'),
        buyerId: text(row, 'buyerId'),
        channel: text(row, 'channel'),
        outcome: maybeText(row, 'outcome'),
      },
    };
  const refundId = sk.slice(sk.indexOf('#') + 1);
  return { kind: 'channel-refund', refund: { ...shared, refundId, paymentId: text(row, 'pk') } };
};
