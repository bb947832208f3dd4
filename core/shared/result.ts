import type { RefusalCode } from './refusal-codes.ts';

/** An expected «no»: a stable code, a sentence for a person, and the input field at fault where there is one. */
export type Refusal = {
  readonly code: RefusalCode;
  /** What is wrong and what would be accepted; never another account's data, never a secret. */
  readonly detail: string;
  /** JSON path of the field at fault, such as `body.quantity`. */
  readonly field?: string;
};

export type Result<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly refusal: Refusal };

export const accept = <T>(value: T): Result<T> => ({ ok: true, value });

export const refuse = (code: RefusalCode, detail: string, field?: string): { ok: false; refusal: Refusal } => ({
  ok: false,
  refusal: field === undefined ? { code, detail } : { code, detail, field },
});

/** Ends a `switch` over a union: reaching it is a bug, and the compiler says which case is missing. */
export const assertNever = (value: never): never => {
  throw new Error(`Unexpected value: ${JSON.stringify(value)}`);
};
