/** A start that cannot go on, told as one sentence that says what to do; the CLI prints it without a stack trace. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
}

/** What a caught value says, whatever was thrown. */
export const messageOf = (thrown: unknown): string => (thrown instanceof Error ? thrown.message : String(thrown));
