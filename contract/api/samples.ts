/** One small marketplace that the examples of all routes tell of: a merchant, a product, a batch, a buyer, an order. */

const sampleId = <Prefix extends string>(prefix: Prefix, last: string) =>
  `${prefix}_7k2m9p4q6r8s0t1v3w5x7y9z2${last}` as const;

export const merchantId = sampleId('acc', 'm');
export const buyerId = sampleId('acc', 'b');
const operatorId = sampleId('acc', 'p');
export const apiKeyId = sampleId('key', 'k');
export const productId = sampleId('prd', 'p');
export const batchId = sampleId('bat', 'h');
export const orderId = sampleId('ord', 'r');
export const paymentId = sampleId('pay', 'm');
export const orderTokenId = sampleId('otk', 't');

export const earlier = '2026-11-22T02:30:00.000Z';
export const later = '2026-11-22T02:31:12.345Z';

export const account = {
  accountId: merchantId,
  role: 'merchant',
  name: 'Flying Fish Cards',
  label: 'standard',
  createdAt: earlier,
} as const;

export const apiKey = {
  apiKeyId,
  accountId: merchantId,
  name: 'shop server',
  createdAt: earlier,
  issuedBy: operatorId,
} as const;

/** The form of a token, without the chance that somebody holds it. */
export const issuedApiKey = { ...apiKey, token: `sty_${apiKeyId.slice('key_'.length)}_${'0'.repeat(51)}` };

export const newVersion = {
  title: 'Starlight 100 points',
  category: 'game-point-card',
  kind: 'card_key',
  priceMinor: 990,
  currency: 'CNY',
  limits: { maxPerOrder: 10 },
  description: '100 points for one Starlight account, any region.',
  afterSalesTerms: 'Unrevealed keys can be returned within 7 days.',
} as const;

const seller = { merchantId, name: 'Flying Fish Cards', label: 'standard' } as const;
const version = { version: 1, ...newVersion } as const;

export const draft = { productId, seller, status: 'draft', latestVersion: 1, createdAt: earlier } as const;
export const product = { ...draft, status: 'on_sale', onSaleVersion: 1, onSale: version } as const;
export const offSale = { ...draft, status: 'off_sale' } as const;
export const versionOfProduct = { ...version, productId, seller, createdAt: earlier } as const;
export const versionParams = { productId, version: '1' } as const;
export const decision = { reason: 'Title and terms say what is sold.' } as const;
export const objection = { reason: 'The title names a game the cards are not for.' } as const;
const submitted = { state: 'submitted', submittedAt: earlier } as const;
const decidedAt = '2026-11-22T02:31:00.000Z';
export const submittedVersion = { ...versionOfProduct, review: submitted } as const;
export const approvedVersion = {
  ...versionOfProduct,
  review: { ...submitted, state: 'approved', decidedAt, ...decision },
} as const;
export const rejectedVersion = {
  ...versionOfProduct,
  review: { ...submitted, state: 'rejected', decidedAt, ...objection },
} as const;
export const productHistory = [
  {
    sequence: 2,
    kind: 'version-added',
    at: decidedAt,
    by: { accountId: merchantId, apiKeyId },
    version: 2,
    changes: [{ field: 'priceMinor', before: 990, after: 890 }],
  },
  { sequence: 1, kind: 'created', at: earlier, by: { accountId: merchantId, apiKeyId }, version: 1 },
] as const;
export const listing = { ...version, productId, seller } as const;

export const newBatch = {
  source: { kind: 'supplier', name: 'Starlight Games', reference: 'INV-1' },
  keys: [{ secret: 'STAR-8F2K-11QD' }, { secret: 'STAR-8F2K-11QE' }, { secret: 'STAR-8F2K-11QD' }],
} as const;

export const batch = {
  batchId,
  productId,
  merchantId,
  status: 'open',
  source: newBatch.source,
  lines: 3,
  stored: 2,
  rejected: 1,
  createdAt: earlier,
  completedAt: later,
} as const;

