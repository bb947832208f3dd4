import { formatOrderToken } from '../../adapters/api-key-token.ts';
import type { StoredOrderToken } from '../../adapters/tables/order-tokens.ts';
import type { OrderToken } from '../../core/identity/order-token.ts';
import { accept, type Result, refuse } from '../../core/shared/result.ts';

/** An order token as the API shows it: its list of scopes is the answer's own. */
export const viewOrderToken = (token: OrderToken) => ({ ...token, scopes: [...token.scopes] });
type IssuedOrderToken = ReturnType<typeof viewOrderToken> & { readonly token?: string; readonly note?: string };

/** The one answer that shows the token. */
export const issuedToken = (token: OrderToken, secret: string): Result<IssuedOrderToken> =>
  accept({ ...viewOrderToken(token), token: formatOrderToken(token.orderTokenId, secret) });

/** A repeated issue: the same order token, without the secret that nobody can read any more. */
export const replayedToken = (token: StoredOrderToken, requestHash: string): Result<IssuedOrderToken> =>
  token.requestHash === requestHash
    ? accept({
        ...viewOrderToken(token),
        note: 'This token was issued before, under the same Idempotency-Key. It was shown then and cannot be shown again; if it is lost, revoke it and issue another.',
      })
    : refuse(
        'idempotency-key-reused',
        'This Idempotency-Key issued an order token for another request. Send a fresh one for a new intention.',
        'headers.Idempotency-Key',
      );
