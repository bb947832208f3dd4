import { dayOf, type Instant } from '../shared/instant.ts';

/** The record that says: this key may be sold now. */
export type Offer = {
  readonly keyId: string;
  readonly productId: string;
  readonly batchId: string;
  readonly lane: Lane;
  /** The first UTC day on which the key may no longer be sold. */
  readonly sellUntilDay: string;
};

/** Offers of a product lie in a few public lanes, so that no partition takes all claims of a hot product. */
export const publicLanes = ['0', '1', '2', '3'] as const;

/** Keys that arrive while orders wait come here first; buyers who did not wait cannot see them. */
export const reserveLane = 'reserve';

export type Lane = (typeof publicLanes)[number] | typeof reserveLane;

/** The sell-until day of keys that do not expire. */
export const neverDay = '9999-12-31';

/** A key is sold until the day before it expires begins to count: its last whole UTC day. */
export const sellUntilDayOf = (expiresAt: Instant | undefined): string =>
  expiresAt === undefined ? neverDay : dayOf(expiresAt);

export const isSellable = (offer: Pick<Offer, 'sellUntilDay'>, now: Instant): boolean =>
  offer.sellUntilDay > dayOf(now);
