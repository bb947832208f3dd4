import { describe, expect, test } from 'vitest';
import { plantedBugs } from './planted-bugs.ts';
import { runSeed } from './run-seed.ts';

/** Each bug has to come to light within so many seeds. */
const maxSeeds = 40;

describe('the simulation finds out that', () => {
  test.each(plantedBugs)('$name, since it breaks promise $breaks', async ({ breaks, alterations, scenario = {} }) => {
    const others: string[] = [];
    for (let seed = 1; seed <= maxSeeds; seed += 1) {
      const { findings } = await runSeed(seed, { alterations, scenario });
      if (findings.some(({ promise }) => promise === breaks)) return;
      others.push(...findings.map(({ promise, what }) => `seed ${seed}, promise ${promise}: ${what}`));
    }
    expect.fail(`No finding by promise ${breaks} in ${maxSeeds} seeds. Others: ${others.slice(0, 10).join('\n')}`);
  });
});
