import { type Instant, isPast } from '../shared/instant.ts';
import { accept, type Result, refuse } from '../shared/result.ts';

/** What a guest may do with the order of his token; each is given by itself. */
export const guestScopes = ['read', 'confirm', 'reveal'] as const;
export type GuestScope = (typeof guestScopes)[number];

/** Tokens of one order that are valid at the same time. */
export const maxLiveOrderTokens = 20;

/** How long a token may live. */
export const orderTokenSeconds = { min: 60, max: 30 * 86_400, default: 7 * 86_400 } as const;

/** How long a token that has ended stays on record, so that a reading by it can still be told by its label. */
export const keptAfterEndSeconds = 90 * 86_400;

/**
 * The right of a guest to one order: he has no account, and acts in the name of the buyer who placed it for him.
 */
export type OrderToken = {
  readonly orderTokenId: string;
  readonly orderId: string;
  /** The account in whose name the guest acts. */
  readonly buyerId: string;
  readonly scopes: readonly GuestScope[];
  /** How the buyer tells this guest from others; his own words. */
  readonly guestLabel?: string;
  /** SHA-256 of the secret, as of an API key's. */
  readonly secretHash: string;
  readonly createdAt: Instant;
  /** The API key that asked for the token and was shown it. */
  readonly issuedBy: string;
  readonly expiresAt: Instant;
  readonly revokedAt?: Instant;
};

/**
 * The tokens of an order that are not revoked, with the moment each expires: one record an order, so that two issues at
 * the same time cannot both take the last place.
 */
export type OrderTokenRing = Readonly<Record<string, Instant>>;

/** Whether the token still lets anybody in. */
export const isLive = ({ expiresAt, revokedAt }: Pick<OrderToken, 'expiresAt' | 'revokedAt'>, now: Instant): boolean =>
  revokedAt === undefined && !isPast(expiresAt, now);

/** The ring with one token more, without those that have ended. Refuses `order-token-limit-reached`. */
export const addToTokenRing = (
  ring: OrderTokenRing,
  orderTokenId: string,
  expiresAt: Instant,
  now: Instant,
): Result<OrderTokenRing> => {
  const live = Object.entries(ring).filter(([, ends]) => !isPast(ends, now));
  return live.length < maxLiveOrderTokens
    ? accept({ ...Object.fromEntries(live), [orderTokenId]: expiresAt })
    : refuse(
        'order-token-limit-reached',
        `An order may have ${maxLiveOrderTokens} valid tokens. Revoke one, or wait until one expires.`,
      );
};
