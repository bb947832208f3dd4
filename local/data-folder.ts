import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { messageOf, Refusal } from './refusal.ts';

const marker = 'surety-local.json';
const formatVersion = 1;
/** Outlives --fresh: it is how a server that a killed start left behind is found and ended. */
export const tableServerPidFile = 'dynoxide.pid';

export type DataFolder = {
  readonly path: string;
  readonly file: (...names: string[]) => string;
  /** What the local stack itself must remember: checkpoints of streams and executions of state machines. */
  readonly state: DatabaseSync;
  readonly close: () => void;
};

/**
 * Opens the folder that holds everything a local stack keeps, and holds it until `close` or the end of the process.
 * Refuses a folder that holds something else, and one that another start uses.
 * @param fresh begins from nothing: what an earlier start kept there is deleted.
 */
export const openDataFolder = (path: string, fresh: boolean): DataFolder => {
  const folder = resolve(path);
  const file = (...names: string[]): string => join(folder, ...names);
  refuseForeignFolder(folder);
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  } catch (thrown) {
    throw new Refusal(
      `The data folder ${folder} cannot be made (${messageOf(thrown)}): choose another with --data-dir.`,
    );
  }
  let state = openState(folder);
  if (fresh) {
    // The lock is taken first, so that --fresh never deletes the data of a stack that runs.
    state.close();
    for (const name of readdirSync(folder)) {
      if (name !== tableServerPidFile) rmSync(join(folder, name), { recursive: true, force: true });
    }
    state = openState(folder);
  }
  writeFileSync(file(marker), JSON.stringify({ application: 'surety', formatVersion, pid: process.pid }));
  mkdirSync(file('logs'), { recursive: true });
  return { path: folder, file, state, close: () => state.close() };
};

const refuseForeignFolder = (folder: string): void => {
  if (!existsSync(folder)) return;
  let names: string[];
  try {
    names = readdirSync(folder);
  } catch (thrown) {
    throw new Refusal(
      `The data folder ${folder} cannot be read (${messageOf(thrown)}): choose another with --data-dir.`,
    );
  }
  // A start that was killed at once has made the lock's file and nothing else.
  const foreign = names.length > 0 && !names.includes(marker) && !names.every((name) => name.startsWith('state.db'));
  if (foreign) throw new Refusal(`${folder} holds files that are not ours: choose an empty folder with --data-dir.`);
};

/**
 * SQLite's own file lock also keeps out a second start: the system frees it when its holder dies, however it dies, so
 * no stale lock file can be left behind.
 */
const openState = (folder: string): DatabaseSync => {
  const path = join(folder, 'state.db');
  let state: DatabaseSync | undefined;
  try {
    state = new DatabaseSync(path);
    state.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;');
    state.exec('CREATE TABLE IF NOT EXISTS opened (at TEXT); DELETE FROM opened; ');
    state.prepare('INSERT INTO opened VALUES (?)').run(new Date().toISOString());
    return state;
  } catch (thrown) {
    state?.close();
    const reason = messageOf(thrown);
    if (/locked|busy/i.test(reason)) {
      throw new Refusal(
        `Another start${holderOf(folder)} uses the data folder ${folder}: stop it, or choose another with --data-dir.`,
      );
    }
    throw new Refusal(
      `The data folder ${folder} is broken (${reason}): restore it, or begin from nothing with --fresh.`,
    );
  }
};

const holderOf = (folder: string): string => {
  const path = join(folder, marker);
  const pid = existsSync(path) ? /"pid":(\d+)/.exec(readFileSync(path, 'utf8'))?.[1] : undefined;
  return pid === undefined ? '' : ` (process ${pid})`;
};
