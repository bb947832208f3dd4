import { matchesHash, parseToken, type TokenParts } from '../../adapters/api-key-token.ts';
import type { IdentityTable } from '../../adapters/tables/identity.ts';
import type { OrderTokensTable } from '../../adapters/tables/order-tokens.ts';
import type { AccountRole } from '../../core/identity/account.ts';
import { apiKeyState, apiKeyStates } from '../../core/identity/api-key.ts';
import { type GuestScope, isLive } from '../../core/identity/order-token.ts';
import type { Instant } from '../../core/shared/instant.ts';

/** What handlers learn of the caller: who he is, or why that is not known. */
export type Identified =
  | { readonly accountId: string; readonly role: AccountRole; readonly apiKeyId: string }
  | {
      /** The buyer in whose name the guest acts. */
      readonly accountId: string;
      readonly role: 'guest';
      /** The id of the order token: what the guest does is recorded under it. */
      readonly apiKeyId: string;
      readonly orderId: string;
      readonly scopes: readonly GuestScope[];
    }
  | { readonly refusal: 'api-key-unknown' | 'api-key-revoked' | 'order-token-ended' };

const unknown = { refusal: 'api-key-unknown' } as const;

type Deps = {
  readonly identity: Pick<IdentityTable, 'getApiKey'>;
  readonly orderTokens: Pick<OrderTokensTable, 'get'>;
  readonly now: () => Instant;
};

/** Identifies the sender of an `Authorization` header by one read. A wrong secret answers like an unknown key. */
export const authorize =
  (deps: Deps) =>
  async (authorization: string | undefined): Promise<Identified> => {
    const [scheme = '', token = '', ...rest] = (authorization ?? '').split(' ');
    const parts = scheme.toLowerCase() === 'bearer' && rest.length === 0 ? parseToken(token) : undefined;
    if (parts === undefined) return unknown;
    return parts.of === 'order' ? identifyGuest(deps, parts) : identifyAccount(deps, parts);
  };

const identifyAccount = async ({ identity, now }: Deps, { id, secret }: TokenParts): Promise<Identified> => {
  const key = await identity.getApiKey(id);
  if (!key || !matchesHash(secret, key.secretHash)) return unknown;
  return apiKeyStates[apiKeyState(key, now())].identifies
    ? { accountId: key.accountId, role: key.role, apiKeyId: key.apiKeyId }
    : { refusal: 'api-key-revoked' };
};

const identifyGuest = async ({ orderTokens, now }: Deps, { id, secret }: TokenParts): Promise<Identified> => {
  const token = await orderTokens.get(id);
  if (!token || !matchesHash(secret, token.secretHash)) return unknown;
  const { buyerId, orderTokenId, orderId, scopes } = token;
  return isLive(token, now())
    ? { accountId: buyerId, role: 'guest', apiKeyId: orderTokenId, orderId, scopes }
    : { refusal: 'order-token-ended' };
};
