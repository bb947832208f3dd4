import type { RefusalCode } from '../../core/shared/refusal-codes.ts';
import type { Refusal } from '../../core/shared/result.ts';

/** The HTTP face of each refusal: its status and a title that never varies. */
const problemTypes: Record<RefusalCode, { status: number; title: string; retryAfterSeconds?: number }> = {
  'malformed-json': { status: 400, title: 'The body is not valid JSON' },
  'unsupported-media-type': { status: 415, title: 'The body must be JSON' },
  'body-too-large': { status: 413, title: 'The body is too large' },
  'invalid-request': { status: 400, title: 'The request does not fit the schema' },
  'idempotency-key-missing': { status: 400, title: 'An Idempotency-Key header is needed' },
  'idempotency-key-reused': { status: 422, title: 'The Idempotency-Key was used for another request' },
  'api-key-unknown': { status: 401, title: 'The API key is not known' },
  'api-key-revoked': { status: 401, title: 'The API key was revoked' },
  'order-token-ended': { status: 401, title: 'The order token has expired or was revoked' },
  'role-not-allowed': { status: 403, title: 'The role of this API key may not do this' },
  'not-found': { status: 404, title: 'Not found' },
  'account-role-unfit': { status: 409, title: 'The account has not the role this needs' },
  'account-has-keys': { status: 409, title: 'The account has had API keys already' },
  'api-key-limit-reached': { status: 409, title: 'The account has as many API keys as it may have' },
  'api-key-state-unfit': { status: 409, title: 'The state of the API key does not allow this' },
  'order-token-limit-reached': { status: 409, title: 'The order has as many tokens as it may have' },
  'category-unknown': { status: 400, title: 'The policy has no such category' },
  'product-not-on-sale': { status: 409, title: 'The product is not on sale' },
  'product-version-unknown': { status: 404, title: 'The product has no such version' },
  'version-limit-reached': { status: 409, title: 'The product has as many versions as it may have' },
  'price-changed': { status: 409, title: 'The price changed' },
  'quantity-over-limit': { status: 409, title: 'The quantity is over the limit of one order' },
  'buyer-limit-reached': { status: 409, title: 'The purchase limit for one buyer is reached' },
  'order-expired': { status: 409, title: 'The order expired before it was paid' },
  'order-state-unfit': { status: 409, title: 'The state of the order does not allow this' },
  'out-of-stock': { status: 409, title: 'Not enough stock' },
  'wallet-balance-short': { status: 409, title: 'The wallet balance is too small' },
  'wallet-balance-limit': { status: 409, title: 'The wallet may not hold this much' },
  'amount-over-limit': { status: 409, title: 'The amount is over the limit' },
  'batch-state-unfit': { status: 409, title: 'The state of the batch does not allow this' },
  'cursor-invalid': { status: 400, title: 'The cursor is not one of ours' },
  'selling-closed': { status: 503, title: 'Nothing is sold at the moment', retryAfterSeconds: 300 },
};

/** A problem document (RFC 9457). */
export const problemOf = (refusal: Refusal, requestId: string) => {
  const { status, title } = problemTypes[refusal.code];
  return { type: `urn:surety:problem:${refusal.code}`, status, title, requestId, ...refusal };
};

/** Headers that go with a refusal: when to come again, where that is known to help (RFC 9110, 10.2.3). */
export const headersOf = ({ code }: Refusal): Record<string, string> => {
  const { retryAfterSeconds } = problemTypes[code];
  return retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) };
};

/** What a caller sees of a fault of ours: enough to report it, nothing of its inside. */
export const internalProblem = (requestId: string) => ({
  type: 'urn:surety:problem:internal',
  status: 500,
  title: 'Something failed on our side',
  code: 'internal',
  detail: 'Nothing was lost: send the same request again with the same Idempotency-Key, or quote this requestId to us.',
  requestId,
});

/** What a caller sees of something that passes by itself. */
export const passingProblem = (requestId: string) => ({
  type: 'urn:surety:problem:try-again',
  status: 503,
  title: 'Too many at once',
  code: 'try-again',
  detail: 'Nothing was lost: send the same request again in a second.',
  requestId,
});
