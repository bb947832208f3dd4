/** How the story is told: a heading for each step, a line for each thing that was seen and checked. */
export const tellLine = (line: string): void => void process.stdout.write(`${line}\n`);

let steps = 0;
export const step = (title: string): void => {
  steps += 1;
  tellLine(`\n${steps}. ${title}`);
};

/** Something that happened. */
export const say = (line: string): void => tellLine(`   ${line}`);

/** Something that must hold; the story ends where it does not. */
export const check = (holds: boolean, line: string): void => {
  if (!holds) throw new Error(`This does not hold: ${line}`);
  tellLine(`   ✓ ${line}`);
};

export const yuan = (amountMinor: number): string =>
  `${amountMinor < 0 ? '-' : ''}¥${(Math.abs(amountMinor) / 100).toFixed(2)}`;

/** A secret as a screen may show it: enough to recognize, too little to use. */
export const mask = (secret: string): string =>
  `${secret.slice(0, 4)}${secret.slice(4, -2).replace(/[^-]/g, '•')}${secret.slice(-2)}`;

export const seconds = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`;

const pollMs = 250;

/** Looks until it sees what it waits for; gives up after `patienceSeconds`. */
export const until = async <T>(
  what: string,
  patienceSeconds: number,
  look: () => Promise<T>,
  isThere: (seen: T) => boolean,
): Promise<T> => {
  const end = performance.now() + patienceSeconds * 1_000;
  for (;;) {
    const seen = await look();
    if (isThere(seen)) return seen;
    if (performance.now() > end)
      throw new Error(`${what} did not happen within ${patienceSeconds} s: ${JSON.stringify(seen)}`);
    await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
};
