export type TraceEntry = {
  readonly step: number;
  readonly atMs: number;
  readonly who: string;
  readonly what: string;
  readonly outcome: string;
};

/** The last of these are kept; the fingerprint covers all of them. */
const maxEntries = 20_000;

/** What happened, in order. Two runs with the same fingerprint did the same. */
export class Trace {
  #entries: TraceEntry[] = [];
  #hash = 0x811c9dc5;
  readonly #counts = new Map<string, number>();

  add(entry: TraceEntry): void {
    this.#entries.push(entry);
    if (this.#entries.length > 2 * maxEntries) this.#entries = this.#entries.slice(-maxEntries);
    const text = `${entry.atMs}\n${entry.who}\n${entry.what}\n${entry.outcome}`;
    for (let index = 0; index < text.length; index += 1) {
      this.#hash = Math.imul(this.#hash ^ text.charCodeAt(index), 0x01000193);
    }
    this.#counts.set(entry.outcome, this.count(entry.outcome) + 1);
  }

  get entries(): readonly TraceEntry[] {
    return this.#entries.slice(-maxEntries);
  }

  get fingerprint(): string {
    return (this.#hash >>> 0).toString(16).padStart(8, '0');
  }

  /** How often something ended this way: `done`, `crash`, the name of a fault or of an error. */
  count(outcome: string): number {
    return this.#counts.get(outcome) ?? 0;
  }

  /** The last entries as lines, for the report of a seed that failed. */
  render(last = 200): string {
    return this.entries
      .slice(-last)
      .map(
        ({ step, atMs, who, what, outcome }) => `${step} ${new Date(atMs).toISOString()} ${who}: ${what} → ${outcome}`,
      )
      .join('\n');
  }
}
