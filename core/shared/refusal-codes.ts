/**
 * Every code with which Surety refuses something. Codes are stable: clients branch on them.
 * The HTTP status, title, meaning and advice of each stand in `contract/problems.ts`.
 */
export const refusalCodes = [
  'malformed-json',
  'unsupported-media-type',
  'body-too-large',
  'invalid-request',
  'idempotency-key-missing',
  'idempotency-key-reused',
  'api-key-unknown',
  'api-key-revoked',
  'order-token-ended',
  'role-not-allowed',
  'not-found',
  'account-role-unfit',
  'account-has-keys',
  'api-key-limit-reached',
  'api-key-state-unfit',
  'order-token-limit-reached',
  'category-unknown',
  'product-not-on-sale',
  'product-version-unknown',
  'version-limit-reached',
  'review-needed',
  'review-state-unfit',
  'price-changed',
  'quantity-over-limit',
  'buyer-limit-reached',
  'order-expired',
  'order-state-unfit',
  'out-of-stock',
  'wallet-balance-short',
  'wallet-balance-limit',
  'amount-over-limit',
  'batch-state-unfit',
  'cursor-invalid',
  'selling-closed',
] as const;

export type RefusalCode = (typeof refusalCodes)[number];
