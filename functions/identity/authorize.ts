import { matchesHash, parseToken } from '../../adapters/api-key-token.ts';
import type { IdentityTable } from '../../adapters/tables/identity.ts';
import type { AccountRole } from '../../core/identity/account.ts';
import { apiKeyState, apiKeyStates } from '../../core/identity/api-key.ts';
import type { Instant } from '../../core/shared/instant.ts';

/** What handlers learn of the caller: who he is, or why that is not known. */
export type Identified =
  | { readonly accountId: string; readonly role: AccountRole; readonly apiKeyId: string }
  | { readonly refusal: 'api-key-unknown' | 'api-key-revoked' };

const unknown = { refusal: 'api-key-unknown' } as const;

type Deps = { readonly identity: Pick<IdentityTable, 'getApiKey'>; readonly now: () => Instant };

/** Identifies the sender of an `Authorization` header by one read. A wrong secret answers like an unknown key. */
export const authorize =
  ({ identity, now }: Deps) =>
  async (authorization: string | undefined): Promise<Identified> => {
    const [scheme = '', token = '', ...rest] = (authorization ?? '').split(' ');
    const parts = scheme.toLowerCase() === 'bearer' && rest.length === 0 ? parseToken(token) : undefined;
    const key = parts && (await identity.getApiKey(parts.apiKeyId));
    if (!parts || !key || !matchesHash(parts.secret, key.secretHash)) return unknown;
    return apiKeyStates[apiKeyState(key, now())].identifies
      ? { accountId: key.accountId, role: key.role, apiKeyId: key.apiKeyId }
      : { refusal: 'api-key-revoked' };
  };
