import { addSeconds, type Instant, secondsBetween } from '../shared/instant.ts';
import { advanceEndpoint, type WebhookEndpoint } from './endpoint.ts';

/** What became of one attempt; the receiver's answer itself is never kept. */
export const attemptResults = [
  'accepted',
  'refused',
  'redirected',
  'timed-out',
  'unreachable',
  'address-not-public',
] as const;
export type AttemptResult = (typeof attemptResults)[number];

export type Attempt = {
  readonly at: Instant;
  readonly result: AttemptResult;
  /** The HTTP status, where one came. */
  readonly status?: number | undefined;
  readonly durationMs: number;
};

/** One event on its way to one endpoint. */
export type Delivery = {
  readonly endpointId: string;
  readonly accountId: string;
  readonly eventId: string;
  readonly type: string;
  /** When the event was recorded; orders the deliveries of an endpoint. */
  readonly recordedAt: Instant;
  /** `dropped`: the endpoint was disabled or deleted before the event reached it. */
  readonly status: 'pending' | 'delivered' | 'failed' | 'dropped';
  /** Attempts begun since the delivery was asked for, or asked for again. */
  readonly tries: number;
  /** The latest attempts, oldest first. */
  readonly attempts: readonly Attempt[];
  /** When the next attempt is due, or found to have died; absent once nothing remains to be done. */
  readonly dueAt?: Instant | undefined;
};

/** Seconds from each attempt to the next: ten attempts in about a day. */
export const retryDelaysSeconds = [5, 60, 300, 1_800, 7_200, 14_400, 18_000, 21_600, 21_600] as const;
/** A retry may come later by this share, so that what failed together does not come back together. */
const maxJitter = 0.1;
const maxAttemptsKept = 20;
/** Longer than any attempt lasts: who began one and is not heard of by then died. */
export const attemptLeaseSeconds = 60;
/** An endpoint that accepted nothing for so long is no longer called. */
const maxFailingSeconds = 3 * 86_400;

export const isDue = (delivery: Delivery, now: Instant): boolean =>
  delivery.status === 'pending' && delivery.dueAt !== undefined && delivery.dueAt <= now;

/** Whether all attempts were begun; the last of them died, since otherwise nothing would be due. */
export const isExhausted = (delivery: Delivery, delaysSeconds: readonly number[] = retryDelaysSeconds): boolean =>
  delivery.tries > delaysSeconds.length;

/**
 * The delivery while an attempt is under way. An attempt that dies counts as one, and is due again after the lease, or
 * when one that failed would be, if that is later.
 */
export const beginAttempt = (
  delivery: Delivery,
  now: Instant,
  delaysSeconds: readonly number[] = retryDelaysSeconds,
): Delivery => ({
  ...delivery,
  tries: delivery.tries + 1,
  dueAt: addSeconds(now, Math.max(attemptLeaseSeconds, delaysSeconds[delivery.tries] ?? 0)),
});

/** A delivery of which no attempt is left. */
export const giveUp = ({ dueAt: _, ...delivery }: Delivery): Delivery => ({ ...delivery, status: 'failed' });

/**
 * The delivery after an attempt: done, due again later, or failed for good.
 *
 * @param random in [0, 1)
 * @param delaysSeconds from each failed attempt to the next
 */
export const afterAttempt = (
  delivery: Delivery,
  attempt: Attempt,
  now: Instant,
  random: number,
  delaysSeconds: readonly number[] = retryDelaysSeconds,
): Delivery => {
  const known = { ...delivery, dueAt: undefined, attempts: [...delivery.attempts, attempt].slice(-maxAttemptsKept) };
  if (attempt.result === 'accepted') return { ...known, status: 'delivered' };
  const delay = delaysSeconds[delivery.tries - 1];
  return delay === undefined
    ? giveUp(known)
    : { ...known, dueAt: addSeconds(now, Math.ceil(delay * (1 + random * maxJitter))) };
};

/** A delivery that nobody wants any more. */
export const drop = ({ dueAt: _, ...delivery }: Delivery): Delivery => ({ ...delivery, status: 'dropped' });

/** The delivery asked for again, with all its attempts before it. */
export const askAgain = (delivery: Delivery, now: Instant): Delivery => ({
  ...delivery,
  status: 'pending',
  tries: 0,
  dueAt: now,
});

const gone = 410;

/** What an attempt says about its endpoint; nothing where it says nothing new. */
export const endpointAfter = (
  endpoint: WebhookEndpoint,
  attempt: Attempt,
  now: Instant,
): WebhookEndpoint | undefined => {
  if (attempt.result === 'accepted')
    return endpoint.failingSince === undefined ? undefined : advanceEndpoint(endpoint, { failingSince: undefined });
  if (attempt.status === gone) return advanceEndpoint(endpoint, { disabled: { at: now, reason: 'gone' } });
  if (endpoint.failingSince === undefined) return advanceEndpoint(endpoint, { failingSince: attempt.at });
  return secondsBetween(endpoint.failingSince, now) < maxFailingSeconds
    ? undefined
    : advanceEndpoint(endpoint, { disabled: { at: now, reason: 'failing' } });
};
