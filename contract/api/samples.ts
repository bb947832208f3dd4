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
export const refundId = `${paymentId.replace('pay', 'rfd')}_0`;
export const orderTokenId = sampleId('otk', 't');
export const webhookEndpointId = sampleId('whe', 'w');
export const eventId = sampleId('evt', 'e');
export const documentId = sampleId('doc', 'd');
export const noticeId = sampleId('ntc', 'n');

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

export const recoveryId = sampleId('rcv', 'v');
export const recovery = {
  recoveryId,
  accountId: merchantId,
  reason: 'Called from the number on file; lost the server with all keys.',
  requestedBy: operatorId,
  requestedAt: earlier,
  expiresAt: '2026-11-23T02:30:00.000Z',
} as const;

const merchant = {
  accountId: merchantId,
  name: 'Flying Fish Cards',
  label: 'standard',
  standing: 'applied',
  standingSince: earlier,
  warnings: 0,
} as const;

export const reapplication = {
  legalName: 'Flying Fish Trading Ltd.',
  contactEmail: 'desk@flyingfish.example',
  label: 'standard',
  categories: ['game-point-card'],
  statement: 'We sell point cards that we buy from their publishers.',
} as const;
export const application = { name: 'Flying Fish Cards', ...reapplication } as const;
export const appliedMerchant = { ...merchant, apiKeyId, token: issuedApiKey.token };
export const merchants = [merchant] as const;
export const merchantFile = {
  ...merchant,
  requiredDocuments: ['business_licence'],
  missingDocuments: ['business_licence'],
  isVouchedFor: false,
  application: { ...reapplication, appliedAt: earlier },
} as const;
export const warning = { verdict: 'warn', reason: 'Keys of two batches were sold elsewhere before.' } as const;
export const warnedMerchant = {
  ...merchantFile,
  standing: 'admitted',
  standingSince: later,
  missingDocuments: [],
  warnings: 1,
} as const;
export const relabel = { label: 'gold', reason: 'A deposit was posted.' } as const;
export const relabelledMerchant = {
  ...warnedMerchant,
  label: 'gold',
  requiredDocuments: ['business_licence', 'authorisation'],
} as const;
export const merchantHistory = [
  {
    eventId,
    action: 'apply',
    to: 'applied',
    label: 'standard',
    by: merchantId,
    at: earlier,
    reason: 'Applied for the label standard.',
  },
] as const;
export const newDocument = {
  kind: 'business_licence',
  number: '91310000MA1K00000X',
  expiresAt: '2028-11-22T00:00:00.000Z',
  fileName: 'licence.pdf',
  sizeBytes: 204_800,
  contentType: 'application/pdf',
} as const;
const merchantDocument = {
  documentId,
  accountId: merchantId,
  ...newDocument,
  status: 'brought',
  createdAt: earlier,
} as const;
export const broughtDocument = {
  ...merchantDocument,
  upload: {
    url: 'https://documents.example/',
    fields: { key: `${merchantId}/${documentId}`, 'Content-Type': 'application/pdf' },
    expiresAt: '2026-11-22T02:40:00.000Z',
    maxBytes: 204_800,
  },
} as const;
export const documents = [merchantDocument] as const;
export const documentParams = { accountId: merchantId, documentId } as const;
const etag = '5d41402abc4b2a76b9719d911017c592';
export const readableDocument = {
  ...merchantDocument,
  file: {
    url: `https://documents.example/${merchantId}/${documentId}`,
    expiresAt: '2026-11-22T02:41:12.345Z',
    sizeBytes: 204_800,
    etag,
  },
} as const;
export const documentReview = { verdict: 'accept', reason: 'Valid, and of this company.', etag } as const;
export const acceptedDocument = {
  ...merchantDocument,
  status: 'accepted',
  reviewedAt: later,
  reviewedBy: operatorId,
  reviewReason: documentReview.reason,
} as const;
export const notices = [
  {
    noticeId,
    kind: 'document.accepted',
    at: later,
    detail: documentReview.reason,
    documentId,
  },
] as const;

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

export const sampledBatch = {
  ...batch,
  status: 'sampling',
  sampling: {
    inspectionLevel: 'S-1',
    aql: '6.5',
    size: 2,
    accept: 0,
    good: 1,
    bad: 0,
    seed: '0a1b2c3d',
    drawnAt: later,
  },
} as const;

/** A batch whose file is announced and not yet uploaded, and one that is being stored. */
const fileBatch = {
  ...batch,
  status: 'importing',
  stored: undefined,
  rejected: undefined,
  completedAt: undefined,
} as const;
const announcedFile = { sizeBytes: 3_400_000, receivedBytes: 0, linesDone: 0, stored: 0, rejected: 0 } as const;
export const announcedBatch = {
  ...fileBatch,
  lines: 0,
  progress: { phase: 'awaiting_upload', ...announcedFile },
} as const;
export const startedBatch = {
  ...fileBatch,
  lines: 0,
  progress: { phase: 'checking', ...announcedFile, receivedBytes: 3_400_000 },
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
  seller,
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
  refundId,
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

/** The form of a signing secret: 32 bytes of nothing. */
export const signingSecret = `whsec_${'A'.repeat(43)}=`;

export const webhookEndpoint = {
  endpointId: webhookEndpointId,
  url: 'https://shop.example.com/surety',
  events: ['order.delivered', 'order.refunded'],
  description: 'shop server',
  createdAt: earlier,
} as const;

export const event = {
  id: eventId,
  type: 'order.delivered',
  timestamp: later,
  sequence: 20,
  data: {
    orderId,
    productId,
    buyerId,
    merchantId,
    quantity: 1,
    amountMinor: 990,
    currency: 'CNY',
    deliveredAt: later,
    deliveredQuantity: 1,
    releaseAt: deliveredOrder.releaseAt,
  },
} as const;

export const webhookDelivery = {
  eventId,
  endpointId: webhookEndpointId,
  type: event.type,
  recordedAt: later,
  status: 'delivered',
  attempts: [{ at: later, result: 'accepted', status: 204, durationMs: 87 }],
} as const;
