import type { Instant } from '../shared/instant.ts';
import { addSeconds } from '../shared/instant.ts';

/** The promises of the design that the tables alone can show to be kept or broken. */
export const auditedPromises = [1, 2, 3, 4, 5, 9] as const;
export type AuditedPromise = (typeof auditedPromises)[number];

/** A record that breaks a promise. Codes are stable: the runbook and tests name them. */
export type Finding = {
  readonly promise: AuditedPromise;
  readonly code: string;
  /** What to look at, kind and id: `order ord_…`, `key …`. Never a secret. */
  readonly record: string;
  readonly detail: string;
};

/** Work may be this late before it counts as forgotten: a sweep comes each minute, and one of them may fail. */
const lateAfterSeconds = 180;

/** Clocks of two machines may differ by this much; what depends on the moment is not judged closer to it. */
const clockToleranceSeconds = 10;

export const isLate = (dueAt: Instant, now: Instant): boolean => addSeconds(dueAt, lateAfterSeconds) < now;

/** The latest moment that any machine's clock may show now. */
export const latestNow = (now: Instant): Instant => addSeconds(now, clockToleranceSeconds);

/** Findings of one promise about one record. */
export const findingsOn =
  (promise: AuditedPromise, record: string) =>
  (code: string, detail: string): Finding => ({ promise, code, record, detail });

/** A record that no function of ours could read. */
export const unreadable = (promise: AuditedPromise, record: string, why: string): Finding =>
  findingsOn(promise, record)('record-unreadable', `The record does not have the form of its kind: ${why}.`);
