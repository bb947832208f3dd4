/** The promises of the design that an audit can check on the tables alone. */
export type AuditedPromise = 1 | 2 | 3 | 4 | 5 | 9;

/** A record that breaks a promise. Codes are stable: alarms, runbooks and tests name them. */
export type Finding = {
  readonly promise: AuditedPromise;
  readonly code: string;
  /** What to look at, kind and id: `order ord_…`, `key …`. Never a secret. */
  readonly record: string;
  readonly detail: string;
};
