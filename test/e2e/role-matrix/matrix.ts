/** Who may call what, on records of his own and of others. One row for each operation; what a row does not grant is refused. */
import { type CallerName, callers } from '../worlds.ts';

export type Row = {
  /** Admitted to records of their own; a foreign one looks to them like one that does not exist. */
  readonly own?: readonly CallerName[];
  /** Admitted whosever the record is, or the operation names none: lists and new things of the caller himself. */
  readonly any?: readonly CallerName[];
};

const everybody = callers;
/** Whoever has an API key. */
const accounts = ['merchant', 'buyer', 'operator', 'arbiter', 'finance', 'auditor'] as const;

export const matrix: Readonly<Record<string, Row>> = {
  openAccount: { any: ['operator'] },
  readAccount: { own: ['merchant', 'buyer', 'arbiter', 'finance'], any: ['operator', 'auditor'] },
  readOwnAccount: { any: accounts },
  issueApiKey: { own: ['merchant', 'buyer', 'arbiter', 'finance', 'auditor'], any: ['operator'] },
  listApiKeys: { own: ['merchant', 'buyer', 'arbiter', 'finance', 'auditor'], any: ['operator'] },
  rotateApiKey: { own: accounts },
  revokeApiKey: { own: ['merchant', 'buyer', 'arbiter', 'finance', 'auditor'], any: ['operator'] },
  issueOrderToken: { own: ['buyer'] },
  listOrderTokens: { own: ['buyer'], any: ['operator'] },
  revokeOrderToken: { own: ['buyer'], any: ['operator'] },
  exportPersonalData: { any: ['merchant', 'buyer'] },
  applyAsMerchant: { any: everybody },
  reapplyAsMerchant: { own: ['merchant'] },
  listMerchants: { any: ['operator', 'auditor'] },
  readMerchant: { own: ['merchant'], any: ['operator', 'auditor'] },
  decideMerchant: { any: ['operator'] },
  relabelMerchant: { any: ['operator'] },
  listMerchantHistory: { own: ['merchant'], any: ['operator', 'auditor'] },
  bringDocument: { own: ['merchant'] },
  listDocuments: { own: ['merchant'], any: ['operator', 'auditor'] },
  readDocument: { own: ['merchant'], any: ['operator', 'auditor'] },
  reviewDocument: { any: ['operator'] },
  listNotices: { any: accounts },
  createProduct: { any: ['merchant'] },
  addVersion: { own: ['merchant'] },
  putOnSale: { own: ['merchant'] },
  submitVersion: { own: ['merchant'] },
  approveVersion: { any: ['operator'] },
  rejectVersion: { any: ['operator'] },
  listReviews: { any: ['operator', 'auditor'] },
  readHistory: { own: ['merchant'], any: ['operator', 'arbiter', 'auditor'] },
  takeOffSale: { own: ['merchant'] },
  readProduct: { own: ['merchant'], any: ['operator', 'arbiter', 'auditor'] },
  readVersion: { any: accounts },
  listVersions: { own: ['merchant'], any: ['operator', 'arbiter', 'auditor'] },
  listProducts: { any: ['merchant'] },
  browseCatalog: { any: everybody },
  readListing: { any: everybody },
  importKeys: { own: ['merchant'] },
  listBatches: { own: ['merchant'], any: ['operator', 'arbiter', 'auditor'] },
  readBatch: { own: ['merchant'], any: ['operator', 'arbiter', 'auditor'] },
  quarantineBatch: { own: ['merchant'], any: ['operator'] },
  liftQuarantine: { any: ['operator'] },
  readStock: { own: ['merchant'], any: ['operator', 'arbiter', 'auditor'] },
  placeOrder: { any: ['buyer'] },
  listOrders: { any: ['merchant', 'buyer'] },
  readOrder: { own: ['merchant', 'buyer', 'guest'], any: ['operator', 'arbiter', 'finance', 'auditor'] },
  cancelOrder: { own: ['buyer'] },
  confirmOrder: { own: ['buyer', 'guest'] },
  payOrder: { own: ['buyer'] },
  grantTestTopUp: { any: ['operator'] },
  startPayment: { own: ['buyer'] },
  startTopUp: { any: ['buyer'] },
  readPayment: { own: ['buyer'], any: ['operator', 'finance', 'auditor'] },
  listOrderPayments: { own: ['buyer'], any: ['operator', 'finance', 'auditor'] },
  listTopUps: { any: ['buyer'] },
  listUnconfirmedRefunds: { any: ['operator', 'finance', 'auditor'] },
  revealKeys: { own: ['buyer', 'guest'] },
  readOwnWallet: { any: ['buyer'] },
  readWallet: { any: ['operator', 'finance', 'auditor'] },
  readOwnStatement: { any: ['buyer'] },
  readStatement: { any: ['operator', 'finance', 'auditor'] },
  readTrialBalance: { any: ['operator', 'finance', 'auditor'] },
  readPolicyInForce: { any: everybody },
  readPolicy: { any: everybody },
  checkHealth: { any: everybody },
  eraseAccount: { own: ['merchant', 'buyer'], any: ['operator'] },
};
