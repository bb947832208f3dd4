import { addSeconds, type Instant } from '../shared/instant.ts';

/** A minute of the journal, `2026-11-22T02:30`. */
export type Minute = string;

export const minuteOf = (instant: Instant): Minute => instant.slice(0, 16);
export const startOf = (minute: Minute): Instant => `${minute}:00.000Z`;
export const startOfNextMinute = (minute: Minute): Instant => addSeconds(startOf(minute), 60);

/**
 * The minutes that can be folded: after the last folded one, and over for longer than the grace, which is longer than
 * any write can be under way.
 *
 * @param after the last folded minute
 * @param most no more than this many
 */
export const minutesToFold = (after: Minute, now: Instant, graceSeconds: number, most: number): readonly Minute[] => {
  const until = minuteOf(addSeconds(now, -graceSeconds));
  const minutes: Minute[] = [];
  for (
    let start = startOfNextMinute(after);
    minuteOf(start) < until && minutes.length < most;
    start = addSeconds(start, 60)
  )
    minutes.push(minuteOf(start));
  return minutes;
};
