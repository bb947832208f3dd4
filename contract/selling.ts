/**
 * Whether keys may be claimed. `closed`: nothing is placed, paid or delivered, while what was promised is still refunded
 * and released, and what was delivered can still be revealed and confirmed. A restore begins closed.
 */
export const sellingStates = ['open', 'closed'] as const;
export type Selling = (typeof sellingStates)[number];
