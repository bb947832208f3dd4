import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { drillRestore } from '../../local/drill/restore.ts';
import { newDataDir, removeDataDir } from './local-market.ts';

const small = { buyers: 4, salesEachSide: 15, importedEachSide: 30 };

let dataDir: string;
beforeEach(() => {
  dataDir = newDataDir();
  // The drill tells a person what it does.
  vi.spyOn(process.stdout, 'write').mockReturnValue(true);
});
afterEach(() => {
  vi.restoreAllMocks();
  removeDataDir(dataDir);
});

test('tables restored to a moment amid sales sell no key twice once the claims since are replayed', async () => {
  const { sold, soldTwice } = await drillRestore({ ...small, dataDir, replays: true });
  expect(soldTwice).toEqual([]);
  expect(sold).toBe(2 * small.importedEachSide);
}, 240_000);

test('without the replay they do, and the drill says which', async () => {
  const { soldTwice } = await drillRestore({ ...small, dataDir, replays: false });
  expect(soldTwice.length).toBeGreaterThan(0);
}, 240_000);
