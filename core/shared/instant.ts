/**
 * A moment in UTC as RFC 3339 with milliseconds, `2026-11-22T02:30:00.000Z`.
 * In this one form moments compare as strings, in code and in the sort keys of tables.
 */
export type Instant = string;

export const addSeconds = (instant: Instant, seconds: number): Instant =>
  new Date(Date.parse(instant) + seconds * 1000).toISOString();

export const secondsBetween = (earlier: Instant, later: Instant): number =>
  (Date.parse(later) - Date.parse(earlier)) / 1000;

export const isPast = (instant: Instant, now: Instant): boolean => instant <= now;

export const later = (a: Instant, b: Instant): Instant => (a > b ? a : b);

export const earlier = (a: Instant, b: Instant): Instant => (a < b ? a : b);

/** The UTC day of a moment, `2026-11-22`. */
export const dayOf = (instant: Instant): string => instant.slice(0, 10);