export const batchReport = {
  ...batch,
  rejections: [{ line: 3, code: 'duplicate-in-import', detail: 'The same key stands on an earlier line.' }],
} as const;

export const placedOrder = {
  orderId,
  status: 'placed',
  buyerId,
  merchantId,
  productId,
  productVersion: 1,
  quantity: 1,
  unitPriceMinor: 990,
  amountMinor: 990,
  currency: 'CNY',
  whenOutOfStock: 'refuse',
  whenPaidLate: 'refund',
  allowPartial: false,
  createdAt: earlier,
  expiresAt: '2026-11-22T02:45:00.000Z',
  deliveredQuantity: 0,
  refundedMinor: 0,
} as const;

export const deliveredOrder = {
  ...placedOrder,
  status: 'delivered',
  policyVersion: '2026-11-01',
  capturedAt: later,
  paidAt: later,
  promiseAt: '2026-11-22T03:01:12.345Z',
  deliveredAt: later,
  deliveredQuantity: 1,
  releaseAt: '2026-11-25T02:31:12.345Z',
} as const;

export const wallet = { accountId: buyerId, balanceMinor: 49_010, currency: 'CNY' } as const;
export const statementLine = {
  entryId: `order/${orderId}/capture`,
  kind: 'capture',
  postedAt: later,
  amountMinor: -990,
} as const;
export const trialBalance = {
  position: '2026-11-22T02:32:00.000Z',
  currency: 'CNY',
  sumMinor: 0,
  accounts: [
    { account: 'channel:test', balanceMinor: -50_000 },
    { account: 'escrow', balanceMinor: 990 },
    { account: 'wallet', balanceMinor: 49_010 },
  ],
} as const;

export const orderToken = {
  orderTokenId,
  orderId,
  scopes: ['read', 'reveal'],
  guestLabel: 'table 7',
  createdAt: earlier,
  expiresAt: later,
} as const;
export const issuedOrderToken = { ...orderToken, token: `ot_${orderTokenId.slice('otk_'.length)}_${'0'.repeat(51)}` };

export const dataExport = {
  exportId: sampleId('exp', 'x'),
  madeAt: later,
  document: {
    account: [{ accountId: buyerId, role: 'buyer', name: 'Li', createdAt: earlier }],
    orders: [{ ...deliveredOrder, readings: [] }],
  },
} as const;
export const erasedAccount = {
  accountId: buyerId,
  role: 'buyer',
  name: '—',
  createdAt: earlier,
  erasedAt: later,
} as const;
export const openPayment = {
  paymentId,
  status: 'open',
  purpose: 'order',
  orderId,
  channel: 'alipay',
  scene: 'page',
  amountMinor: 990,
  currency: 'CNY',
  createdAt: earlier,
  expiresAt: '2026-11-22T02:45:00.000Z',
  refunds: [],
} as const;
const { orderId: _, ...withoutOrder } = openPayment;
export const topUpPayment = {
  ...withoutOrder,
  purpose: 'top-up',
  channel: 'wechat_pay',
  scene: 'qr',
  amountMinor: 5_000,
} as const;
export const lateRefund = {
  refundId: `${paymentId.replace('pay', 'rfd')}_0`,
  paymentId,
  orderId,
  channel: 'alipay',
  reason: 'late',
  status: 'committed',
  amountMinor: 990,
  currency: 'CNY',
  committedAt: later,
  attempts: 1,
  lastAttemptAt: later,
  trouble: 'balance-short',
  nextAttemptAt: '2026-11-22T02:32:12.345Z',
} as const;
export const latePayment = {
  ...openPayment,
  status: 'received',
  paidMinor: 990,
  paidAt: '2026-11-22T02:45:07.000Z',
  receivedAt: later,
  outcome: 'late',
  refunds: [lateRefund],
} as const;
