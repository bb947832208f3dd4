import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { DatabaseSync } from 'node:sqlite';
import { createAwsJsonClient } from './aws-json.ts';
import { type DataFolder, tableServerPidFile } from './data-folder.ts';
import { freePort } from './free-port.ts';
import { messageOf, Refusal } from './refusal.ts';

const startTimeoutMs = 10_000;
const stopTimeoutMs = 5_000;

export type TableServer = { readonly endpoint: string; readonly stop: () => Promise<void> };

/** Starts dynoxide on this data folder; an orphan that a killed start left behind on the same folder is ended first. */
export const startTableServer = async (
  folder: DataFolder,
  region: string,
  onDeath: (reason: string) => void,
): Promise<TableServer> => {
  const binary = findBinary();
  const database = folder.file('tables.db');
  const pidFile = folder.file(tableServerPidFile);
  await endOrphan(pidFile, database);
  if (!existsSync(database)) {
    // The server makes its schema at its first start; the indexes below need that schema and a server that is stopped.
    const first = await launch(binary, database, pidFile, region, () => undefined);
    await first.stop();
  }
  indexStreamRecords(database);
  return launch(binary, database, pidFile, region, onDeath);
};

/** Serves a copy of a data folder's tables, which nobody else has open. */
export const serveCopy = (database: string, region: string): Promise<TableServer> =>
  launch(findBinary(), database, `${database}.pid`, region, () => undefined);

const findBinary = (): string => {
  const name = `@dynoxide/${process.platform}-${process.arch}`;
  const file = process.platform === 'win32' ? 'dynoxide.exe' : 'dynoxide';
  try {
    return createRequire(import.meta.url).resolve(`${name}/${file}`);
  } catch {
    throw new Refusal(
      `There is no table server for ${process.platform} ${process.arch} here: run "npm install --no-save ${name}", or set DYNAMODB_ENDPOINT to any DynamoDB-compatible server.`,
    );
  }
};

const launch = async (
  binary: string,
  database: string,
  pidFile: string,
  region: string,
  onDeath: (reason: string) => void,
): Promise<TableServer> => {
  const port = await freePort();
  const child = spawn(binary, ['serve', '-p', String(port), '--db-path', database], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let complaint = '';
  child.stderr.on('data', (chunk: Buffer) => (complaint = `${complaint}${chunk.toString()}`.slice(-2_000)));
  let stopping = false;
  let dead = false;
  // Whatever way this process ends, short of being killed, the child must not outlive it.
  const endWithUs = (): void => {
    child.kill();
  };
  process.once('exit', endWithUs);
  child.once('exit', (code, signal) => {
    dead = true;
    process.off('exit', endWithUs);
    rmSync(pidFile, { force: true });
    if (!stopping) onDeath(`dynoxide ended by itself (${signal ?? code}): ${complaint.trim()}`);
  });
  child.once('error', (error) => {
    dead = true;
    complaint += error.message;
  });
  if (child.pid !== undefined) writeFileSync(pidFile, String(child.pid));
  const endpoint = `http://127.0.0.1:${port}`;
  const stop = (): Promise<void> => {
    stopping = true;
    return dead ? Promise.resolve() : end(child);
  };
  await waitUntilItAnswers(
    endpoint,
    region,
    () => dead,
    () => complaint,
    database,
  );
  return { endpoint, stop };
};

const waitUntilItAnswers = async (
  endpoint: string,
  region: string,
  isDead: () => boolean,
  complaint: () => string,
  database: string,
): Promise<void> => {
  const client = createAwsJsonClient(endpoint, 'dynamodb', 'DynamoDB_20120810', region);
  const deadline = Date.now() + startTimeoutMs;
  try {
    for (;;) {
      if (isDead()) {
        throw new Refusal(
          `The tables in ${database} cannot be opened (${complaint().trim()}): restore the file, or begin from nothing with --fresh.`,
        );
      }
      try {
        await client.call('ListTables', { Limit: 1 });
        return;
      } catch (thrown) {
        if (Date.now() > deadline)
          throw new Refusal(
            `The table server did not answer within ${startTimeoutMs / 1000} s (${messageOf(thrown)}).`,
          );
      }
      await new Promise((wake) => setTimeout(wake, 10));
    }
  } finally {
    client.close();
  }
};

const end = async (child: ChildProcess): Promise<void> => {
  const ended = new Promise<void>((done) => child.once('exit', () => done()));
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), stopTimeoutMs);
  await ended;
  clearTimeout(timer);
};

/** Each write looks up the stream's last sequence number, which without these indexes reads all records ever made. */
const indexStreamRecords = (database: string): void => {
  try {
    using records = new DatabaseSync(database);
    records.exec(`
      CREATE INDEX IF NOT EXISTS surety_stream_order ON _stream_records (table_name, CAST(sequence_number AS INTEGER));
      CREATE INDEX IF NOT EXISTS surety_stream_shards ON _stream_records (table_name, shard_id, CAST(sequence_number AS INTEGER));
    `);
  } catch (thrown) {
    throw new Refusal(
      `The tables in ${database} are broken (${messageOf(thrown)}): restore the file, or begin from nothing with --fresh.`,
    );
  }
};

/** Ends a server that a killed start left behind, and only that: its id and its command line must both be ours. */
const endOrphan = async (pidFile: string, database: string): Promise<void> => {
  if (!existsSync(pidFile)) return;
  const pid = Number(readFileSync(pidFile, 'utf8'));
  const command = Number.isInteger(pid) && pid > 1 ? commandLineOf(pid) : '';
  if (command.includes('dynoxide') && command.includes(database)) {
    process.kill(pid, 'SIGTERM');
    const deadline = Date.now() + stopTimeoutMs;
    while (commandLineOf(pid).includes(database)) {
      if (Date.now() > deadline) process.kill(pid, 'SIGKILL');
      await new Promise((wake) => setTimeout(wake, 20));
    }
  }
  rmSync(pidFile, { force: true });
};

const commandLineOf = (pid: number): string => {
  const file = `/proc/${pid}/cmdline`;
  try {
    if (existsSync('/proc/self/cmdline'))
      return existsSync(file) ? readFileSync(file, 'utf8').replaceAll('\0', ' ') : '';
    return execFileSync('ps', ['-p', String(pid), '-o', 'command='], { encoding: 'utf8' });
  } catch {
    // The process ended between two looks at it, which is what the caller waits for.
    return '';
  }
};
